"""The Overview page with every kind of run, and what it derives from options and events."""

import os
import shutil

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from app.results import results_table
from app.roots import VARIABLE
from app.run_frames import (
    differences,
    draws_uniformly,
    epochs,
    learning,
    options_table,
    scheduler_text,
)
from app.views.overview_results import comparable
from app.views.overview_runs import run_row
from bss_core.files import append_line
from bss_core.runs import Run
from bss_core.training_options import training_options
from tests.score_tables import some_run

RANDOM = {"scheduler": "random_order"}


def script():
    from app.views import overview

    overview.show()


def metrics(value):
    return {"accuracy": value, "map": value - 0.1, "macro_f1": value - 0.2}


def event(epoch, loss=1.0):
    heads = {"audio": metrics(0.4), "multimodal": metrics(0.5 + epoch / 10)}
    plan = {"share": 0.5, "size": 20, "effective_sample_size": 19.0}
    return {"epoch": epoch, "steps": 4, "samples": 20, "seconds": 30.0, "loss": loss, "metrics": {"validation": heads},
            "schedule": plan}  # fmt: skip


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A finished run of 3 epochs with results."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "runs"))
    run = some_run(tmp_path)
    for epoch in (1, 2, 3):
        append_line(run.folder / "events.jsonl", event(epoch))
    results = {"test": {"audio": metrics(0.3), "multimodal": metrics(0.75)}, "checkpoint": "best", "epoch": 2}
    options = training_options({"epochs": 3}).as_dict()
    run.state.update(status="finished", results=results, options=options, skipped={"x-09": "no picture"})
    return run


def copy(run, name, created="2020-01-01", **changes):
    """Another run of the same data, with other options."""
    folder = shutil.copytree(run.folder, run.folder.parent / name)
    other = Run(folder)
    given = {"epochs": 3, **changes}
    other.state.update(id=name, created=created, options=training_options(given).as_dict())
    return other


def shown(**session):
    app = AppTest.from_function(script, default_timeout=30)
    for key, value in session.items():
        app.session_state[key] = value
    app.run()
    assert not app.exception
    return app


def texts(app):
    kinds = (app.caption, app.markdown, app.info, app.warning, app.error, app.subheader)
    return " ".join(str(item.value) for kind in kinds for item in kind)


def test_a_good_run_shows_its_results_curves_and_options(run):
    app = shown()
    assert "1 run." in texts(app)
    assert "Test split, checkpoint “best” (epoch 2" in texts(app)
    assert len(app.get("plotly_chart")) == 5
    assert [expander.label for expander in app.expander][1] == "Skipped samples (1)"
    table = app.dataframe[0].value
    assert table["test accuracy"].tolist() == [0.75]
    assert table["minutes"].tolist() == [1.5]


def test_another_metric_is_one_click_away(run):
    app = shown()
    app.segmented_control(key="overview_metric").set_value("map").run()
    assert not app.exception
    assert app.segmented_control(key="overview_metric").value == "map"


def test_without_runs_the_page_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    assert "Train page" in texts(shown())


def test_a_run_that_has_just_started_has_nothing_to_draw(run):
    (run.folder / "events.jsonl").unlink()
    run.state.update(status="finished", results={})
    assert "finished no epoch yet" in texts(shown())


def test_a_failed_run_shows_its_reason_and_log(run):
    run.state.update(status="failed", error="Out of memory.", results={})
    (run.folder / "log.txt").write_text("the last words\n")
    app = shown()
    assert app.error[0].value == "This run failed. Out of memory."
    assert "the last words" in app.code[0].value


def test_a_run_whose_process_is_gone_is_interrupted(run):
    run.state.update(status="running")
    (run.folder / "process.json").write_text('{"pid": 1, "started": 0}')
    assert "process ended before it was finished" in texts(shown())


def test_a_running_run_shows_its_progress(run):
    run.state.update(status="running", results={})
    run.state.own(os.getpid())
    run.state.report("training", 1.5, 3)
    app = shown()
    assert "epoch 1.5 of 3" in app.get("progress")[0].proto.text
    assert "appear here when the run has finished" in texts(app)


def test_a_broken_run_is_listed_and_explained(run):
    (run.folder.parent / "torn").mkdir()
    (run.folder.parent / "torn" / "run.json").write_text('{"opt')
    app = shown(run="torn")
    assert app.dataframe[0].value["run"].tolist() == ["some-1", "torn"]
    assert "damaged" in app.error[0].value


