import pandas as pd
import pytest

from app.style import MODALITIES
from app.views import scores_histogram, scores_map
from app.views.scores_region import drawn_region, in_words, selected_polygon, within
from bss_core import queries
from bss_core.selection import Selection
from tests.app.pages import broken_description, corrupt_scores, marks_of, open_page, said, started_only, without_data
from tests.score_tables import some_run

BOX = {"box": [{"x": [0.9, 0.5], "y": [0.0, 9.0]}], "points": []}


@pytest.fixture
def run(tmp_path):
    return some_run(tmp_path, evaluations=3, n=40)


def test_the_page_shows_all_samples_of_the_latest_evaluation(run, monkeypatch):
    page = open_page("scores", run.folder.parent, monkeypatch)
    assert "40 of 40 samples shown" in said(page)
    assert page.select_slider(key="scores_evaluation").value == 2
    assert len(page.get("plotly_chart")) == 2
    facts = page.dataframe[0].value.set_index("criterion")
    extrema = run.evaluations()[2].extrema["total_loss"]
    assert facts.loc["total loss", ["lowest", "highest"]].tolist() == [extrema.min, extrema.max]


def test_the_thresholds_count_on_every_page(run, monkeypatch):
    page = open_page("scores", run.folder.parent, monkeypatch)
    page.slider(key="scores_thresholds").set_range(-0.1, 0.3).run()
    assert not page.exception
    page.switch_page("../pages/trajectories.py").run()
    page.switch_page("../pages/scores.py").run()
    assert page.slider(key="scores_thresholds").value == (-0.1, 0.3)


@pytest.mark.parametrize("place", [-1.0, 0.3, 1.0])
def test_two_thresholds_that_meet_are_kept_apart(run, monkeypatch, place):
    page = open_page("scores", run.folder.parent, monkeypatch)
    page.slider(key="scores_thresholds").set_range(place, place).run()
    assert not page.exception
    low, high = page.slider(key="scores_thresholds").value
    assert -1 <= low < high <= 1


def test_another_evaluation_can_be_chosen(run, monkeypatch):
    page = open_page("scores", run.folder.parent, monkeypatch)
    page.select_slider(key="scores_evaluation").set_value(0).run()
    extrema = run.evaluations()[0].extrema["total_loss"]
    assert page.dataframe[0].value["highest"].tolist()[1] == extrema.max


@pytest.mark.parametrize(("key", "value"), [("by", "label"), ("scale", "log")])
@pytest.mark.parametrize("colour", ["label", "modality"])
def test_every_way_to_split_and_colour_is_drawn(run, monkeypatch, key, value, colour):
    page = open_page("scores", run.folder.parent, monkeypatch, **{key: value, "page_choices": {"map_colour": colour}})
    assert not page.error
    assert len(page.get("plotly_chart")) == 2


@pytest.mark.parametrize(("by", "address"), [("modality", "dominant"), ("correct", "correct")])
def test_a_selection_does_not_change_what_a_colour_means(run, monkeypatch, by, address):
    page = open_page("scores", run.folder.parent, monkeypatch, page_choices={"map_colour": by})
    everything = marks_of(page, 1)
    page.query_params[address] = "text"
    page.run()
    assert len(everything) > 1
    assert marks_of(page, 1) == {"text": everything["text"]} == {"text": MODALITIES[1]}


def test_a_marked_region_holds_exactly_the_samples_that_browse_then_shows(run, monkeypatch):
    monkeypatch.setattr(scores_map, "draw", lambda *_: BOX)
    page = open_page("scores", run.folder.parent, monkeypatch)
    table = pd.read_parquet(run.folder / "scores" / "evaluation=002.parquet")
    inside = table["prediction_similarity"].between(0.5, 0.9) & table["total_loss"].between(0, 9)
    assert 0 < inside.sum() < 40
    assert f"**{inside.sum()} of 40 samples in the region**" in said(page)
    page.button(key="scores_map_browse").click().run()
    assert not page.exception
    assert page.title[0].value == "Browse"
    shared = page.session_state["shared_choices"]
    assert shared.evaluation == 2
    assert shared.selection.ranges == (("prediction_similarity", 0.5, 0.9), ("total_loss", 0.0, 9.0))
    shown, _ = queries.sizes(queries.source(run, 2), shared.selection)
    assert shown == inside.sum()


def test_any_column_can_be_marked_and_used_as_a_filter_of_all_pages(run, monkeypatch):
    monkeypatch.setattr(scores_histogram, "draw", lambda *_: {"box": [{"x": [2.0, 0.0], "y": [0, 9]}]})
    page = open_page("scores", run.folder.parent, monkeypatch, page_choices={"column": "loss_audio"})
    table = pd.read_parquet(run.folder / "scores" / "evaluation=002.parquet")
    inside = int(table["loss_audio"].between(0, 2).sum())
    assert f"**{inside} of 40 samples in the region** · loss of audio" in said(page)
    page.button(key="scores_histogram_select").click().run()
    assert not page.exception
    assert page.title[0].value == "Scores"
    assert page.session_state["shared_choices"].selection.ranges == (("loss_audio", 0.0, 2.0),)
    assert f"**{inside} of 40 samples**" in said(page)
    assert f"{inside} of 40 samples shown" in said(page)


