"""Questions about tags: which there are, which a sample has, and who changed what."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bss_core.annotations.changes import Change
from bss_core.annotations.database import reading

__all__ = ["changes", "history", "tag_counts", "tags_of", "tags_of_samples"]

_AT_ONCE = 500  # parameters of one question, below every build's limit


def tag_counts(run_folder: Path) -> dict[str, int]:
    """Tag → how many samples have it, by name; a tag that no sample has does not exist.

    Raises:
        RunError: see :func:`bss_core.annotations.database.reading`; so do the other questions.
    """
    with reading(run_folder) as connection:
        return dict(
            connection.execute(
                """SELECT name, count FROM (SELECT tag, count(*) AS count FROM tagged GROUP BY tag)
                JOIN tag ON tag.key = tag ORDER BY name"""
            )
        )


def tags_of(run_folder: Path, sample_id: str) -> list[str]:
    """The tags of one sample, by name."""
    return tags_of_samples(run_folder, [sample_id])[sample_id]


def tags_of_samples(run_folder: Path, sample_ids: Sequence[str]) -> dict[str, list[str]]:
    """Sample → its tags, by name, for every id asked for: a page of a gallery, not a whole run."""
    found: dict[str, list[str]] = {sample_id: [] for sample_id in sample_ids}
    ids = list(found)
    with reading(run_folder) as connection:
        for first in range(0, len(ids), _AT_ONCE):
            part = ids[first : first + _AT_ONCE]
            # Tags are few: looking each up in the primary key needs no second index over all tagged samples.
            rows = connection.execute(
                f"""SELECT sample_id, name FROM sample CROSS JOIN tag
                WHERE sample_id IN ({", ".join("?" * len(part))})
                AND EXISTS (SELECT 1 FROM tagged WHERE tag = tag.key AND sample = sample.key) ORDER BY name""",
                part,
            )
            for sample_id, name in rows:
                found[sample_id].append(name)
    return found


def history(run_folder: Path, limit: int = 50) -> list[Change]:
    """The latest changes, newest first."""
    with reading(run_folder) as connection:
        return changes(connection, "true", [], limit)


def changes(connection: sqlite3.Connection, condition: str, values: list[Any], limit: int) -> list[Change]:
    """The latest changes that meet a condition on the table ``change``, newest first."""
    rows = connection.execute(
        f"""SELECT number, time, author, action, tag, new_name, samples, undoes
        FROM change WHERE {condition} ORDER BY number DESC LIMIT ?""",
        [*values, limit],
    )
    return [Change(*row) for row in rows]
