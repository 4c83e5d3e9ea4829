from dataclasses import replace

import pandas as pd
import pytest

from app.selection_url import Choices, decode, encode
from app.views import trajectories_cases
from app.views.trajectories_cases import moments, spread
from app.views.trajectories_choice import MOST_LINES, named_lines
from app.widgets.course_table import course_rows
from bss_core import queries
from bss_core.job_state import JobState
from bss_core.selection import COURSES, Selection
from tests.app.pages import broken_description, corrupt_scores, open_page, said, started_only, without_data
from tests.score_tables import CLASSES, some_predictions, some_run, write_some

CHOICE = "lines"


@pytest.fixture
def run(tmp_path):
    return some_run(tmp_path, evaluations=3, n=40)


def test_the_page_follows_the_biggest_risers_at_first(run, monkeypatch):
    page = open_page("trajectories", run.folder.parent, monkeypatch)
    assert not page.error
    assert page.segmented_control(key=CHOICE).value == "risers"
    assert "6 of 40 samples shown as lines over 3 evaluations" in said(page)
    assert len(page.get("plotly_chart")) == 2
    risers, fallers = (table.value for table in page.dataframe)
    assert (risers["last"] > risers["first"]).all()
    assert (fallers["last"] < fallers["first"]).all()
    assert [len(course) for course in risers["course"]] == [3] * len(risers)


@pytest.mark.parametrize("choice", ["fallers", "variable"])
@pytest.mark.parametrize("value", ["smoothed_score", "rank"])
def test_every_choice_and_value_is_drawn(run, monkeypatch, choice, value):
    page = open_page("trajectories", run.folder.parent, monkeypatch, page_choices={CHOICE: choice, "value": value})
    assert not page.error
    assert "6 of 40 samples" in said(page)


def test_the_selected_sample_is_shown_alone_at_first_and_added_to_others(run, monkeypatch):
    page = open_page("trajectories", run.folder.parent, monkeypatch, shared_choices=_looking_at("x-01"))
    assert page.segmented_control(key=CHOICE).value == "selected"
    assert "1 of 40 samples shown" in said(page)
    page.segmented_control(key=CHOICE).set_value("search").run()
    page.text_input(key="find").set_value("x-02").run()
    assert "2 of 40 samples shown" in said(page)


def test_a_selected_sample_outside_the_selection_is_not_counted_in_it(run, monkeypatch):
    rows = queries.page(queries.source(run, 2), Selection(bands=("imbalanced",)), "rank")
    inside, band = str(rows["sample_id"].iloc[0]), len(rows)
    outside = str(queries.page(queries.source(run, 2), Selection(bands=("balanced",)), "rank")["sample_id"].iloc[0])
    for sample_id, sentence in {
        inside: f"1 of {band} samples shown as lines over 3 evaluations; the grey",
        outside: f"0 of {band} samples shown as lines over 3 evaluations, and the selected one, which is not among",
    }.items():
        chosen = replace(_looking_at(sample_id), selection=Selection(bands=("imbalanced",)))
        page = open_page("trajectories", run.folder.parent, monkeypatch, shared_choices=chosen)
        assert sentence in said(page)


def test_every_view_is_drawn_and_says_of_how_many(run, monkeypatch):
    said_by = {
        "heat": "40 of 40 samples, one row each; 3 of 3 evaluations",
        "flow": "40 of 40 samples shown in 3 of 3 evaluations. From k = 0 to k = 2",
        "ranks": "40 of 40 samples in 3 of 3 evaluations",
    }
    page = open_page("trajectories", run.folder.parent, monkeypatch)
    for view, sentence in said_by.items():
        page.segmented_control(key="view").set_value(view).run()
        assert not page.exception
        assert not page.error
        assert len(page.get("plotly_chart")) == 2
        assert sentence.replace(
            "40 of 40 samples, one", "30 of 40 samples (the others are no training samples), one"
        ) in said(page)


def test_an_address_opens_a_view_with_its_order(run, monkeypatch):
    page = open_page("overview", run.folder.parent, monkeypatch)
    for name, value in {"view": "heat", "heat_sort": "variance", "heat_order": "lowest"}.items():
        page.query_params[name] = value
    page.switch_page("../pages/trajectories.py").run()
    assert page.segmented_control(key="view").value == "heat"
    assert page.selectbox(key="heat_sort").value == "variance"
    assert page.segmented_control(key="heat_order").value == "lowest"
    for name in ("browse", "trajectories"):
        page.query_params.clear()  # as a change of page does
        page.switch_page(f"../pages/{name}.py").run()
    assert page.segmented_control(key="view").value == "heat"
    assert {name: page.query_params.get(name) for name in ("view", "heat_sort", "heat_order")} == {
        "view": "heat", "heat_sort": "variance", "heat_order": "lowest"
    }  # fmt: skip


