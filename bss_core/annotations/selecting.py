"""Tags and selections: a predicate's samples are tagged at once, and a tag's samples are a relation for DuckDB."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from bss_core.annotations.changes import add_tag, remove_tag
from bss_core.annotations.database import reading
from bss_core.queries._source import selected, source
from bss_core.runs import Run
from bss_core.selection import Selection
from bss_core.tables import frame

__all__ = ["tag_condition", "tag_selection", "tagged_ids", "untag_selection"]


def tag_selection(run: Run, evaluation: int, selection: Selection, tag: str, author: str = "") -> int:
    """Tag every selected sample of an evaluation; returns how many did not have the tag yet. No id leaves the process.

    Raises:
        ConfigError: a selection the table cannot answer, or a tag that cannot be kept.
        RunError: the table or the tags cannot be read or written.
    """
    return add_tag(run.folder, tag, _ids(run, evaluation, selection), author)


def untag_selection(run: Run, evaluation: int, selection: Selection, tag: str, author: str = "") -> int:
    """Take a tag from every selected sample; returns how many had it. Raises as :func:`tag_selection`."""
    return remove_tag(run.folder, tag, _ids(run, evaluation, selection), author)


def tagged_ids(run_folder: Path, tag: str) -> pa.Table:
    """The samples that have a tag: one column ``sample_id``, ready to be registered with DuckDB; empty without any.

    Read afresh each time, so another process's change is in the next answer; cache it only with
    :func:`bss_core.annotations.revision` in the key.

    Raises:
        RunError: see :func:`bss_core.annotations.database.reading`.
    """
    with reading(run_folder) as connection:
        rows = connection.execute(
            """SELECT sample_id FROM tagged JOIN sample ON sample.key = tagged.sample
            WHERE tagged.tag = (SELECT key FROM tag WHERE name = ?)""",
            [tag],
        ).fetchall()
    return pa.table({"sample_id": pa.array([row[0] for row in rows], pa.string())})


def tag_condition(run_folder: Path, tags: Sequence[str]) -> tuple[str, dict[str, pa.Table]]:
    """A condition of SQL that a row's sample has every one of the tags, and the relations it speaks of.

    Register each relation under its name with the DuckDB cursor that runs the query; a tag never enters the SQL.

    Raises:
        RunError: see :func:`bss_core.annotations.database.reading`.
    """
    relations = {f"tagged_{number}": tagged_ids(run_folder, tag) for number, tag in enumerate(dict.fromkeys(tags))}
    conditions = [f"sample_id IN (SELECT sample_id FROM {name})" for name in relations]
    return " AND ".join(["true", *conditions]), relations


def _ids(run: Run, evaluation: int, selection: Selection) -> list[str]:
    found, values = selected(source(run, evaluation), selection)
    return frame(f"SELECT sample_id FROM {found}", values)["sample_id"].tolist()
