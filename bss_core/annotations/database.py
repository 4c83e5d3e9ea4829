"""The SQLite file beside a run's folder: opened for one question or one change at a time, never kept open.

SQLite's rollback journal, not its write-ahead log: the log needs shared memory between all processes, which a network
file system does not give, and it cannot be read from a folder without the right to write. The price is that a change
waits for questions under way and they for it, some milliseconds; :data:`PATIENCE` bounds it. On a network file system
whose locks do not work (some NFS set-ups), only one machine at a time should write.
"""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from bss_core.errors import RunError

__all__ = ["FORMAT", "PATIENCE", "SUFFIX", "file_of", "reading", "revision", "writing"]

SUFFIX = ".annotations.sqlite"
PATIENCE = 10.0  # seconds to wait for somebody else's change
FORMAT = 1
_APPLICATION = 0x42535341  # "BSSA": tells our files from other SQLite files
_SCHEMA = (
    "CREATE TABLE sample (key INTEGER PRIMARY KEY, sample_id TEXT NOT NULL UNIQUE)",
    "CREATE TABLE tag (key INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
    # The log: one row per change, and which tags of which samples it set or took away. `before` and `after` are the
    # numbers of the changes that had set the tag (NULL: it was not there), so a change is undone by swapping them.
    """CREATE TABLE change (number INTEGER PRIMARY KEY, time TEXT NOT NULL, author TEXT NOT NULL, action TEXT NOT NULL,
    tag TEXT NOT NULL, new_name TEXT NOT NULL, samples INTEGER NOT NULL, undoes INTEGER)""",
    """CREATE TABLE touched (change INTEGER NOT NULL, tag INTEGER NOT NULL, sample INTEGER NOT NULL, before INTEGER,
    after INTEGER, PRIMARY KEY (change, tag, sample)) WITHOUT ROWID""",
    # What the log amounts to now.
    """CREATE TABLE tagged (tag INTEGER NOT NULL, sample INTEGER NOT NULL, change INTEGER NOT NULL,
    PRIMARY KEY (tag, sample)) WITHOUT ROWID""",
    """CREATE TABLE saved_view (name TEXT PRIMARY KEY, address TEXT NOT NULL, author TEXT NOT NULL,
    time TEXT NOT NULL)""",
    *(
        f"CREATE TRIGGER {table}_{event} BEFORE {event} ON {table} BEGIN SELECT RAISE(ABORT, 'append only'); END"
        for table in ("change", "touched")
        for event in ("UPDATE", "DELETE")
    ),
    f"PRAGMA application_id = {_APPLICATION}",
    f"PRAGMA user_version = {FORMAT}",
)
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_REFUSED = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH)
_NO_SPACE = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)


def file_of(run_folder: Path) -> Path:
    """Where the tags and saved views of a run are kept, whether or not there are any yet."""
    folder = os.path.abspath(run_folder)  # not resolved: beside a link to a run, not beside its target
    return Path(folder + SUFFIX)


@contextlib.contextmanager
def reading(run_folder: Path) -> Iterator[sqlite3.Connection]:
    """A connection that sees one moment's state; an empty database if nothing was ever annotated.

    Raises:
        RunError: the file cannot be opened, is locked for too long, damaged, or no file of ours.
    """
    path = file_of(run_folder)
    with _errors_of(path), contextlib.ExitStack() as stack:
        connection = stack.enter_context(contextlib.closing(_opened(path, "rw") if path.exists() else _empty()))
        connection.execute("PRAGMA query_only = ON")
        connection.execute("BEGIN")
        if not _is_ours(connection, path):
            connection = stack.enter_context(contextlib.closing(_empty()))
        yield connection


@contextlib.contextmanager
def writing(run_folder: Path) -> Iterator[sqlite3.Connection]:
    """A connection with a transaction of its own: committed at the end, rolled back by any error.

    Raises:
        RunError: as :func:`reading`, or the folder cannot be written; nothing was changed then.
    """
    path = file_of(run_folder)
    with _errors_of(path), contextlib.closing(_opened(path, "rwc")) as connection:
        connection.execute("BEGIN IMMEDIATE")
        try:
            if not _is_ours(connection, path):
                _create(connection)
            yield connection
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")


def revision(run_folder: Path) -> tuple[int, int]:
    """What differs after every change of tags: (inode, number of the last change); (0, 0) without any.

    Part of every cache key of an answer about tags, for two changes may fall into one tick of the file's clock.
    """
    with reading(run_folder) as connection:
        number = connection.execute("SELECT coalesce(max(number), 0) FROM change").fetchone()[0]
    return (file_of(run_folder).stat().st_ino, int(number)) if number else (0, 0)


def _opened(path: Path, mode: str) -> sqlite3.Connection:
    address = f"{path.as_uri()}?mode={mode}"
    connection = sqlite3.connect(address, uri=True, timeout=PATIENCE, isolation_level=None)
    connection.execute("PRAGMA trusted_schema = OFF")  # the file may come from elsewhere
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA cache_size = -131072")  # at most 128 MiB, while a million samples are tagged
    return connection


def _empty() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    _create(connection)
    return connection


def _create(connection: sqlite3.Connection) -> None:
    for statement in _SCHEMA:
        connection.execute(statement)


def _is_ours(connection: sqlite3.Connection, path: Path) -> bool:
    """Whether the tables are there; False for a file that is still empty.

    Raises:
        RunError: somebody else's database, or one of a newer version.
    """
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if application == _APPLICATION and version > FORMAT:
        raise RunError(f"{path} has format {version}; this version reads up to {FORMAT}. Update it.")
    if application == _APPLICATION:
        return True
    if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise RunError(f"{path} is a database of another program; it was left as it is. Move it away to use tags.")
    return False


@contextlib.contextmanager
def _errors_of(path: Path) -> Iterator[None]:
    """Turn what SQLite and the system refuse into one sentence."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise RunError(f"{path} {_reason(error, path)}") from None
    except OSError as error:
        raise RunError(f"{path} cannot be opened ({error.strerror or error}).") from None


def _reason(error: sqlite3.DatabaseError, path: Path) -> str:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code in _BUSY:
        return f"was in use by another process for more than {PATIENCE:g} s; nothing was changed, try again."
    if code in _REFUSED:
        return f"cannot be opened or written ({error}); tags need the right to write in {path.parent}."
    if code in _NO_SPACE:
        return f"could not be read or written ({error}); nothing was changed. Check the disk's space and state."
    return f"is damaged ({error}); it was left as it is. Move it away to begin anew, or put a copy back."
