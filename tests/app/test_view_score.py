"""The Score page: what can be asked, what is at work, what came out, and what is wrong in one sentence."""

import os
import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.roots import VARIABLE
from bss_core.errors import RunError
from bss_core.files import write_json
from bss_core.job_state import JobState
from bss_core.manifest import read_info
from bss_core.runs import FILE, append_event, create_run

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def runs(tmp_path, monkeypatch):
    folder = tmp_path / "runs"
    folder.mkdir()
    monkeypatch.setenv(VARIABLE, str(folder))
    return folder


@pytest.fixture
def run(runs, tiny_data):
    """A finished run of four epochs with its checkpoints."""
    found = create_run(runs / "mine", {"epochs": 4, "evaluate_every": 1, "scheduler": "learned"}, read_info(tiny_data))
    found.state.update(status="finished", results={"checkpoint": "best", "epoch": 2})
    append_event(found.folder, {"epoch": 4, "loss": 1.0})
    (found.folder / "checkpoints").mkdir()
    for name in ("last", "best"):
        (found.folder / "checkpoints" / f"{name}.safetensors").touch()
    return found


@pytest.fixture
def started(monkeypatch):
    """Jobs started by the page, without a process."""
    found = []

    def start(run, checkpoint, split, device):
        found.append((run.id, checkpoint, split, device))
        return a_job(run, status="starting", split=split, checkpoint=checkpoint)

    monkeypatch.setattr("app.views.score.start_scoring", start)
    return found


def a_job(run, number=5, alive=False, **details):
    path = run.folder / "scoring" / f"{number:03d}" / "job.json"
    write_json(
        path, {"status": "finished", "error": "", "split": "test", "checkpoint": "best", "device": "auto"} | details
    )
    if alive:
        JobState(path).own(os.getpid())
    return JobState(path)


def page(**session):
    app = AppTest.from_file(ROOT / "app" / "main.py", default_timeout=60)
    for name, value in session.items():
        app.session_state[name] = value
    app.switch_page("../pages/score.py").run()
    assert not app.exception
    return app


def texts(app):
    kinds = (app.markdown, app.caption, app.subheader, app.error, app.success, app.info)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def has_start(app):
    return any(button.key == "score.start" for button in app.button)


def test_choices(run):
    app = page()
    assert app.selectbox(key="score.checkpoint.mine").options == ["best · epoch 2", "last · epoch 4"]
    sizes = ["train · 18 samples", "validation · 9 samples", "test · 9 samples", "all · 36 samples"]
    assert app.selectbox(key="score.split.mine").options == sizes
    assert "Nothing yet" in texts(app)


def test_start(run, started):
    app = page()
    app.selectbox(key="score.checkpoint.mine").set_value("last")
    app.selectbox(key="score.split.mine").set_value("all")
    app.selectbox(key="score.device").set_value("cpu").run()
    app.button(key="score.start").click().run()
    assert not app.exception
    assert started == [("mine", "last", "all", "cpu")]
    assert "Scoring: all splits, checkpoint last" in [item.value for item in app.subheader]


def test_error_at_the_start_is_one_sentence(run, monkeypatch):
    def refuse(*request):
        raise RunError("The disk is full.")

    monkeypatch.setattr("app.views.score.start_scoring", refuse)
    app = page()
    app.button(key="score.start").click().run()
    assert [item.value for item in app.error] == ["The disk is full."]


def test_no_run(runs):
    app = page()
    assert "There is no run yet" in app.info[0].value
    assert not has_start(app)


def test_broken_run(runs):
    (runs / "mine").mkdir()
    (runs / "mine" / FILE).write_text('{"status": "fin')
    app = page()
    assert "is damaged" in app.error[0].value
    assert not has_start(app)


def test_run_without_checkpoint(run):
    shutil.rmtree(run.folder / "checkpoints")
    app = page()
    assert "mine has no checkpoint yet" in app.info[0].value
    assert not has_start(app)


def test_data_gone(run, tiny_data):
    shutil.rmtree(tiny_data)
    app = page()
    assert "The data set of mine cannot be read" in app.error[0].value
    assert not has_start(app)


def test_damaged_score_table_does_not_matter(run):
    (run.folder / "scores").mkdir()
    (run.folder / "scores" / "evaluation=000.parquet").write_bytes(b"PAR1 torn")
    assert has_start(page())


def test_job_at_work_can_be_stopped(run):
    state = a_job(run, status="running", alive=True)
    state.report("scoring", 4, 9)
    app = page()
    assert "Scoring: test split, checkpoint best" in [item.value for item in app.subheader]
    app.button(key="score.job.mine.005.stop").click().run()
    assert state.is_stopping


def test_finished_job_leads_to_its_evaluation(run):
    state = a_job(run, evaluation=5, samples=9, device="cpu", skipped={"tiny-03": "no picture"})
    app = page(score_followed=str(state.path))
    said = "Evaluation 5 is ready: 9 samples, scored on cpu; 1 could not be decoded and were left out."
    assert app.success[0].value == said
    links = [item.proto for item in app.get("page_link")]
    assert {link.label for link in links} == {"Browse", "Scores"}
    assert all("k=5" in link.query_string and "run=mine" in link.query_string for link in links)
    app.button(key="score.close.005").click().run()
    assert not app.success


def test_history_says_how_each_job_ended(run):
    a_job(run, 5, evaluation=5, samples=9, device="cpu")
    a_job(run, 6, status="failed", error="No space left.")
    a_job(run, 7, status="running")
    app = page()
    said = texts(app)
    for part in ("Evaluation 5 is ready", "No space left.", "It ended without a result.", "3 of 3 scorings of mine"):
        assert part in said


def test_damaged_job_file(run):
    state = a_job(run)
    state.path.write_text('{"status"')
    assert "1 of 1 scorings" in texts(page())
