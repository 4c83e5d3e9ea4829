"""Tags for other programs: a long table of all of them, and a selection's columns with the tags of every sample."""

import io
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from bss_core.annotations.database import reading
from bss_core.queries._source import selected, source
from bss_core.runs import Run
from bss_core.selection import Selection
from bss_core.tables import frame

__all__ = ["as_csv", "as_parquet", "tagged_rows", "tags_table"]

_LONG = pa.schema([(name, pa.string()) for name in ("sample_id", "tag", "author", "time")])


def tags_table(run_folder: Path) -> pa.Table:
    """One row per tag of a sample: ``sample_id, tag, author, time`` (who tagged it and when), by tag and id.

    Raises:
        RunError: see :func:`bss_core.annotations.database.reading`.
    """
    with reading(run_folder) as connection:
        rows = connection.execute(
            """SELECT sample_id, name, author, time FROM tagged
            JOIN tag ON tag.key = tagged.tag JOIN sample ON sample.key = tagged.sample
            JOIN change ON change.number = tagged.change"""
        ).fetchall()
    columns = zip(*rows, strict=True) if rows else [[]] * len(_LONG)
    table = pa.table([pa.array(list(column), pa.string()) for column in columns], schema=_LONG)
    return table.sort_by([("tag", "ascending"), ("sample_id", "ascending")])


def tagged_rows(run: Run, evaluation: int, selection: Selection) -> pa.Table:
    """All columns of the selected samples by id, and ``tags``, the list of each one's tags by name.

    Raises:
        ConfigError: a selection the table cannot answer.
        RunError: the table or the tags cannot be read.
    """
    rows = source(run, evaluation)
    chosen, values = selected(rows, selection)
    whole = f"(SELECT * FROM {chosen})"
    joined = whole if selection.text else rows.with_texts(whole)  # a search has joined the texts already
    found = frame(f"SELECT * FROM {joined} ORDER BY sample_id", values)
    tags: dict[str, list[str]] = {}
    long = tags_table(run.folder)
    for sample_id, tag in zip(long["sample_id"].to_pylist(), long["tag"].to_pylist(), strict=True):
        tags.setdefault(sample_id, []).append(tag)
    lists = pa.array([tags.get(sample_id, []) for sample_id in found["sample_id"]], pa.list_(pa.string()))
    return pa.Table.from_pandas(found, preserve_index=False).append_column("tags", lists)


def as_parquet(table: pa.Table) -> bytes:
    """A Parquet file, compressed with zstd."""
    file = io.BytesIO()
    pq.write_table(table, file, compression="zstd")
    return file.getvalue()


def as_csv(table: pa.Table) -> bytes:
    """A CSV file with a header, UTF-8; a list becomes a JSON list, for a tag may hold any separator."""
    for number, field in enumerate(table.schema):
        if pa.types.is_list(field.type):
            texts = [json.dumps(item, ensure_ascii=False) for item in table.column(number).to_pylist()]
            table = table.set_column(number, field.name, pa.array(texts, pa.string()))
    file = io.BytesIO()
    pyarrow.csv.write_csv(table, file)
    return file.getvalue()