def test_the_page_follows_the_shared_selection_and_changes_it(run, monkeypatch):
    page = open_page("browse", run.folder.parent, monkeypatch)
    page.pills(key="filter_bands").set_value(["imbalanced"]).run()
    page.switch_page("../pages/trajectories.py").run()
    bands = queries.counts(queries.source(run, 2), Selection(), "band")
    assert f"**{bands['imbalanced']} of 40 samples**" in said(page)
    page.button(key="trajectories_chip_0").click().run()
    assert "**40 of 40 samples**" in said(page)
    assert page.session_state["shared_choices"].selection == Selection()


def test_a_bundle_is_drawn_of_the_samples_with_a_course(run, monkeypatch):
    page = open_page("trajectories", run.folder.parent, monkeypatch, page_choices={CHOICE: "bundle"})
    assert "40 of 40 samples shown as lines" in said(page)
    page.pills(key="filter_courses").set_value(["never-balanced"]).run()
    dynamics = pd.read_parquet(run.folder / "dynamics.parquet")
    never = int((dynamics["highest"] < 0.6).sum())
    assert 0 < never < 30
    assert f"**{never} of 40 samples**" in said(page)
    assert f"{never} of {never} samples shown as lines" in said(page)
    assert not page.error


def test_the_samples_with_a_course_can_be_browsed_and_sent_as_an_address(run, monkeypatch):
    page = open_page("trajectories", run.folder.parent, monkeypatch)
    page.pills(key="filter_courses").set_value(["never-balanced"]).run()
    page.button(key="trajectories_show").click().run()
    assert not page.exception
    assert page.title[0].value == "Browse"
    shared = page.session_state["shared_choices"]
    assert decode(encode(shared)) == (shared, [])
    found = queries.page(queries.source(run, 2), shared.selection)["sample_id"]
    dynamics = pd.read_parquet(run.folder / "dynamics.parquet")
    assert set(found) == set(dynamics.loc[dynamics["highest"] < 0.6, "sample_id"])


def test_courses_that_nobody_took_leave_nothing_but_no_error(run, monkeypatch):
    page = open_page("trajectories", run.folder.parent, monkeypatch)
    page.pills(key="filter_courses").set_value(["never-balanced", "fell-back"]).run()
    for view in ("lines", "heat", "flow", "ranks"):
        page.segmented_control(key="view").set_value(view).run()
        assert not page.exception
        assert not page.error
        assert "**0 of 40 samples**" in said(page)


@pytest.mark.parametrize("thresholds", [(0.25, 0.6), (-0.2, 0.1)])
def test_courses_follow_the_thresholds_of_the_page(run, thresholds):
    dynamics, high = pd.read_parquet(run.folder / "dynamics.parquet"), thresholds[1]
    first, last, best = (dynamics[name] for name in ("first_score", "last_score", "highest"))
    expected = {
        "rose-above": (first < high) & (best >= high),
        "never-balanced": best < high,
        "fell-back": (best >= high) & (last < high),
        "forgot": dynamics["forgetting"] >= 1,
    }
    for course in COURSES:
        wanted = Selection(thresholds=thresholds, courses=(course,))
        found = queries.page(queries.source(run, 2), wanted)["sample_id"]
        assert set(found) == set(dynamics.loc[expected[course], "sample_id"])


def _looking_at(sample_id):
    return Choices(sample=sample_id)


def test_a_selected_sample_that_the_run_lacks_is_no_error(run, monkeypatch):
    page = open_page("trajectories", run.folder.parent, monkeypatch, shared_choices=_looking_at("of another run"))
    assert not page.error
    assert "6 of 40 samples" in said(page)


def test_a_search_draws_twelve_at_most_and_says_of_how_many(run, monkeypatch):
    page = open_page("trajectories", run.folder.parent, monkeypatch, page_choices={CHOICE: "search"})
    assert "0 of 40 samples shown" in said(page)
    page.text_input(key="find").set_value("x-").run()
    assert f"{MOST_LINES} of 40 matches drawn" in said(page)
    assert f"{MOST_LINES} of 40 samples shown" in said(page)
    page.text_input(key="find").set_value("'; DROP TABLE x; --").run()
    assert "0 of 0 matches drawn" in said(page)
    assert not page.error


def test_the_course_shows_what_every_head_said(run, monkeypatch):
    page = open_page("trajectories", run.folder.parent, monkeypatch, shared_choices=_looking_at("x-01"))
    strip = next(element for element in page.get("html") if "listitem" in element.proto.body)
    assert strip.proto.body.count('role="listitem"') == 3
    assert "k = 0 · epoch 0" in strip.proto.body
    page.multiselect[0].set_value([1]).run()
    strip = next(element for element in page.get("html") if "listitem" in element.proto.body)
    assert strip.proto.body.count('role="listitem"') == 1


