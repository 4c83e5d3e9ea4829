"""The samples that have tags, as a condition of SQL: read from SQLite once per change of tags, then kept for DuckDB."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from bss_core.annotations.database import reading, revision
from bss_core.tables import kept

__all__ = ["tag_condition", "tagged_ids"]


def tagged_ids(run_folder: Path, *tags: str) -> pa.Table:
    """The samples that have all of one or more tags: one column ``sample_id``, empty if there are none.

    Read afresh each time, so another process's change is in the next answer; cache it only with
    :func:`bss_core.annotations.revision` in the key.

    Raises:
        RunError: see :func:`bss_core.annotations.database.reading`.
    """
    first, *others = dict.fromkeys(tags)
    key = "(SELECT key FROM tag WHERE name = ?)"
    also = f" AND EXISTS (SELECT 1 FROM tagged AS other WHERE other.tag = {key} AND other.sample = tagged.sample)"
    with reading(run_folder) as connection:
        rows = connection.execute(
            f"""SELECT sample_id FROM tagged CROSS JOIN sample ON sample.key = tagged.sample
            WHERE tagged.tag = {key}{also * len(others)}""",
            [first, *others],
        ).fetchall()
    return pa.table({"sample_id": pa.array([row[0] for row in rows], pa.string())})


def tag_condition(run_folder: Path, tags: Sequence[str]) -> str:
    """A condition of SQL, for :func:`bss_core.tables.frame`, that a row's sample has every one of the tags.

    Neither a tag nor an id is in it. A tag that no sample has is met by none: whoever asked for it sees nothing, not
    everything.

    Raises:
        RunError: see :func:`bss_core.annotations.database.reading`.
    """
    names = tuple(sorted(set(tags)))
    if not names:
        return "true"
    state = (str(run_folder.absolute()), revision(run_folder), names)
    return f"sample_id IN (SELECT sample_id FROM {kept(state, lambda: tagged_ids(run_folder, *names))})"