def test_a_panel_s_mark_is_a_range_of_its_class(run, monkeypatch):
    drawn = {"scores_classes": {"box": [{"xref": "x2", "x": [-1, 1], "y": [0, 1]}]}}
    monkeypatch.setattr(scores_histogram, "draw", lambda figure, key, *_: drawn.get(key, {}))
    page = open_page("scores", run.folder.parent, monkeypatch, page_choices={"panels": "True"})
    assert "3 of 3 classes shown" in said(page)
    labels = pd.read_parquet(run.folder / "scores" / "evaluation=002.parquet")["label"].value_counts()
    second = labels.sort_index().sort_values(ascending=False, kind="stable").index[1]
    assert f"**{labels[second]} of 40 samples in the region**" in said(page)
    page.button(key="scores_classes_browse").click().run()
    assert page.session_state["shared_choices"].selection.classes == (second,)


def test_a_column_kept_from_another_run_gives_way(run, monkeypatch):
    page = open_page("scores", run.folder.parent, monkeypatch, page_choices={"column": "loss_video"})
    assert page.selectbox(key="column").value == "balance_score"


def test_an_empty_region_leads_nowhere(run, monkeypatch):
    monkeypatch.setattr(scores_histogram, "draw", lambda *_: {"box": [{"x": [-1, -0.999999], "y": [0, 1]}]})
    page = open_page("scores", run.folder.parent, monkeypatch)
    assert "**0 of 40 samples in the region**" in said(page)
    assert page.button(key="scores_histogram_browse").disabled


def test_a_click_selects_a_sample(run, monkeypatch):
    click = {"points": [{"customdata": ["x-07", "cat", 0.1]}], "box": []}
    monkeypatch.setattr(scores_map, "draw", lambda *_: click)
    page = open_page("scores", run.folder.parent, monkeypatch, scores_mouse="Pick a sample")
    assert "is selected" in said(page)
    assert page.session_state["shared_choices"].sample == "x-07"


def test_charts_show_the_selection_or_on_request_all_samples_also_in_the_address(run, monkeypatch):
    page = open_page("scores", run.folder.parent, monkeypatch)
    page.query_params["class"] = "1"
    page.run()
    inside = int((pd.read_parquet(run.folder / "scores" / "evaluation=002.parquet")["label"] == 1).sum())
    assert f"{inside} of 40 samples shown" in said(page)
    page.segmented_control(key="show").set_value("all").run()
    assert "40 of 40 samples shown" in said(page)
    assert page.query_params["show"] == "all"
    assert f"**{inside} of 40 samples**" in said(page)


def test_many_samples_are_drawn_as_counts(run, monkeypatch):
    monkeypatch.setattr(scores_map, "MOST_POINTS", 39)
    page = open_page("scores", run.folder.parent, monkeypatch)
    assert "more than 39" in said(page)
    assert not page.error


def test_one_evaluation_is_enough(tmp_path, monkeypatch):
    run = some_run(tmp_path, evaluations=1, n=8)
    page = open_page("scores", run.folder.parent, monkeypatch)
    assert not page.error
    assert "8 of 8 samples shown" in said(page)


def test_a_run_without_evaluations_says_what_to_do(run, monkeypatch):
    started_only(run)
    page = open_page("scores", run.folder.parent, monkeypatch)
    assert "The first evaluation is being made" in said(page)
    run.state.update(status="failed")
    page = open_page("scores", run.folder.parent, monkeypatch)
    assert "some-1 (failed) has no evaluation" in said(page)
    assert not page.get("plotly_chart")


def test_a_damaged_table_is_named(run, monkeypatch):
    corrupt_scores(run)
    assert "evaluation=000.parquet" in said(open_page("scores", run.folder.parent, monkeypatch))


def test_without_its_data_a_run_s_scores_are_still_shown(run, monkeypatch):
    without_data(run)
    page = open_page("scores", run.folder.parent, monkeypatch)
    assert "40 of 40 samples shown" in said(page)
    assert not page.error


def test_a_broken_run_and_no_run_are_no_crash(run, tmp_path, monkeypatch):
    broken_description(run)
    open_page("scores", run.folder.parent, monkeypatch)
    (tmp_path / "none").mkdir()
    open_page("scores", tmp_path / "none", monkeypatch)


def test_a_region_and_an_older_range_of_its_column_select_what_lies_in_both():
    older = Selection(ranges=(("total_loss", 0, 2.5), ("rank", 1, 9)), classes=(2,))
    region = within(older, (("total_loss", 2.0, 3.0),))
    assert region == Selection(ranges=(("total_loss", 2.0, 2.5), ("rank", 1, 9)), classes=(2,))
    assert within(older, (("total_loss", 4.0, 5.0),)).ranges[0] == ("total_loss", 4.0, 4.0)


