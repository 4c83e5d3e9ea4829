import pytest

from app.roots import VARIABLE
from app.state import RUN, adopt_asked_run, all_runs
from app.widgets.run_picker import label
from bss_core.manifest import read_info
from bss_core.runs import Run, create_run

RUNS = {"a": None, "b": None}


def test_the_url_s_run_is_taken_once():
    session = {}
    assert adopt_asked_run(RUNS, session, "b") == ""
    assert session[RUN] == "b"
    session[RUN] = "a"  # chosen in the picker, while the URL still says b
    assert adopt_asked_run(RUNS, session, "b") == ""
    assert session[RUN] == "a"


def test_going_back_in_the_browser_is_a_new_request():
    session = {}
    for asked in ("a", "b", "a"):
        adopt_asked_run(RUNS, session, asked)
        assert session[RUN] == asked


def test_an_unknown_run_is_reported_once():
    session = {RUN: "a"}
    assert [adopt_asked_run(RUNS, session, "x") for _ in range(2)] == ["x", ""]
    assert session[RUN] == "a"


@pytest.mark.parametrize("asked", [None, ""])
def test_a_run_that_is_gone_is_forgotten(asked):
    session = {RUN: "deleted"}
    assert adopt_asked_run(RUNS, session, asked) == ""
    assert RUN not in session


def test_of_two_runs_with_one_name_the_newest_counts(tmp_path, tiny_data, monkeypatch):
    for place, day in (("old", "2026-01-01"), ("new", "2026-01-02")):
        create_run(tmp_path / place / "same", {}, read_info(tiny_data)).state.update(created=day)
    monkeypatch.setenv(VARIABLE, f"{tmp_path / 'old'}:{tmp_path / 'new'}")
    assert {name: run.folder for name, run in all_runs().items()} == {"same": tmp_path / "new" / "same"}


def test_the_picker_starts_afresh_only_when_the_url_chose():
    session = {RUN: "a"}
    adopt_asked_run(RUNS, session, "a")
    assert "run_picker_number" not in session
    adopt_asked_run(RUNS, session, "b")
    assert session["run_picker_number"] == 1


def test_labels_tell_run_data_and_scheduler_and_stay_as_the_run_goes_on(tmp_path, tiny_data):
    run = create_run(tmp_path / "first", {"scheduler": "learned"}, read_info(tiny_data))
    before = label(run)
    run.state.update(status="finished")
    assert before == label(run) == "first · tiny · learned"


def test_a_broken_run_has_a_label(tmp_path):
    (tmp_path / "run.json").write_text("{")
    assert label(Run(tmp_path)) == f"{tmp_path.name} · broken"
