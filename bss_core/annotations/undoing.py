"""Undo: the last change is taken back by a change of its own, except where somebody has changed a sample since."""

import sqlite3
from dataclasses import replace
from pathlib import Path

from bss_core.annotations.changes import Change, begin, carry_out
from bss_core.annotations.database import reading, writing
from bss_core.annotations.names import check_author
from bss_core.annotations.tags import changes

__all__ = ["next_undo", "undo"]

# Undone changes and what undid them cancel out; only the others count as "changed since".
_STANDING = "undoes IS NULL AND number NOT IN (SELECT undoes FROM change WHERE undoes IS NOT NULL)"


def next_undo(run_folder: Path, author: str | None = None) -> Change | None:
    """The change that :func:`undo` would take back; None if there is none.

    Raises:
        RunError: see :func:`bss_core.annotations.database.reading`.
    """
    with reading(run_folder) as connection:
        return _last(connection, author)


def undo(run_folder: Path, author: str = "", only_own: bool = False, number: int | None = None) -> Change | None:
    """Take back the last change that was not taken back yet, so repeated calls go back step by step.

    A sample whose tag somebody changed since keeps that later state.

    Args:
        run_folder: the run's folder.
        author: who undoes.
        only_own: pass over other people's changes.
        number: the change that was shown to the user; if another one came in between, nothing is undone.

    Returns:
        The change taken back with the number of samples it could be taken back for; None if nothing was undone.

    Raises:
        ConfigError: an author's name that cannot be kept.
        RunError: see :func:`bss_core.annotations.database.writing`.
    """
    author = check_author(author)
    with writing(run_folder) as connection:
        last = _last(connection, author if only_own else None)
        if last is None or number not in (None, last.number):
            return None
        new = begin(connection, "undo", last.tag, author, last.new_name, last.number)
        connection.execute(
            f"""INSERT INTO touched SELECT ?1, tag, sample, after, before FROM touched
            WHERE change = ?2 AND sample NOT IN (
                SELECT sample FROM touched
                WHERE change > ?2 AND tag IN (SELECT DISTINCT tag FROM touched WHERE change = ?2)
                AND change IN (SELECT number FROM change WHERE {_STANDING}))""",
            [new.number, last.number],
        )
        samples = carry_out(connection, new)
        return replace(last, samples=samples)


def _last(connection: sqlite3.Connection, author: str | None) -> Change | None:
    condition, values = (_STANDING, []) if author is None else (f"{_STANDING} AND author = ?", [author])
    return next(iter(changes(connection, condition, values, 1)), None)
