"""The frame: which pages stand without a run or with a broken one, and the notice of a run at work."""

import os

import pytest

from tests.app.pages import broken_description, open_page, said
from tests.score_tables import some_run


@pytest.fixture
def run(tmp_path):
    return some_run(tmp_path)


def test_a_broken_run_does_not_hide_the_table_of_runs(run, monkeypatch):
    broken_description(run)
    page = open_page("overview", run.folder.parent, monkeypatch)
    assert page.dataframe[0].value["run"].tolist() == ["some-1"]
    assert "damaged" in page.error[0].value
    assert [item.value for item in page.subheader] == ["some-1"]


def test_pages_that_stand_still_say_that_the_run_is_at_work(run, monkeypatch):
    run.state.update(status="running")
    run.state.own(os.getpid())
    assert "is at work" in said(open_page("browse", run.folder.parent, monkeypatch))
    run.state.update(status="finished")
    assert "is at work" not in said(open_page("browse", run.folder.parent, monkeypatch))
