"""The run store: what is written is read back, whatever else lies in the folder and however it was damaged."""

import json
import os
import shutil

import pytest

from bss_core.errors import RunError
from bss_core.evaluations import Evaluation
from bss_core.manifest import read_info
from bss_core.runs import FILE, Run, append_event, create_run, find_runs, open_run
from tests.score_tables import some_predictions, some_run, write_some


@pytest.fixture
def run(tmp_path, tiny_data):
    return create_run(tmp_path / "runs" / "first", {"epochs": 2, "seed": 7}, read_info(tiny_data), device="cpu")


def change(run, **changes):
    (run.folder / FILE).write_text(json.dumps(json.loads((run.folder / FILE).read_text()) | changes))


def test_new_run(run, tiny_data):
    assert run.id == "first"
    assert run.status == "starting"
    assert run.error == ""
    assert run.options == {"epochs": 2, "seed": 7}
    assert run.classes == ["low red", "mid green", "high blue"]
    assert run.modalities == {"audio": "audio", "caption": "text", "image": "image"}
    assert run.data == tiny_data
    details = run.details()
    assert details["device"] == "cpu"
    assert details["data"]["content_hash"] == read_info(tiny_data).content_hash
    assert set(details["versions"]) > {"python", "torch", "numpy"}
    assert run.events() == []
    assert run.evaluations() == []
    assert run.checkpoints() == []


def test_run_is_not_overwritten(run, tiny_data):
    before = (run.folder / FILE).read_bytes()
    with pytest.raises(RunError, match="holds a run already; choose another folder"):
        create_run(run.folder, {}, read_info(tiny_data))
    assert (run.folder / FILE).read_bytes() == before


def test_run_and_data_can_be_moved_together(run, tiny_data, tmp_path, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "copy"
    shutil.copytree(tmp_path, elsewhere)
    moved = open_run(elsewhere / "runs" / "first")
    assert moved.data == elsewhere / tiny_data.relative_to(tmp_path)
    assert not os.path.isabs(moved.details()["data"]["folder"])


def test_folder_that_cannot_be_made(tmp_path, tiny_data):
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match="could not be written"):
        create_run(tmp_path / "file" / "first", {}, read_info(tiny_data))


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ('{"status": "running", "opt', "is damaged"),
        ("", "is damaged"),
        ("null", "holds no JSON object"),
        ("{}", "its 'format' is missing or damaged"),
        ('{"format": 1, "options": [], "data": {}, "status": ""}', "its 'options' is missing or damaged"),
        ('{"format": 1, "options": {}, "data": 3, "status": ""}', "its 'data' is missing or damaged"),
        ('{"format": 1, "options": {}, "data": {}, "status": ""}', "its 'folder' is missing or damaged"),
        ('{"format": 1, "options": {}, "data": {}}', "its 'status' is missing or damaged"),
        ('{"format": "one", "options": {}, "data": {}, "status": ""}', "its 'format' is missing or damaged"),
    ],
)
def test_damaged_description(run, text, match):
    (run.folder / FILE).write_text(text)
    with pytest.raises(RunError, match=match):
        run.details()
    with pytest.raises(RunError, match=match):
        open_run(run.folder)
    assert run.status == "broken"
    assert not run.is_active
    assert run.error == str(pytest.raises(RunError, run.details).value)


def test_newer_format(run):
    change(run, format=99)
    with pytest.raises(RunError, match="has format 99; this version reads up to 1"):
        open_run(run.folder)


def test_folder_without_a_run(tmp_path):
    with pytest.raises(RunError, match="There is no run in .*run.json was expected"):
        open_run(tmp_path)
    assert Run(tmp_path).status == "broken"


def test_reason_of_a_failure(run):
    run.state.update(status="failed", error="No space left.")
    assert (run.status, run.error, run.is_active) == ("failed", "No space left.", False)


def test_living_process_makes_a_run_active(run):
    run.state.update(status="running")
    assert run.status == "interrupted"
    run.state.own(os.getpid())
    assert run.is_active


def test_events_come_back_by_epoch(run):
    for epoch in (1, 2, 3):
        append_event(run.folder, {"epoch": epoch, "loss": epoch / 2})
    append_event(run.folder, {"epoch": 2, "loss": 9.0})  # a resumed run writes an epoch again
    assert [(item["epoch"], item["loss"]) for item in run.events()] == [(1, 0.5), (2, 9.0), (3, 1.5)]


def test_torn_and_strange_events_are_left_out(run):
    append_event(run.folder, {"epoch": 1})
    with open(run.folder / "events.jsonl", "ab") as file:
        file.write(b'[1]\n"epoch"\n{"epoch": "two"}\n{"loss": 1}\n\xff\xfe\n{"epoch": 2, "lo')
    assert run.events() == [{"epoch": 1}]
    append_event(run.folder, {"epoch": 3})  # not glued to the torn line
    assert run.events() == [{"epoch": 1}, {"epoch": 3}]


def test_evaluations_by_kind(tmp_path):
    run = some_run(tmp_path, evaluations=2)
    write_some(run.folder, 4, some_predictions(4), kind="scoring", split="test", checkpoint="best")
    assert [item.number for item in run.evaluations()] == [0, 1, 4]
    assert [item.number for item in run.evaluations("training")] == [0, 1]
    (found,) = run.evaluations("scoring")
    assert isinstance(found, Evaluation)
    assert (found.split, found.checkpoint) == ("test", "best")


def test_checkpoints_best_and_last_first(run):
    (run.folder / "checkpoints").mkdir()
    for name in ("epoch-3", "last", "best", "a"):
        (run.folder / "checkpoints" / f"{name}.safetensors").touch()
    (run.folder / "checkpoints" / "resume.pt").touch()
    assert run.checkpoints() == ["best", "last", "a", "epoch-3"]


def test_runs_are_found_newest_first(run, tmp_path, tiny_data):
    for name, created in (("second", "2030-01-01"), ("third", "2020-01-01")):
        change(create_run(tmp_path / "runs" / name, {}, read_info(tiny_data)), created=created)
    (tmp_path / "runs" / "no-run").mkdir()
    (tmp_path / "runs" / "a-file").touch()
    assert [item.id for item in find_runs([tmp_path / "runs"])] == ["second", "first", "third"]


def test_folder_may_be_a_run_or_hold_runs_and_counts_once(run, tmp_path):
    twice = [run.folder, tmp_path / "runs", tmp_path / "runs" / ".." / "runs"]
    assert [item.id for item in find_runs(twice)] == ["first"]
    assert find_runs([tmp_path / "absent"]) == []


def test_broken_runs_are_found_too(run, tmp_path):
    broken = tmp_path / "runs" / "broken"
    broken.mkdir()
    (broken / FILE).write_text("{")
    assert {item.id: item.status for item in find_runs([tmp_path / "runs"])} == {
        "first": "starting",
        "broken": "broken",
    }
