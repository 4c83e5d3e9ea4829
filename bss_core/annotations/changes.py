"""Changes of tags: each is one transaction and one entry of an append-only log, so all of them can be undone."""

import datetime
import sqlite3
from collections.abc import Iterable
from dataclasses import astuple, dataclass, replace
from pathlib import Path

from bss_core.annotations.database import writing
from bss_core.annotations.names import check_author, check_tag
from bss_core.errors import ConfigError, RunError

__all__ = ["Change", "add_tag", "begin", "carry_out", "delete_tag", "now", "remove_tag", "rename_tag"]


@dataclass(frozen=True)
class Change:
    """One entry of the log.

    Attributes:
        number: counts changes from 1.
        time: when, ISO 8601 in UTC.
        author: who; empty if nobody said.
        action: ``add``, ``remove``, ``rename``, ``delete`` or ``undo``.
        tag: which tag.
        new_name: its new name, for ``rename``.
        samples: how many samples got or lost a tag.
        undoes: number of the change taken back, for ``undo``.
    """

    number: int
    time: str
    author: str
    action: str
    tag: str
    new_name: str
    samples: int
    undoes: int | None = None


def add_tag(run_folder: Path, tag: str, sample_ids: Iterable[str], author: str = "") -> int:
    """Tag samples; returns how many did not have the tag yet. Ids may repeat.

    Raises:
        ConfigError: a tag or author that cannot be kept, or an id that is no text.
        RunError: see :func:`bss_core.annotations.database.writing`.
    """
    tag, author = check_tag(tag), check_author(author)
    with writing(run_folder) as connection:
        change = begin(connection, "add", tag, author)
        _choose(connection, sample_ids)
        connection.execute("INSERT OR IGNORE INTO sample (sample_id) SELECT sample_id FROM chosen")
        connection.execute(
            """INSERT INTO touched SELECT ?1, ?2, sample.key, NULL, ?1 FROM chosen CROSS JOIN sample USING (sample_id)
            WHERE NOT EXISTS (SELECT 1 FROM tagged WHERE tag = ?2 AND sample = sample.key)""",
            [change.number, _key(connection, tag)],
        )
        return carry_out(connection, change)


def remove_tag(run_folder: Path, tag: str, sample_ids: Iterable[str], author: str = "") -> int:
    """Take a tag from samples; returns how many had it. Raises as :func:`add_tag`."""
    tag, author = check_tag(tag), check_author(author)
    with writing(run_folder) as connection:
        change = begin(connection, "remove", tag, author)
        _choose(connection, sample_ids)
        connection.execute(
            """INSERT INTO touched SELECT ?1, tag, sample, change, NULL FROM chosen CROSS JOIN sample USING (sample_id)
            CROSS JOIN tagged ON tagged.tag = ?2 AND tagged.sample = sample.key""",
            [change.number, _key(connection, tag)],
        )
        return carry_out(connection, change)


def delete_tag(run_folder: Path, tag: str, author: str = "") -> int:
    """Take a tag from all samples that have it, after which it is gone; returns how many had it.

    Raises:
        RunError: there is no such tag, or see :func:`bss_core.annotations.database.writing`.
    """
    author = check_author(author)
    with writing(run_folder) as connection:
        change = begin(connection, "delete", tag, author)
        connection.execute(
            "INSERT INTO touched SELECT ?1, tag, sample, change, NULL FROM tagged WHERE tag = ?2",
            [change.number, _known_key(connection, tag)],
        )
        return carry_out(connection, change)


def rename_tag(run_folder: Path, tag: str, new_name: str, author: str = "") -> int:
    """Give a tag another name that no tag has; who tagged a sample, and when, stays. Returns how many have it.

    Raises:
        ConfigError: a name that cannot be kept, or is taken.
        RunError: there is no such tag, or see :func:`bss_core.annotations.database.writing`.
    """
    new_name, author = check_tag(new_name), check_author(author)
    with writing(run_folder) as connection:
        old, new = _known_key(connection, tag), _key(connection, new_name)
        if connection.execute("SELECT 1 FROM tagged WHERE tag = ? LIMIT 1", [new]).fetchone():
            raise ConfigError(f"There is a tag {new_name!r} already; choose another name.")
        change = begin(connection, "rename", tag, author, new_name)
        rows = "SELECT ?1, {}, sample, {} FROM tagged WHERE tag = ?2"
        connection.execute(f"INSERT INTO touched {rows.format('tag', 'change, NULL')}", [change.number, old])
        connection.execute(f"INSERT INTO touched {rows.format('?3', 'NULL, change')}", [change.number, old, new])
        return carry_out(connection, change)


def now() -> str:
    """The moment, ISO 8601 in UTC."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")


def begin(
    connection: sqlite3.Connection, action: str, tag: str, author: str, new_name: str = "", undoes: int | None = None
) -> Change:
    """The next entry of the log; the transaction must hold the right to write, so that nobody takes its number."""
    number = connection.execute("SELECT coalesce(max(number), 0) + 1 FROM change").fetchone()[0]
    return Change(int(number), now(), author, action, tag, new_name, 0, undoes)


def carry_out(connection: sqlite3.Connection, change: Change) -> int:
    """Do what the change has written into ``touched`` and log it; returns for how many samples.

    What touches no sample is not logged, but an undo is: else the next undo would come upon the same change again.
    """
    number = [change.number]
    samples = connection.execute("SELECT count(DISTINCT sample) FROM touched WHERE change = ?", number).fetchone()[0]
    connection.execute(
        """DELETE FROM tagged WHERE (tag, sample) IN
        (SELECT tag, sample FROM touched WHERE change = ? AND after IS NULL)""",
        number,
    )
    connection.execute(
        "INSERT OR REPLACE INTO tagged SELECT tag, sample, after FROM touched WHERE change = ? AND after IS NOT NULL",
        number,
    )
    if samples or change.undoes is not None:
        connection.execute(
            "INSERT INTO change VALUES (?, ?, ?, ?, ?, ?, ?, ?)", astuple(replace(change, samples=samples))
        )
    return int(samples)


def _choose(connection: sqlite3.Connection, sample_ids: Iterable[str]) -> None:
    """Make the table of the ids, each once and in order: sorted look-ups are several times as fast as random ones."""
    connection.execute("CREATE TEMP TABLE chosen (sample_id TEXT NOT NULL)")
    ids = sorted({_checked(sample_id) for sample_id in sample_ids})
    connection.executemany("INSERT INTO chosen VALUES (?)", ((sample_id,) for sample_id in ids))


def _checked(sample_id: str) -> str:
    if not isinstance(sample_id, str) or not sample_id:
        raise ConfigError(f"A sample's id is a text that is not empty; {sample_id!r} cannot be tagged.")
    return sample_id


def _key(connection: sqlite3.Connection, tag: str) -> int:
    connection.execute("INSERT OR IGNORE INTO tag (name) VALUES (?)", [tag])
    return int(connection.execute("SELECT key FROM tag WHERE name = ?", [tag]).fetchone()[0])


def _known_key(connection: sqlite3.Connection, tag: str) -> int:
    found = connection.execute(
        "SELECT key FROM tag WHERE name = ? AND EXISTS (SELECT 1 FROM tagged WHERE tag = key)", [tag]
    ).fetchone()
    if found is None:
        raise RunError(f"There is no tag {tag!r} any more; somebody may have deleted or renamed it.")
    return int(found[0])
