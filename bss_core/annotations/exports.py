"""Tags for other programs: a long table of all of them."""

from pathlib import Path

import pyarrow as pa

from bss_core.annotations.database import reading

__all__ = ["tags_table"]

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
