"""Saved views: a name for the address of a page with its filters, shared by everyone who looks at the run.

An address is ``page?key=value&…`` without a server, so a view opens wherever the run is shown. It is checked when it is
saved and again when it is read, for the file may come from elsewhere.
"""

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from bss_core.annotations.changes import now
from bss_core.annotations.database import reading, writing
from bss_core.annotations.names import check_address, check_author, check_view_name, parts_of
from bss_core.errors import ConfigError, RunError

__all__ = ["View", "delete_view", "list_views", "rename_view", "save_view"]


@dataclass(frozen=True)
class View:
    """One saved view.

    Attributes:
        name: its name.
        page: the page it shows; empty if its address cannot be used.
        parameters: the page's parameters in order; a key may repeat.
        author: who saved it; empty if nobody said.
        time: when, ISO 8601 in UTC.
        problem: why the address cannot be used; else empty.
    """

    name: str
    page: str
    parameters: tuple[tuple[str, str], ...]
    author: str
    time: str
    problem: str = ""


def save_view(run_folder: Path, name: str, address: str, pages: Collection[str], author: str = "") -> str:
    """Save an address of one of ``pages`` under a name that no view has; returns the name as it is kept.

    Raises:
        ConfigError: a name, address or author that cannot be kept, or a name that is taken.
        RunError: see :func:`bss_core.annotations.database.writing`.
    """
    name, address, author = check_view_name(name), check_address(address, pages), check_author(author)
    with writing(run_folder) as connection:
        _check_free(connection, name)
        connection.execute("INSERT INTO saved_view VALUES (?, ?, ?, ?)", [name, address, author, now()])
    return name


def list_views(run_folder: Path, pages: Collection[str]) -> list[View]:
    """All views by name; one whose address no page would have written says so in ``problem``.

    Raises:
        RunError: see :func:`bss_core.annotations.database.reading`.
    """
    with reading(run_folder) as connection:
        rows = connection.execute("SELECT name, address, author, time FROM saved_view ORDER BY name").fetchall()
    return [_view(*map(str, row), pages) for row in rows]


def rename_view(run_folder: Path, name: str, new_name: str) -> None:
    """Give a view another name that no view has.

    Raises:
        ConfigError: a name that cannot be kept, or is taken.
        RunError: there is no such view, or see :func:`bss_core.annotations.database.writing`.
    """
    new_name = check_view_name(new_name)
    with writing(run_folder) as connection:
        _check_free(connection, new_name)
        _check_one(connection.execute("UPDATE saved_view SET name = ? WHERE name = ?", [new_name, name]), name)


def delete_view(run_folder: Path, name: str) -> None:
    """Delete a view.

    Raises:
        RunError: there is no such view, or see :func:`bss_core.annotations.database.writing`.
    """
    with writing(run_folder) as connection:
        _check_one(connection.execute("DELETE FROM saved_view WHERE name = ?", [name]), name)


def _view(name: str, address: str, author: str, time: str, pages: Collection[str]) -> View:
    try:
        page, pairs = parts_of(address, pages)
    except ConfigError as error:
        return View(name, "", (), author, time, str(error))
    return View(name, page, tuple(pairs), author, time)


def _check_free(connection: sqlite3.Connection, name: str) -> None:
    if connection.execute("SELECT 1 FROM saved_view WHERE name = ?", [name]).fetchone():
        raise ConfigError(f"There is a view {name!r} already; choose another name.")


def _check_one(done: sqlite3.Cursor, name: str) -> None:
    if done.rowcount != 1:
        raise RunError(f"There is no view {name!r} any more; somebody may have deleted or renamed it.")
