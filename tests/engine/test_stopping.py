"""Runs that stop half-way, by request, by a full disk or by damage, go on as if they had not."""

import errno
import json
import os

import pandas as pd
import pytest
import torch
from safetensors.torch import load_file

from bss_core import jobs
from bss_core.errors import Cancelled, CheckpointError, RunError
from tests.engine.small_runs import assert_same_tables, changed, new_run, tables, train_as_job, trained, untimed


def stops_at(phase, done):
    """A callback that stops the job when a phase has come so far."""

    def tell(now, so_far, total):
        if now == phase and so_far >= done:
            raise Cancelled

    return tell


@pytest.mark.parametrize(
    ("phase", "done", "every"),
    [
        ("training", 2.4, 1),  # in the middle of an epoch
        ("training", 1.4, 2),  # between two evaluations
        ("scoring 1", 0, 1),  # while scoring
        ("validating", 0, 2),  # in an epoch whose steps are all done
        ("reading train media", 0, 1),  # before anything was written
        ("scoring 3", 3, 1),  # at the very end
    ],
)
def test_a_cancelled_run_goes_on_as_if_it_had_not_stopped(tmp_path, tiny_data, phase, done, every):
    given = {"epochs": 3, "scheduler_options": {"evaluate_every": every}, "augment": 0.5, "lr_schedule": "cosine"}
    whole = trained(tmp_path / "whole", tiny_data, **given)
    run, options = new_run(tmp_path / "parts", tiny_data, **given)
    with pytest.raises(Cancelled):
        train_as_job(run, options, stops_at(phase, done))
    assert run.status == "cancelled"
    train_as_job(run, options)
    assert run.status == "finished"
    assert_same_tables(run, whole)
    for name in run.checkpoints():
        found, expected = (load_file(one.folder / "checkpoints" / f"{name}.safetensors") for one in (run, whole))
        assert all(torch.equal(found[key], expected[key]) for key in expected)
    assert untimed(run) == untimed(whole)
    assert run.details()["results"] == whole.details()["results"]
    dynamics = [pd.read_parquet(one.folder / "dynamics.parquet") for one in (run, whole)]
    pd.testing.assert_frame_equal(*dynamics, check_exact=True)


def test_a_request_to_stop_is_heard_at_the_next_batch(tmp_path, tiny_data):
    seen = []

    def tell(phase, done, total):
        seen.append(phase)
        if phase == "training" and done > 1:
            jobs.cancel(run.state)

    run, options = new_run(tmp_path / "run", tiny_data, epochs=3)
    with pytest.raises(Cancelled):
        train_as_job(run, options, tell)
    assert run.status == "cancelled"
    assert seen.count("training") == 4  # three batches of the first epoch, one of the second
    assert [event["epoch"] for event in run.events()] == [1]
    assert [item.number for item in run.evaluations()] == [0, 1]


@pytest.mark.parametrize("suffix", [".parquet", ".safetensors", ".pt", ".json", ".jsonl"])
def test_a_full_disk_ends_the_run_in_one_sentence_and_it_can_go_on(tmp_path, tiny_data, monkeypatch, suffix):
    full = []

    def fsync(handle):
        # from the second epoch on, the disk refuses files of one type
        if full and suffix in os.readlink(f"/proc/self/fd/{handle}").removeprefix(str(tmp_path)):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def tell(phase, done, total):
        full.extend([True] if phase == "training" and done > 1 else [])

    whole = trained(tmp_path / "whole", tiny_data, epochs=3)
    run, options = new_run(tmp_path / "run", tiny_data, epochs=3)
    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(RunError, match="could not be written .No space left on device."):
        train_as_job(run, options, tell)
    assert not list(run.folder.rglob(".*"))  # no half file is left
    assert json.loads((run.folder / "run.json").read_text())["options"]["epochs"] == 3
    monkeypatch.undo()
    train_as_job(run, options)
    assert_same_tables(run, whole)
    assert [event["epoch"] for event in run.events()] == [1, 2, 3]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not really"])
def test_a_damaged_state_is_said_and_nothing_is_lost(tmp_path, tiny_data, content):
    run, options = new_run(tmp_path / "run", tiny_data, epochs=3)
    with pytest.raises(Cancelled):
        train_as_job(run, options, stops_at("training", 1.5))
    (run.folder / "checkpoints" / "resume.pt").write_bytes(content)
    before = tables(run)
    with pytest.raises(CheckpointError, match="resume.pt cannot be read"):
        train_as_job(run, options)
    assert run.status == "failed"
    assert tables(run) == before


def test_data_that_changed_are_not_mixed_with_the_old(tmp_path, tiny_data):
    run, options = new_run(tmp_path / "run", tiny_data, epochs=3)
    with pytest.raises(Cancelled):
        train_as_job(run, options, stops_at("training", 1.5))
    changed(tiny_data, "tiny-00", caption="another caption")
    before = tables(run)
    with pytest.raises(RunError, match="has changed since run was started; start a new run"):
        train_as_job(run, options)
    assert tables(run).keys() == before.keys()