def test_a_picked_card_becomes_the_selected_sample(run, monkeypatch):
    monkeypatch.setattr(trajectories_cases, "gallery", lambda cards, *_: cards[0]["sample_id"])
    page = open_page("trajectories", run.folder.parent, monkeypatch)
    picked = page.session_state["shared_choices"].sample
    assert picked is not None
    assert f"One sample over the evaluations:** {picked.replace('-', chr(92) + '-')}" in said(page)


@pytest.mark.parametrize("evaluations", [0, 1])
def test_fewer_than_two_evaluations_say_what_to_do(tmp_path, monkeypatch, evaluations):
    run = some_run(tmp_path, evaluations=1, n=8)
    if not evaluations:
        started_only(run)
    page = open_page("trajectories", run.folder.parent, monkeypatch)
    assert "a trajectory needs two" in said(page)
    assert not page.get("plotly_chart")


def test_later_scorings_are_no_part_of_a_trajectory(run, monkeypatch):
    write_some(run.folder, 3, some_predictions(3, 40), kind="scoring", split="test", checkpoint="best")
    page = open_page("trajectories", run.folder.parent, monkeypatch)
    assert "over 3 evaluations" in said(page)
    assert not page.error


def test_a_damaged_table_is_left_out_and_named(run, monkeypatch):
    corrupt_scores(run, 1)
    page = open_page("trajectories", run.folder.parent, monkeypatch)
    assert "evaluation=001.parquet" in page.warning[0].value
    assert "over 2 evaluations" in said(page)


def test_missing_dynamics_are_one_sentence(run, monkeypatch):
    (run.folder / "dynamics.parquet").unlink()
    page = open_page("trajectories", run.folder.parent, monkeypatch)
    assert "no summary of its samples' courses" in said(page)
    assert not page.error


def test_without_its_data_a_run_s_courses_are_still_shown(run, monkeypatch):
    without_data(run)
    page = open_page("trajectories", run.folder.parent, monkeypatch)
    assert not page.error
    assert "picture" not in page.dataframe[0].value
    assert "pictures, sounds and texts are missing" in said(page)


def test_a_broken_run_and_no_run_are_no_crash(run, tmp_path, monkeypatch):
    broken_description(run)
    open_page("trajectories", run.folder.parent, monkeypatch)
    (tmp_path / "none").mkdir()
    open_page("trajectories", tmp_path / "none", monkeypatch)


def test_a_failed_run_with_evaluations_is_shown(run, monkeypatch):
    JobState(run.folder / "run.json").update(status="failed", error="The disk is full.")
    assert not open_page("trajectories", run.folder.parent, monkeypatch).error


@pytest.mark.parametrize(
    ("count", "expected"), [(1, [0]), (2, [0, 1]), (6, [0, 1, 2, 3, 4, 5]), (13, [0, 2, 5, 7, 10, 12])]
)
def test_the_evaluations_shown_are_spread_from_first_to_last(count, expected):
    assert spread(list(range(count))) == expected


def rows():
    columns = {"sample_id": "a", "label": 0, "predicted_audio": [1, 0], "predicted_multimodal": [0, 0]}
    chances = {"probability_audio": [0.1, 0.8], "probability_multimodal": [0.5, 0.9]}
    return pd.DataFrame({"evaluation": [2, 0], "epoch": [4, 0], "balance_score": [0.7, -0.2], **columns, **chances})


def test_moments_are_in_order_with_band_and_heads():
    first, last = moments(rows(), list(CLASSES), (0.25, 0.6))
    assert (first.title, first.score, first.band) == ("k = 0 · epoch 0", -0.2, "imbalanced")
    assert (last.title, last.band) == ("k = 2 · epoch 4", "balanced")
    assert [(head.name, head.predicted, head.is_right, head.probability) for head in last.heads] == [
        ("audio", "dog", False, 0.1),
        ("multimodal", "cat", True, 0.5),
    ]


def test_lines_are_named_by_id_and_class():
    assert named_lines(rows(), list(CLASSES))["name"].tolist() == ["a · cat", "a · cat"]
    assert named_lines(rows()[:0], list(CLASSES)).empty


def test_courses_are_in_the_order_of_the_evaluations():
    movers = pd.DataFrame(
        {"sample_id": ["a", "gone"], "label": [0, 1], "first_score": [-0.2, 0], "last_score": [0.7, 1]}
    )
    found = course_rows(movers, rows(), list(CLASSES))
    assert found["course"].tolist() == [[-0.2, 0.7], []]
    assert found["class"].tolist() == ["cat", "dog"]