def test_a_region_of_tiny_values_is_told_and_holds_what_was_marked():
    axes = ("sampling_probability", "prediction_similarity")
    drawn = {"box": [{"x": [3.1e-4, 1.2e-4], "y": [-0.25, 0.5]}]}
    region = drawn_region(Selection(), drawn, axes)
    assert region.ranges == ((axes[0], 1.2e-4, 3.1e-4), (axes[1], -0.25, 0.5))
    assert in_words(Selection(), region) == "sampling probability 0.00012 … 0.00031, similarity −0.25 … 0.5"


def test_a_lasso_is_one_more_condition_and_its_outline_the_last():
    axes = ("prediction_similarity", "total_loss")
    drawn = {"lasso": [{"x": [0, 1, 1], "y": [0, 0, 5]}], "box": []}
    first = drawn_region(Selection(bands=("balanced",)), drawn, axes)
    assert first.bands == ("balanced",)
    assert [(item.x, item.y, item.vertices) for item in first.lassos] == [(*axes, ((0, 0), (1, 0), (1, 5)))]
    assert selected_polygon(first, axes) == ((0, 0), (1, 0), (1, 5))
    assert selected_polygon(first, axes[::-1]) == ()
    assert drawn_region(first, {"lasso": [{"x": [0, 1], "y": [0, 1]}]}, axes) is None
    assert drawn_region(first, {}, axes) is None


def test_a_box_is_outlined_if_both_of_its_columns_are_on_the_map():
    box = Selection(ranges=(("a", 0, 1), ("b", 2, 3)))
    assert selected_polygon(box, ("a", "b")) == ((0, 2), (1, 2), (1, 3), (0, 3))
    assert selected_polygon(box, ("a", "c")) == ()


LASSO = {"lasso": [{"x": [0.4, 0.9, 0.9, 0.4], "y": [0, 0, 3, 2.5]}], "box": [], "points": []}


@pytest.mark.parametrize("most", [2000, 39])
def test_a_lasso_is_selected_on_all_pages_and_outlined(run, monkeypatch, most):
    monkeypatch.setattr(scores_map, "MOST_POINTS", most)
    monkeypatch.setattr(scores_map, "draw", lambda *_: LASSO)
    page = open_page("scores", run.folder.parent, monkeypatch)
    page.button(key="scores_map_select").click().run()
    assert not page.exception
    chosen = page.session_state["shared_choices"].selection
    assert [item.vertices for item in chosen.lassos] == [((0.4, 0), (0.9, 0), (0.9, 3), (0.4, 2.5))]
    figures = []
    monkeypatch.setattr(scores_map, "draw", lambda figure, *_: figures.append(figure) or {})
    page.run()
    inside, _ = queries.sizes(queries.source(run, 2), chosen)
    assert 0 < inside < 40
    assert f"**{inside} of 40 samples in the region** · outlined on the map" in said(page)
    assert "M 0.4,0 L 0.9,0 L 0.9,3 L 0.4,2.5 Z" in [shape.path for shape in figures[-1].layout.shapes]
    assert page.button(key="scores_map_select").disabled


def test_a_lasso_in_the_address_is_outlined_at_once(run, monkeypatch):
    figures = []
    monkeypatch.setattr(scores_map, "draw", lambda figure, *_: figures.append(figure) or {})
    page = open_page("scores", run.folder.parent, monkeypatch)
    page.query_params["lasso"] = "prediction_similarity,total_loss:0.4,0;0.9,0;0.9,3"
    page.run()
    assert not page.exception
    assert "M 0.4,0 L 0.9,0 L 0.9,3 Z" in [shape.path for shape in figures[-1].layout.shapes]


@pytest.mark.parametrize("most", [2000, 39])
def test_the_change_since_an_earlier_evaluation(run, monkeypatch, most):
    monkeypatch.setattr(scores_map, "MOST_POINTS", most)
    page = open_page("scores", run.folder.parent, monkeypatch, page_choices={"map_colour": "change"})
    assert page.selectbox(key="map_since").options == ["the first (k = 0)", "the previous (k = 1)"]
    assert "Change since k = 0" in said(page)
    page.selectbox(key="map_since").set_value(1).run()
    assert "Change since k = 1" in said(page)
    assert not page.error


def test_the_first_evaluation_has_no_change(tmp_path, monkeypatch):
    run = some_run(tmp_path, evaluations=1, n=8)
    page = open_page("scores", run.folder.parent, monkeypatch, page_choices={"map_colour": "change"})
    assert not page.error
    assert "Change since" not in said(page)


def test_marks_that_are_drawn_over_send_back_no_ids(run, monkeypatch):
    figures = []
    monkeypatch.setattr(scores_map, "draw", lambda figure, *_: figures.append(figure) or {})
    for mouse in ("Lasso", "Pick a sample"):
        open_page("scores", run.folder.parent, monkeypatch, scores_mouse=mouse)
    kept = [[trace.customdata is not None for trace in figure.data if trace.mode == "markers"] for figure in figures]
    assert [set(found) for found in kept] == [{False}, {True}]
    assert [figure.layout.dragmode for figure in figures] == ["lasso", "pan"]
