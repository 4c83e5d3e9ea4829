import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from app.applicable import WHEN
from app.views.pacing_samples import ends, found_table
from app.views.pacing_schedule import Settings, curve, settings_of, variants, word_of
from app.views.pacing_source import Ranking
from bss_core.config import describe
from bss_core.registry import build, find, members
from tests.app.pages import broken_description, corrupt_scores, open_page, said, started_only, toasts, without_data
from tests.score_tables import some_run


@pytest.fixture
def run(tmp_path):
    return some_run(tmp_path, evaluations=3, n=40)


def with_scheduler(page, name):
    page.selectbox(key="pacing.some-1.scheduler").set_value(name).run()
    assert not page.exception
    assert not page.error
    return page


def metrics(page):
    return {metric.label: metric.value for metric in page.metric}


@pytest.mark.parametrize("name", members("schedulers"))
def test_every_scheduler_of_the_registry_is_shown(run, monkeypatch, name):
    page = with_scheduler(open_page("pacing", run.folder.parent, monkeypatch), name)
    kinds = (page.slider, page.toggle, page.select_slider, page.selectbox)
    drawn = {str(item.key).rpartition(".")[2] for kind in kinds for item in kind if f".{name}." in str(item.key)}
    spare = {option for option, (other, values) in WHEN.items() if getattr(build("schedulers", name), other, values[0])
             not in values}  # fmt: skip
    assert drawn == set(build("schedulers", name).__dataclass_fields__) - spare
    assert "Steps in the run" in metrics(page)


def test_a_short_run_warns_of_samples_that_are_never_drawn(run, monkeypatch):
    page = with_scheduler(open_page("pacing", run.folder.parent, monkeypatch), "heuristic")
    # three epochs, T_grow 40: λ(2) = √(0.99 / 40 · 2 + 0.01) = 0.2439 → 9 of 40 samples; 4, 7 and 9 in batches of 8
    assert metrics(page)["Never drawn"] == "31"
    assert metrics(page)["Steps in the run"] == "4"
    assert "78% of the samples are never drawn in 3 epochs" in said(page)
    page.slider(key="pacing.some-1.heuristic.t_grow").set_value(2).run()
    assert metrics(page)["Never drawn"] == "0"
    assert not page.warning


def test_the_mark_moves_through_the_epochs(run, monkeypatch):
    page = with_scheduler(open_page("pacing", run.folder.parent, monkeypatch), "heuristic")
    assert metrics(page)["Draws in epoch 0"] == "4"
    page.slider(key="epoch").set_value(2).run()
    assert metrics(page)["Draws in epoch 2"] == "9"
    page.slider(key="pacing.some-1.epochs").set_value(1).run()  # the mark lay beyond the end
    assert not page.exception
    assert "Draws in epoch 0" in metrics(page)


def test_a_search_tells_when_a_sample_joins(run, monkeypatch):
    page = with_scheduler(
        open_page("pacing", run.folder.parent, monkeypatch, page_choices={"rank_by": "balance_score"}), "heuristic"
    )
    table = pd.read_parquet(run.folder / "scores" / "evaluation=002.parquet").sort_values("rank")
    for place, joins in ((0, "0"), (6, "1"), (39, "never")):
        page.text_input(key="pacing_search").set_value(table["sample_id"].iloc[place]).run()
        row = page.dataframe[0].value.iloc[0]
        assert (row["rank"], row["joins in epoch"]) == (place + 1, joins)


def test_a_search_without_a_match_says_so(run, monkeypatch):
    page = open_page("pacing", run.folder.parent, monkeypatch)
    page.text_input(key="pacing_search").set_value("no such thing").run()
    assert "0 of 0 matches shown" in said(page)


def test_the_settings_go_to_the_train_page(run, monkeypatch):
    page = with_scheduler(open_page("pacing", run.folder.parent, monkeypatch), "heuristic")
    page.slider(key="pacing.some-1.heuristic.lambda_0").set_value(0.3).run()
    page.slider(key="pacing.some-1.epochs").set_value(7).run()
    kept = {}
    monkeypatch.setattr("app.views.pacing.open_page", lambda name: kept.update(page=name))
    button = next(item for item in page.button if item.label == "Train with these settings")
    button.click().run()
    assert kept == {"page": "train"}
    given = page.session_state["train_prefill"]
    assert (given["scheduler"], given["epochs"], given["batch_size"]) == ("heuristic", 7, 8)
    assert given["scheduler_options"].items() >= {"lambda_0": 0.3, "t_grow": 40, "pacing": "root", "root": 2.0}.items()


def test_the_ranking_is_the_schedule_s_own_by_default(run, monkeypatch):
    page = with_scheduler(open_page("pacing", run.folder.parent, monkeypatch), "heuristic")
    first = pd.read_parquet(run.folder / "scores" / "evaluation=000.parquet").set_index("sample_id")["balance_score"]
    page.text_input(key="pacing_search").set_value(first.idxmax()).run()
    row = page.dataframe[0].value.iloc[0]
    assert row["rank"] == 1  # it ranks once, by the first evaluation, whichever is looked at
    assert row["score"] == pytest.approx(first.max())


def test_without_a_run_the_scores_are_made_up_and_the_page_says_so(tmp_path, monkeypatch):
    page = open_page("pacing", tmp_path, monkeypatch)
    assert "There is no run, so the schedule is shown on made-up scores" in said(page)
    assert not page.error
    page.number_input(key="pacing_samples").set_value(1).run()
    assert not page.exception
    assert not page.error


def test_a_run_without_evaluations_is_planned_on_made_up_scores(run, monkeypatch):
    started_only(run)
    assert "some-1 has no evaluation, so" in said(open_page("pacing", run.folder.parent, monkeypatch))


