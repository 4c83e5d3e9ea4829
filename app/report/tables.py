"""The selected samples as a Parquet or CSV file, written by DuckDB without the rows ever passing through Python."""

import json
import tempfile
from pathlib import Path

import pyarrow.parquet as pq

from app.data_sharing import tags
from app.report.code import TAGS_FILE, literal, order_sql, ordered_rows
from app.report.request import Shared
from app.report.words import in_words
from bss_core.errors import ConfigError
from bss_core.tables import frame

__all__ = ["write_rows", "write_tags"]


def write_rows(shared: Shared, path: Path) -> int:
    """Write the rows of :func:`app.report.code.sql_code` and their ``tags``; Parquet also says what was selected.

    Args:
        shared: which rows.
        path: a new file ending in ``.parquet`` or ``.csv``.

    Returns:
        How many rows were written.

    Raises:
        ConfigError: another ending.
        RunError: a table of the run is gone or damaged.
    """
    forms = {".parquet": f"FORMAT parquet, COMPRESSION zstd, {_metadata(shared)}", ".csv": "FORMAT csv, HEADER true"}
    if path.suffix not in forms:
        raise ConfigError(f"A table ending in {path.suffix!r} was asked for; tables end in {' or '.join(forms)}.")
    with tempfile.TemporaryDirectory(prefix="bss-lens-") as folder:
        tags = Path(folder) / TAGS_FILE
        write_tags(shared, tags)
        query = _with_tags(shared, tags, is_text=path.suffix == ".csv")
        written = frame(f"COPY ({query}) TO {literal(str(path))} ({forms[path.suffix]})")
    return int(written.iloc[0, 0])


def write_tags(shared: Shared, path: Path) -> int:
    """Write the run's tags as a Parquet file, one row per tag of a sample; returns how many rows.

    Raises:
        RunError: the tags cannot be read.
    """
    table = tags(shared.run)
    pq.write_table(table, path, compression="zstd")
    return table.num_rows


def _with_tags(shared: Shared, tags_file: Path, is_text: bool) -> str:
    """The ordered rows with each sample's tags by name, for which a table in text has no lists."""
    rows = ordered_rows(shared, shared.run.folder, tags_file)
    name = "tags" if "tags" not in shared.run.modalities else "sample_tags"
    told = "coalesce(array_to_string(found, ', '), '')" if is_text else "coalesce(found, [])"
    lists = f"SELECT sample_id, list(tag ORDER BY tag) AS found FROM read_parquet({literal(str(tags_file))}) GROUP BY 1"
    return (
        f"SELECT * EXCLUDE (found), {told} AS {name} FROM (\n{rows}\n) LEFT JOIN ({lists}) USING (sample_id) "
        f"ORDER BY {order_sql(shared)}"
    )


def _metadata(shared: Shared) -> str:
    """As Parquet's own key and value, since a table that was sent to somebody has lost its address."""
    about = {
        "run": shared.run.id, "evaluation": shared.about.number, "epoch": shared.about.epoch,
        "selection": in_words(shared), "sort": shared.sort, "descending": shared.descending,
    }  # fmt: skip
    return f"KV_METADATA {{bss_lens_selection: {literal(json.dumps(about))}}}"
