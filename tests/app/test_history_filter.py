"""The filter by what became of the samples in numbers, on the pages that have it, against pandas."""

import math

import pandas as pd
import pytest

from app.roots import VARIABLE
from app.widgets.course_words import course_number, offered_numbers
from bss_core import dynamics, queries, trajectories
from bss_core.errors import ConfigError, RunError
from bss_core.selection import Selection
from tests.app.browsing import checked, opened, texts
from tests.app.pages import open_page, said
from tests.score_tables import some_run

COLUMN, RANGE = "filter_history_column", "filter_history_range"


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(tmp_path / "runs"))
    return some_run(tmp_path, n=100)


@pytest.fixture
def told(run):
    """The summary of the courses: 75 of 100 samples were trained on."""
    return pd.read_parquet(run.folder / dynamics.FILE)


def chosen(app):
    return app.session_state["shared_choices"].selection.history


def test_a_range_of_a_number_selects_and_is_in_the_address(told):
    app = opened()
    checked(app.selectbox(key=COLUMN).set_value("variance").run())
    slider = app.slider(key=RANGE)
    assert slider.value == (slider.min, slider.max)
    assert slider.min <= told["variance"].min() < told["variance"].max() <= slider.max
    checked(slider.set_value((0.05, slider.max)).run())
    assert app.query_params["history"] in ("variance:0.05..", ["variance:0.05.."])
    assert chosen(app) == (("variance", 0.05, math.inf),)
    left = int((told["variance"] >= 0.05).sum())
    assert 0 < left < 75
    assert f"{left} of 100 samples" in texts(app)
    assert r"variance at least 0\.05" in [button.label for button in app.button]


def test_what_counts_something_goes_in_steps_of_one(told):
    app = opened()
    checked(app.selectbox(key=COLUMN).set_value("crossings").run())
    slider = app.slider(key=RANGE)
    assert (slider.min, slider.max, slider.step) == (told["crossings"].min(), told["crossings"].max(), 1)
    checked(slider.set_value((1.0, 1.0)).run())
    assert f"{int((told['crossings'] == 1).sum())} of 100 samples" in texts(app)
    assert "changes of band 1 … 1" in [button.label for button in app.button]


def test_what_is_selected_already_is_changed_in_its_place(told):
    app = opened(history=["slope:0..", "crossings:1.."])
    assert app.selectbox(key=COLUMN).value == "slope"
    first, second = app.slider(key=RANGE), app.slider(key=f"{RANGE}_1")
    assert first.value == (0, first.max)
    assert second.value == (1, 2)
    checked(second.set_value((2.0, 2.0)).run())
    assert chosen(app) == (("slope", 0, math.inf), ("crossings", 2, math.inf))
    left = int(((told["slope"] >= 0) & (told["crossings"] >= 2)).sum())
    assert f"{left} of 100 samples" in texts(app)
    low = app.slider(key=RANGE).min
    checked(app.slider(key=RANGE).set_value((low, -0.1)).run())
    assert chosen(app) == (("slope", -math.inf, -0.1), ("crossings", 2, math.inf))


def test_the_whole_range_and_the_chip_take_it_away(run):
    app = opened(history="slope:0..")
    slider = app.slider(key=RANGE)
    checked(slider.set_value((slider.min, slider.max)).run())
    assert "history" not in app.query_params
    assert "100 of 100 samples" in texts(app)
    checked(app.slider(key=RANGE).set_value((0.0, slider.max)).run())
    checked(app.button(key="browse_chip_0").click().run())
    assert chosen(app) == ()
    assert app.slider(key=RANGE).value == (slider.min, slider.max)


def test_a_number_that_is_the_same_for_all_cannot_be_ranged_over(run):
    app = opened()
    checked(app.selectbox(key=COLUMN).set_value("evaluations").run())
    assert RANGE not in [slider.key for slider in app.slider]
    assert "the same, or without a value, for all samples" in texts(app)


def test_the_trajectories_page_has_it_too(run, told, monkeypatch):
    page = open_page("trajectories", run.folder.parent, monkeypatch, trajectories_filter=True)
    page.selectbox(key=COLUMN).set_value("slope").run()
    page.slider(key=RANGE).set_value((0.1, page.slider(key=RANGE).max)).run()
    assert not page.exception
    assert f"**{int((told['slope'] >= 0.1).sum())} of 100 samples**" in said(page)


def test_without_a_summary_there_is_nothing_to_choose(run):
    (run.folder / dynamics.FILE).unlink()
    app = opened()
    assert COLUMN not in [box.key for box in app.selectbox]


def test_every_number_told_is_offered_with_its_meaning(told):
    offered = offered_numbers(list(told))
    assert set(offered) == set(told) - {"sample_id", "label"}
    assert all(course_number(name).meaning for name in offered)
    assert offered_numbers(["sample_id", "label", "a_new_one", "slope"]) == ["slope", "a_new_one"]
    assert course_number("a_new_one").name == "a new one"


def test_the_ends_are_those_of_pandas(run, told):
    for name in ("slope", "first_crossing", "ever_balanced"):
        assert trajectories.course_ends(run, name) == (told[name].min(), told[name].max())
    told.assign(slope=math.nan).to_parquet(run.folder / dynamics.FILE)
    assert trajectories.course_ends(run, "slope") is None
    with pytest.raises(ConfigError, match="There is no column 'none'"):
        trajectories.course_ends(run, "none")
    (run.folder / dynamics.FILE).unlink()
    with pytest.raises(RunError, match=r"has no dynamics\.parquet"):
        trajectories.course_ends(run, "slope")


def test_the_selection_holds_what_the_slider_says(run, told):
    rows = queries.page(queries.source(run, 2), Selection(history=(("change", 0.2, math.inf),)), limit=200)
    assert set(rows["sample_id"]) == set(told.loc[told["change"] >= 0.2, "sample_id"])
