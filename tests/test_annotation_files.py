"""The file of tags: several processes at once, locked, read-only, gone, damaged, somebody else's."""

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from bss_core import annotations, queries
from bss_core.annotations import database
from bss_core.errors import RunError
from bss_core.selection import Selection
from tests.score_tables import some_run

ROOT = Path(__file__).parents[1]


@pytest.fixture
def folder(tmp_path):
    """The folder of a run that nobody annotated yet."""
    return tmp_path / "run-1"


@pytest.fixture
def run(tmp_path):
    return some_run(tmp_path, 1)


WRITER = """
import sys
from pathlib import Path
from bss_core import annotations
folder, author = Path(sys.argv[1]), sys.argv[2]
for number in range(20):
    annotations.add_tag(folder, "both", [f"{author}-{number}"], author)
    annotations.add_tag(folder, "shared", [str(number)], author)
"""


def test_two_processes_writing_at_once_lose_nothing(folder):
    command = [sys.executable, "-c", WRITER, str(folder)]
    writers = [subprocess.Popen([*command, name], cwd=ROOT, stderr=subprocess.PIPE, text=True) for name in ("a", "b")]
    while any(writer.poll() is None for writer in writers):
        counts = annotations.tag_counts(folder)  # a third one reads meanwhile
        assert counts.get("both", 0) <= 40
    assert [writer.communicate()[1] for writer in writers] == ["", ""]
    assert annotations.tag_counts(folder) == {"both": 40, "shared": 20}
    entries = annotations.history(folder, 100)
    assert [entry.number for entry in entries] == list(range(60, 0, -1))
    assert sum(entry.samples for entry in entries if entry.author == "a" and entry.tag == "both") == 20


def test_a_locked_file_is_one_sentence_and_nothing_is_changed(folder, monkeypatch):
    annotations.add_tag(folder, "x", ["a"])
    monkeypatch.setattr(database, "PATIENCE", 0.05)
    other = sqlite3.connect(annotations.file_of(folder), isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(RunError, match="in use by another process for more than 0.05 s; nothing was changed"):
        annotations.add_tag(folder, "y", ["a"])
    with pytest.raises(RunError, match="in use by another process"):
        annotations.tag_counts(folder)
    other.close()
    assert annotations.tag_counts(folder) == {"x": 1}


@pytest.fixture
def read_only_folder():
    """A run's folder in a folder without the right to write, for a user who is not root; with one tag."""
    root = Path(tempfile.mkdtemp())
    annotations.add_tag(root / "run-1", "x", ["a"])
    for path in (annotations.file_of(root / "run-1"), root):
        path.chmod(path.stat().st_mode & ~(stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) | stat.S_IROTH)
    root.chmod(0o555)
    is_root = os.geteuid() == 0
    os.seteuid(65534 if is_root else os.geteuid())  # root may write everywhere
    yield root / "run-1"
    os.seteuid(0 if is_root else os.geteuid())
    root.chmod(0o755)
    shutil.rmtree(root)


def test_a_read_only_folder_is_read_and_a_change_refused_in_one_sentence(read_only_folder):
    assert annotations.tag_counts(read_only_folder) == {"x": 1}
    for folder in (read_only_folder, read_only_folder.with_name("run-2")):
        with pytest.raises(RunError, match="cannot be opened or written .*need the right to write in"):
            annotations.add_tag(folder, "y", ["a"])


def test_a_folder_that_is_gone_is_one_sentence(tmp_path):
    with pytest.raises(RunError, match="need the right to write in .*gone"):
        annotations.add_tag(tmp_path / "gone" / "run-1", "x", ["a"])


def corrupt_middle(content):
    return content[:4096] + b"\xff" * (len(content) - 4096)


@pytest.mark.parametrize("damage", [lambda _: b"no database" * 99, lambda c: c[:5000], corrupt_middle])
def test_a_damaged_file_is_one_sentence_and_stays_as_it_is(run, damage):
    annotations.add_tag(run.folder, "x", [f"x-{number}" for number in range(2000)])
    path = annotations.file_of(run.folder)
    path.write_bytes(damage(path.read_bytes()))
    before = path.read_bytes()
    for ask in (annotations.tag_counts, annotations.undo, lambda folder: annotations.add_tag(folder, "y", ["a"])):
        with pytest.raises(RunError, match="is damaged .* left as it is"):
            ask(run.folder)
    assert path.read_bytes() == before
    assert queries.sizes(queries.source(run, 0), Selection()) == (40, 40)


def test_another_program_s_database_and_a_newer_one_are_left_alone(folder):
    path = annotations.file_of(folder)
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE theirs (x)")
    other.close()
    with pytest.raises(RunError, match="database of another program; it was left as it is"):
        annotations.add_tag(folder, "x", ["a"])
    path.unlink()
    annotations.add_tag(folder, "x", ["a"])
    with sqlite3.connect(path) as newer:
        newer.execute("PRAGMA user_version = 9")
    newer.close()
    with pytest.raises(RunError, match="has format 9; this version reads up to 1"):
        annotations.tag_counts(folder)


def test_an_empty_file_and_a_folder_in_its_place(folder):
    path = annotations.file_of(folder)
    path.touch()
    assert annotations.tag_counts(folder) == {}
    path.unlink()
    path.mkdir()
    with pytest.raises(RunError, match="cannot be opened"):
        annotations.tag_counts(folder)


def test_the_log_cannot_be_rewritten(folder):
    annotations.add_tag(folder, "x", ["a"])
    with database.writing(folder) as connection, pytest.raises(sqlite3.IntegrityError, match="append only"):
        connection.execute("DELETE FROM change")
    assert len(annotations.history(folder)) == 1
