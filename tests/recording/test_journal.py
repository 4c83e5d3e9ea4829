"""The recorder's journal: what was appended is read back, whatever the last record looks like."""

import contextlib

import numpy as np
import pytest

from bss_core.errors import RunError
from bss_core.recording.batch import recorded_batch
from bss_core.recording.journal import Journal
from tests.recording.recordings import batches


def filled(path, count=3):
    journal, made = Journal(path), [recorded_batch(*batch, 3) for batch in batches(0)][:count]
    for batch in made:
        journal.append(batch)
    journal.close()
    return made


def read(path):
    with contextlib.closing(Journal(path)) as journal:
        return journal.batches()


def same(found, wanted):
    assert [batch.sample_ids for batch in found] == [batch.sample_ids for batch in wanted]
    for one, other in zip(found, wanted, strict=True):
        assert one.labels.tolist() == other.labels.tolist()
        assert list(one.logits) == list(other.logits)
        assert all(np.array_equal(one.logits[head], other.logits[head]) for head in one.logits)


def test_batches_come_back_bit_for_bit_in_order(tmp_path):
    made = filled(tmp_path / "a" / "k.journal")
    same(read(tmp_path / "a" / "k.journal"), made)


def test_float64_logits_keep_their_bits(tmp_path):
    ids, values, labels = next(batches(0))
    batch = recorded_batch(ids, {head: array / np.float64(3) for head, array in values.items()}, labels, 3)
    with contextlib.closing(Journal(tmp_path / "k")) as journal:
        journal.append(batch)
    found = read(tmp_path / "k")

    same(found, [batch])
    assert found[0].logits["audio"].dtype == np.float64


@pytest.mark.parametrize("kept", [1, 5, 8, 12, 100, -1, -20])
def test_a_torn_last_record_is_dropped_and_the_next_one_follows_the_last_whole_one(tmp_path, kept):
    path = tmp_path / "k"
    first, second, third = filled(path)
    whole = path.read_bytes()
    filled(tmp_path / "two", 2)
    ends = (tmp_path / "two").stat().st_size  # where the third record begins
    path.write_bytes(whole[: ends + kept if kept > 0 else len(whole) + kept])
    with contextlib.closing(Journal(path)) as journal:
        same(journal.batches(), [first, second])
        journal.append(third)
    same(read(path), [first, second, third])


@pytest.mark.parametrize("damage", [b"\xff" * 40, b"\x00" * 8 + b"x"])
def test_garbage_after_the_last_record_is_dropped(tmp_path, damage):
    made = filled(tmp_path / "k")
    with open(tmp_path / "k", "ab") as file:
        file.write(damage)

    same(read(tmp_path / "k"), made)


def test_an_empty_journal_leaves_no_file_behind(tmp_path):
    Journal(tmp_path / "k").close()
    assert not (tmp_path / "k").exists()


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match=r"file/k could not be written \(.+\); all batches logged before are kept"):
        Journal(tmp_path / "file" / "k")


def test_a_full_disk_is_told_and_leaves_no_half_record(tmp_path, monkeypatch):
    made = filled(tmp_path / "k", 2)
    journal = Journal(tmp_path / "k")
    file = journal._file

    class Full:
        def __getattr__(self, name):
            return getattr(file, name)

        def write(self, record):
            return file.write(record[:20])  # the disk takes no more

    monkeypatch.setattr(journal, "_file", Full())
    with pytest.raises(RunError, match="the disk is full"):
        journal.append(made[0])
    monkeypatch.undo()
    journal.close()
    same(read(tmp_path / "k"), made)