def test_a_damaged_score_table_and_gone_data_are_named(run):
    path = run.folder / "scores" / "evaluation=001.parquet"
    path.write_bytes(path.read_bytes()[:50])
    (run.data / "manifest.parquet").unlink()
    found = texts(shown())
    assert "evaluation=001.parquet cannot be read" in found
    assert "no longer in" in found


def test_a_run_in_random_order_is_proposed_and_differences_are_said(run):
    run.state.update(created="2030-01-01")
    copy(run, "other-seed", seed=5)
    copy(run, "random-1", epochs=9, **RANDOM)
    app = shown(run="some-1")
    assert app.selectbox(key="overview_compare_some-1").value == "random-1"
    assert "epochs 3 instead of 9" in texts(app)
    assert "Steps so far: 12 here, 12 there" in texts(app)
    app.selectbox(key="overview_compare_some-1").set_value("").run()
    assert "Dotted" not in texts(app)


def test_runs_of_other_data_are_not_compared(run):
    others = [copy(run, "same", seed=1), copy(run, "random-1", **RANDOM), copy(run, "different")]
    others[2].state.update(data={**run.details()["data"], "content_hash": "other"})
    assert [other.id for other in comparable(run, [run, *others])] == ["random-1", "same"]


def test_a_row_of_a_broken_run_has_only_name_and_status(tmp_path):
    (tmp_path / "run.json").write_text("[]")
    assert run_row(Run(tmp_path)) == {"run": tmp_path.name, "status": ["● broken"]}


def test_learning_takes_one_metric_with_the_multimodal_head_first():
    found = learning([event(1), {"epoch": 2}, event(3)], "map")
    assert found["head"].tolist() == ["multimodal"] * 2 + ["audio"] * 2
    assert found["value"].tolist() == pytest.approx([0.5, 0.7, 0.3, 0.3])
    assert learning([], "map").empty
    missing = learning([{"epoch": 1, "metrics": {"validation": {"audio": {}}}}], "map")
    assert np.isnan(missing["value"].item())


def test_epochs_keep_gaps_as_gaps():
    found = epochs([event(1), event(2, loss=None), {"epoch": 3}])
    assert found["loss"].isna().tolist() == [False, True, True]
    assert found["share"].tolist()[:2] == [0.5, 0.5]
    assert epochs([]).empty


def test_results_put_test_before_validation_and_multimodal_first():
    found = results_table({"validation": {"a": metrics(0.5)}, "test": {"a": metrics(0.6), "multimodal": metrics(0.7)}})
    assert found[["head", "split"]].values.tolist() == [["multimodal", "test"], ["a", "test"], ["a", "validation"]]
    assert results_table({}).empty


@pytest.mark.parametrize(
    ("given", "is_uniform"),
    [
        ({"scheduler": "random_order", "scheduler_options": {}}, True),
        ({"scheduler": "learned", "scheduler_options": {"temperature": 1000.0}}, False),
        ({"scheduler": "heuristic", "scheduler_options": {}}, False),
        ({"scheduler": "gone"}, False),
        ({}, False),
    ],
)
def test_the_baseline_is_known_by_what_it_does(given, is_uniform):
    assert draws_uniformly(given) == is_uniform


def test_differences_leave_out_the_scheduler():
    own = {"scheduler": "a", "scheduler_options": {"x": 1}, "epochs": 3, "batch_size": 8, "device": "cpu"}
    other = {"scheduler": "b", "scheduler_options": {}, "epochs": 5, "batch_size": 8, "device": "cuda"}
    assert differences(own, other) == ["epochs 5 instead of 3"]
    assert differences(own, own) == []


def test_options_are_compared_with_their_defaults():
    table = options_table(training_options({"epochs": 99, "scheduler_options": {"beta": 0.25}}).as_dict())
    changed = table[table["changed"]]
    assert changed[["option", "value"]].values.tolist() == [["epochs", "99"], ["learned: beta", "0.25"]]
    assert table["changed"].tolist() == sorted(table["changed"], reverse=True)
    assert options_table({"scheduler": "gone", "scheduler_options": {"x": 1}})["option"].tolist() == [
        "scheduler", "gone: x",
    ]  # fmt: skip
    assert options_table({}).empty


def test_a_scheduler_is_told_with_its_numbers():
    told = scheduler_text({"scheduler": "learned", "scheduler_options": {"beta": 0.5, "replacement": True}})
    assert told == "learned (beta 0.5)"
    assert scheduler_text({}) == "?"