def test_a_broken_run_is_one_sentence(run, monkeypatch):
    broken_description(run)
    page = open_page("pacing", run.folder.parent, monkeypatch)
    assert "shown without a run" in page.warning[0].value


def test_damaged_tables_are_no_crash(run, monkeypatch):
    corrupt_scores(run)
    assert "made-up scores" in said(open_page("pacing", run.folder.parent, monkeypatch))


def test_a_damaged_earlier_evaluation_is_left_out(run, monkeypatch):
    corrupt_scores(run, 0)
    assert not open_page("pacing", run.folder.parent, monkeypatch).error


def test_without_its_data_a_run_is_still_planned(run, monkeypatch):
    without_data(run)
    assert not open_page("pacing", run.folder.parent, monkeypatch).error


def test_the_curve_is_the_scheduler_s_share():
    found = curve(Settings("heuristic", (("lambda_0", 0.5), ("t_grow", 2)), 3, 32))
    assert found["share"].iloc[0] == 0.5
    assert found["share"].iloc[-1] == 1.0
    assert found["epoch"].iloc[-1] == 2


def test_the_ends_of_an_order_never_overlap():
    assert [part.tolist() for part in ends(np.arange(3), 2)] == [[0, 1], [2]]
    assert [part.tolist() for part in ends(np.arange(1), 2)] == [[0], []]
    assert [part.tolist() for part in ends(np.arange(9), 2)] == [[0, 1], [7, 8]]


def test_the_found_table_by_hand():
    ranking = Ranking("x", np.array([0.9, 0.1, 0.5]), np.array([0, 1, 0]), pa.array(["a", "b", "c"]), ["cat", "dog"], 0)
    plan = build("schedulers", "heuristic", lambda_0=0.5, t_grow=2).plan(ranking.scores, 0)  # one of three
    table = found_table(ranking, plan, np.array([0, -1, 1]), ["b", "a"], 0)
    assert table["class"].tolist() == ["dog", "cat"]
    assert table["rank"].tolist() == [3, 1]
    assert table["joins in epoch"].tolist() == ["never", "0"]
    assert table["chance in epoch 0"].tolist() == [0.0, 1.0]


def test_the_other_shapes_differ_in_the_shape_alone():
    settings = Settings("heuristic", (("lambda_0", 0.5), ("pacing", "root"), ("t_grow", 2)), 3, 32)
    others = variants(settings)
    assert set(others) == {"linear", "geometric", "step"}
    assert dict(others["linear"].options) == {"lambda_0": 0.5, "pacing": "linear", "t_grow": 2}
    assert variants(Settings("random_order", (), 3, 32)) == {}


@pytest.mark.parametrize("name", ["heuristic", "learned", "anti_learned"])
def test_shapes_are_compared(run, monkeypatch, name):
    page = with_scheduler(open_page("pacing", run.folder.parent, monkeypatch), name)
    page.toggle(key="shapes").set_value(True).run()
    assert not page.exception
    assert not page.error
    assert "Entropy of a draw" in metrics(page)


def test_the_schedule_tried_is_in_the_address_and_begins_anew_from_one(run, monkeypatch):
    page = open_page("pacing", run.folder.parent, monkeypatch)
    assert "plan" not in page.query_params
    page.selectbox(key="pacing.some-1.scheduler").set_value("heuristic").run()
    page.slider(key="pacing.some-1.heuristic.lambda_0").set_value(0.3).run()
    page.slider(key="epoch").set_value(2).run()
    word = page.query_params["plan"]
    assert "heuristic;" in word
    assert "lambda_0:0.3" in word
    shown = metrics(page)

    fresh = open_page("overview", run.folder.parent, monkeypatch)
    fresh.query_params.update({"plan": word, "epoch": "2", "run": "some-1"})
    fresh.switch_page("../pages/pacing.py").run()
    assert metrics(fresh) == shown
    assert fresh.selectbox(key="pacing.some-11.scheduler").value == "heuristic"
    fresh.slider(key="pacing.some-11.heuristic.lambda_0").set_value(0.5).run()
    assert "lambda_0:0.5" in fresh.query_params["plan"]
    fresh.query_params["plan"] = "learned;epochs:5;batch:4"
    fresh.run()
    assert fresh.selectbox(key="pacing.some-12.scheduler").value == "learned"
    assert metrics(fresh)["Steps in the run"] == "50"


@pytest.mark.parametrize("name", members("schedulers"))
def test_a_schedule_s_word_says_it_all(name):
    options = {item.name: item.default for item in describe(find("schedulers", name))}
    settings = Settings(name, tuple(sorted(options.items())), 40, 32)
    assert settings_of(word_of(settings)) == settings


@pytest.mark.parametrize(
    "word",
    ["x", "heuristic", "heuristic;epochs:4", "heuristic;epochs:0;batch:8", "heuristic;epochs:4;batch:8;lambda_0:7"]
    + ["heuristic;epochs:4;batch:8;lambda_0:nan", "heuristic;epochs:4;batch:8;no_such:1", "learned;epochs:4;batch:8;x"]
    + ["learned;epochs:4;batch:8;replacement:perhaps", "heuristic;epochs:4;batch:8;pacing:../x", ";" * 9999]
    + ["heuristic;epochs:4;batch:8;t_grow:100000000000", "heuristic;epochs:1e3;batch:8"],
)
def test_a_word_that_the_controls_could_not_show_is_refused_and_told(run, monkeypatch, word):
    assert settings_of(word) is None
    page = open_page("overview", run.folder.parent, monkeypatch)
    page.query_params.update({"plan": word, "run": "some-1"})
    page.switch_page("../pages/pacing.py").run()
    assert not page.exception
    assert "a schedule that cannot be read" in toasts(page)
    assert "plan" not in page.query_params
