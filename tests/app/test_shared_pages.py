"""What the pages share: the filters behind a button, undoing, and addresses that open the same elsewhere."""

import pytest

from app.selection_url import Choices
from bss_core import queries
from bss_core.selection import Selection
from tests.app.pages import open_page, said
from tests.score_tables import some_run


@pytest.fixture
def run(tmp_path):
    return some_run(tmp_path, evaluations=3, n=40)


def test_an_address_opens_what_was_searched_and_how_much_flows(run, monkeypatch):
    page = open_page("overview", run.folder.parent, monkeypatch)
    for name, value in {"lines": "search", "find": "x-02"}.items():
        page.query_params[name] = value
    page.switch_page("../pages/trajectories.py").run()
    assert page.text_input(key="find").value == "x-02"
    assert "1 of 40 samples shown as lines" in said(page)
    for asked, shown in {"2,0,9": [2, 0], "nothing": [0, 1, 2], "-": []}.items():
        page.query_params.update({"view": "flow", "flow": asked})
        page.run()
        assert page.multiselect(key="flow").value == shown
    page.multiselect(key="flow").set_value([0, 2]).run()
    assert page.query_params["flow"] == "0,2"
    assert "40 of 40 samples shown in 2 of 3 evaluations" in said(page)


def place_of(page, key):
    """Index of the page's own element that holds a widget: fragments there are known to Streamlit by it."""

    def holds(node):
        widget = getattr(getattr(node, "proto", None), "id", "")
        return key in str(widget) or any(map(holds, getattr(node, "children", {}).values()))

    return [place for place, node in page.main.children.items() if holds(node)]


@pytest.mark.parametrize(("name", "key"), [("scores", "-panels"), ("browse", "browse_gallery")])
def test_what_is_selected_does_not_move_the_fragments_below_lest_their_clicks_are_lost(run, monkeypatch, name, key):
    places = []
    for chosen in (Selection(), Selection(bands=("imbalanced",), text="x-", splits=("train",))):
        page = open_page(name, run.folder.parent, monkeypatch, shared_choices=Choices(chosen))
        places.append(place_of(page, key))
    assert len(places[0]) == 1
    assert places[0] == places[1]


@pytest.mark.parametrize("name", ["overview", "pacing", "train", "score"])
def test_pages_that_do_not_follow_the_selection_show_it_and_say_so(run, monkeypatch, name):
    chosen = Choices(Selection(bands=("imbalanced",), text="x-0"))
    page = open_page(name, run.folder.parent, monkeypatch, shared_choices=chosen)
    assert [page.button(key=f"aside_chip_{number}").label for number in (0, 1)] == ["imbalanced", "“x\\-0”"]
    assert "this one is about all samples" in said(page)
    page.button(key="aside_clear").click().run()
    assert page.session_state["shared_choices"].selection == Selection()
    assert "this one is about all samples" not in said(page)


def test_the_filters_are_behind_a_button(run, monkeypatch):
    page = open_page("trajectories", run.folder.parent, monkeypatch)
    page.session_state["trajectories_filter"] = True
    page.run()
    page.pills(key="filter_bands").set_value(["balanced"]).run()
    assert not page.exception
    assert page.button(key="trajectories_chip_0").label == "balanced"


def test_clear_all_can_be_undone(run, monkeypatch):
    page = open_page("scores", run.folder.parent, monkeypatch, shared_choices=Choices(Selection(classes=(1,))))
    count = said(page)
    page.button(key="scores_clear").click().run()
    assert "**40 of 40 samples**" in said(page)
    page.button(key="scores_undo").click().run()
    assert said(page) == count


def test_the_filter_button_selects_like_browse(run, monkeypatch):
    page = open_page("scores", run.folder.parent, monkeypatch)
    assert not page.pills
    page.session_state["scores_filter"] = True
    page.run()
    page.pills(key="filter_bands").set_value(["imbalanced"]).run()
    page.multiselect(key="filter_classes").set_value([0, 2]).run()
    chosen = page.session_state["shared_choices"].selection
    assert (chosen.bands, chosen.classes) == (("imbalanced",), (0, 2))
    assert page.query_params["class"] == ["0", "2"]
    assert [page.button(key=f"scores_chip_{number}").label for number in range(3)] == ["imbalanced", "cat", "owl"]


@pytest.mark.parametrize("name", ["browse", "scores", "trajectories"])
def test_the_selection_is_shared_from_every_page_that_shows_it(run, monkeypatch, name):
    rows = queries.sizes(queries.source(run, 2), Selection(bands=("imbalanced",)))[0]
    chosen = Choices(Selection(bands=("imbalanced",)))
    page = open_page(name, run.folder.parent, monkeypatch, shared_choices=chosen)
    assert f"**Share {rows} of 40 samples**" in said(page)
