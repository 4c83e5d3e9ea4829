"""The guided tour's way over the pages; what it frames and its keys are tested in a browser."""

import pytest

from app.selection_url import Choices
from app.views import tour
from app.views.tour_steps import STEPS, fits
from bss_core import queries
from bss_core.selection import Selection
from tests.app.pages import ROOT, corrupt_scores, open_page, started_only
from tests.score_tables import some_run


@pytest.fixture
def run(tmp_path):
    return some_run(tmp_path, evaluations=3, n=40)


def _shared(page):
    return page.session_state["shared_choices"]


def _at(page, number):
    """The page, at a step."""
    page.query_params["tour"] = str(number)
    return page.run()


def _click(page, monkeypatch, word):
    """Draw the page once more with the panel's callback called, as after a click in the browser."""
    with monkeypatch.context() as patch:
        patch.setattr("app.widgets.tour.asked", lambda: word)
        patch.setattr("app.widgets.tour.panel", lambda *arguments: arguments[-1]())
        page.run()


def test_every_step_has_a_page_and_little_to_read():
    for step in STEPS:
        assert (ROOT / "pages" / f"{step.page}.py").is_file()
        assert step.text.count(".") + step.text.count("?") <= 4
        assert len(step.text) < 260
    assert 6 <= len(STEPS) <= 10


def test_the_tour_needs_two_evaluations(run):
    assert fits(run)
    assert not fits(None)
    assert not fits(some_run(run.folder.parent.parent / "other", evaluations=1))
    corrupt_scores(run)
    assert not fits(run)


def test_the_tour_is_offered_once_and_starts_on_the_overview(run, monkeypatch):
    page = open_page("overview", run.folder.parent, monkeypatch)
    page.button(key="tour_offered").click().run()
    assert page.query_params["tour"] == "1"
    assert [item.key for item in page.button if item.key and item.key.startswith("tour_off")] == []
    page = open_page("overview", run.folder.parent, monkeypatch)
    page.button(key="tour_declined").click().run()
    assert "tour" not in page.query_params
    assert not [item for item in page.button if item.key == "tour_offered"]


def test_the_tour_is_not_offered_without_what_it_shows(run, monkeypatch):
    started_only(run)
    page = open_page("overview", run.folder.parent, monkeypatch)
    assert not [item for item in page.button if item.key and item.key.startswith("tour")]
    assert "tour" not in _at(page, 3).query_params


def test_an_address_opens_a_step_on_its_page_with_the_most_imbalanced_sample(run, monkeypatch):
    page = _at(open_page("overview", run.folder.parent, monkeypatch), 5)
    assert page.title[0].value == "Browse"
    lowest = queries.page(queries.source(run, 2), Selection(), limit=1).iloc[0]
    assert _shared(page).sample == lowest["sample_id"]
    assert _shared(page).selection == Selection(bands=(lowest["band"],))
    assert page.query_params["tour"] == "5"


@pytest.mark.parametrize("word", ["0", "9", "-1", "1e0", "٣", "x" * 5000])
def test_a_step_that_does_not_exist_is_dropped_from_the_address(run, monkeypatch, word):
    page = _at(open_page("overview", run.folder.parent, monkeypatch), word)
    assert not page.exception
    assert "tour" not in page.query_params
    assert tour._STEP not in page.session_state


def test_next_and_back_move_by_one_step_and_the_last_next_ends(run, monkeypatch):
    page = _at(open_page("overview", run.folder.parent, monkeypatch), 2)
    for word, step in (("next", 3), ("back", 2), ("back", 1), ("back", 1), ("here", 1)):
        _click(page, monkeypatch, word)
        assert page.query_params["tour"] == str(step)
    page = _at(page, len(STEPS))
    assert page.title[0].value == "Train"
    _click(page, monkeypatch, "next")
    assert "tour" not in page.query_params


def test_the_end_brings_back_all_that_the_pages_shared(run, monkeypatch):
    before = Choices(Selection(classes=(1,)), evaluation=1, sample="x-03", sort="total_loss", descending=True)
    page = open_page("browse", run.folder.parent, monkeypatch, shared_choices=before)
    page.pills(key="filter_bands").set_value(["balanced"]).run()
    before, undone = _shared(page), page.session_state["shared_choices_before"]
    page = _at(page, 4)
    assert _shared(page).selection != before.selection
    _click(page, monkeypatch, "end")
    assert _shared(page) == before
    assert page.session_state["shared_choices_before"] == undone == [Selection(classes=(1,))]
    assert "tour" not in page.query_params
