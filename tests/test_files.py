"""Atomic files: complete or as before, whatever stops the write; the log's lines are whole or absent."""

import json
import os

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bss_core import files
from bss_core.errors import RunError


def leftovers(folder):
    return sorted(path.name for path in folder.iterdir())


def test_bytes_are_written_into_new_folders(tmp_path):
    files.write_bytes(tmp_path / "a" / "b" / "c.bin", b"abc")
    assert (tmp_path / "a" / "b" / "c.bin").read_bytes() == b"abc"
    assert leftovers(tmp_path / "a" / "b") == ["c.bin"]


def test_a_failing_write_leaves_the_old_file_and_no_other(tmp_path):
    path = tmp_path / "a.bin"
    files.write_bytes(path, b"old")
    with pytest.raises(TypeError, match="bytes-like"):
        files._write(path, lambda file: file.write(b"half of the new") and file.write("text"))
    assert path.read_bytes() == b"old"
    assert leftovers(tmp_path) == ["a.bin"]


def test_a_full_disk_is_one_sentence_and_changes_nothing(tmp_path, monkeypatch):
    path = tmp_path / "a.bin"
    files.write_bytes(path, b"old")

    def refuse(handle):
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(files.os, "fsync", refuse)
    with pytest.raises(RunError, match=r"a\.bin could not be written \(No space left on device\).*unchanged"):
        files.write_bytes(path, b"new")
    assert path.read_bytes() == b"old"
    assert leftovers(tmp_path) == ["a.bin"]


def test_the_reader_sees_the_old_file_until_the_new_one_is_complete(tmp_path):
    path = tmp_path / "a.bin"
    files.write_bytes(path, b"old")
    with files.atomic(path) as file:
        file.write(b"new")
        file.flush()
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"


def test_a_folder_that_is_a_file(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(RunError, match="could not be written"):
        files.write_bytes(tmp_path / "file" / "a.bin", b"abc")


def test_json_is_readable_by_people_and_refuses_what_json_has_not(tmp_path):
    path = tmp_path / "a.json"
    files.write_json(path, {"name": "Öl", "values": [1, 2.5]})
    assert "Öl" in path.read_text(encoding="utf-8")
    assert json.loads(path.read_text(encoding="utf-8")) == {"name": "Öl", "values": [1, 2.5]}
    with pytest.raises(ValueError, match="Out of range float"):
        files.write_json(path, {"loss": float("nan")})
    assert json.loads(path.read_text(encoding="utf-8"))["name"] == "Öl"


@pytest.mark.parametrize(("size", "groups"), [(None, 1), (4, 3)])
def test_a_table_keeps_its_rows_and_the_wanted_row_groups(tmp_path, size, groups):
    table = pa.table({"number": list(range(10))})
    files.write_table(table, tmp_path / "a.parquet", size)
    with pq.ParquetFile(tmp_path / "a.parquet") as file:
        assert file.num_row_groups == groups
        assert file.read().equals(table)
        assert file.metadata.row_group(0).column(0).compression == "ZSTD"


def test_lines_are_appended_whole(tmp_path):
    path = tmp_path / "events.jsonl"
    files.append_line(path, {"epoch": 0})
    files.append_line(path, {"epoch": 1, "word": "zwölf"})
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [{"epoch": 0}, {"epoch": 1, "word": "zwölf"}]


def test_a_line_after_a_torn_one_stands_alone(tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_bytes(b'{"epoch": 0}\n{"epo')
    files.append_line(path, {"epoch": 2})
    assert path.read_bytes() == b'{"epoch": 0}\n{"epo\n{"epoch": 2}\n'


def test_a_line_that_cannot_be_written(tmp_path):
    with pytest.raises(RunError, match="could not be written"):
        files.append_line(tmp_path, {"epoch": 0})


def test_a_reader_at_work_keeps_the_old_file_whole(tmp_path):
    path = tmp_path / "table.bin"
    files.write_bytes(path, b"old" * 1000)
    with path.open("rb", buffering=0) as reader:
        assert reader.read(3) == b"old"
        files.write_bytes(path, b"new")
        assert reader.read() == b"old" * 999
    assert path.read_bytes() == b"new"
