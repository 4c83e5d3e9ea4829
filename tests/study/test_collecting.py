"""The table of runs: what stands in run folders, a row per arm and seed."""

import json

import numpy as np
import pytest

from bss_core.study.arms import Arm, Group, Study
from bss_core.study.collecting import collect
from bss_core.study.tasks import Task
from tests.study.fakes import data_set, epoch_event, fake_run

ARMS = (Arm("random", ("a", "b"), {}, reference="random"), Arm("own", ("a",), {}, reference="random"))
STUDY = Study("fake", "", (0,), {"a": Group("A"), "b": Group("B")}, ARMS)
VALUES = {"accuracy": 0.5, "map": 0.6, "macro_f1": 0.4, "weighted_f1": 0.45, "classes_without_samples": 0}


@pytest.fixture
def tasks(tmp_path):
    known = {"epochs": 2, "seed": 0, "scheduler": "random_order", "scheduler_options": {}, "measure": {}, "alpha": 0.5}
    learned = {**known, "scheduler": "learned", "scheduler_options": {"beta": 0.5}}
    return [
        Task(tmp_path / "runs" / "random-seed0", 0, known, arms=["random"]),
        Task(tmp_path / "runs" / "own-seed0", 0, learned, arms=["own"]),
    ]


def test_a_finished_run_gives_its_course_and_results(tasks, tmp_path):
    run = fake_run(tasks[0].folder, data_set(tmp_path / "data", 4), [(0, "training", {"total_loss": [1, 2, 3, 4]})])
    epoch_event(run, 1, scoring_seconds=1.0)
    epoch_event(run, 2, seconds=4.0, schedule={"effective_sample_size": 40.0, "entropy": 3.0, "coverage": 1.0})
    heads = {"multimodal": {**VALUES, "accuracy": 0.7}, "sum_all": {**VALUES, "accuracy": 0.8}}
    results = {"epoch": 2, "rule": "sum_all", "validation": heads, "test": heads}
    run.state.update(results=results)

    row = collect(STUDY, tasks, {}, tmp_path).set_index("arm").loc["random"]

    assert (row["seed"], row["run"], row["groups"], row["status"]) == (0, "runs/random-seed0", "a,b", "finished")
    assert (row["epochs_run"], row["steps"], row["samples_drawn"], row["best_epoch"]) == (2, 20, 160, 2)
    assert (row["seconds_per_epoch"], row["scoring_seconds_per_epoch"]) == (3.0, 0.5)
    assert (row["effective_sample_size"], row["entropy"]) == (60.0, 3.0)
    assert (row["test_accuracy"], row["test_accuracy_multimodal"], row["validation_map"]) == (0.8, 0.7, 0.6)


def test_only_options_that_vary_are_columns(tasks, tmp_path):
    table = collect(STUDY, tasks, {}, tmp_path)

    assert {"scheduler", "set.beta"} <= set(table)
    assert not {"alpha", "epochs", "seed.1", "measure"} & set(table)
    assert table["set.beta"].tolist()[1] == 0.5


def test_data_sets_go_by_name_and_not_by_where_they_lay(tasks, tmp_path):
    for task, name in zip(tasks, ("stamps", "stamps-swapped"), strict=True):
        task.options["data"] = str(tmp_path / "somewhere" / name)

    assert collect(STUDY, tasks, {}, tmp_path)["data"].tolist() == ["stamps", "stamps-swapped"]


def test_runs_that_did_not_finish_are_listed_with_their_error(tasks, tmp_path):
    run = fake_run(tasks[0].folder, data_set(tmp_path / "data", 4), [(0, "training", {"total_loss": [1, 2, 3, 4]})])
    run.state.update(status="failed", error="It diverged.")
    table = collect(STUDY, tasks, {tasks[1].folder: "No such data."}, tmp_path).set_index("arm")

    assert table.loc["random", ["status", "error"]].tolist() == ["failed", "It diverged."]
    assert table.loc["own", ["status", "error"]].tolist() == ["not started", "No such data."]


def test_a_damaged_run_is_broken_and_no_error(tasks, tmp_path):
    tasks[0].folder.mkdir(parents=True)
    (tasks[0].folder / "run.json").write_text(json.dumps({"format": 1}))

    assert collect(STUDY, tasks, {}, tmp_path)["status"].tolist() == ["broken", "not started"]


def test_arms_that_share_a_run_have_a_row_each(tasks, tmp_path):
    tasks[0].arms.append("own")
    table = collect(STUDY, tasks[:1], {}, tmp_path)

    assert table["arm"].tolist() == ["random", "own"]
    assert np.unique(table["run"]).tolist() == ["runs/random-seed0"]
