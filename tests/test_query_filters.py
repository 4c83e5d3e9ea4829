"""What the newer filters select, each against pandas; places and courses in tables that are not as usual."""

import numpy as np
import pandas as pd
import pytest

from bss_core import queries
from bss_core.dynamics import FILE as DYNAMICS
from bss_core.errors import ConfigError, RunError
from bss_core.evaluations import scores_path
from bss_core.lasso import Lasso
from bss_core.queries import Source
from bss_core.selection import Selection
from bss_core.trajectories import trajectories
from tests.score_tables import some_predictions, some_run, write_some

EVERYTHING = Selection()
INFINITE = float("inf")
BOX = Lasso("prediction_similarity", "total_loss", ((0.2, 1.0), (0.7, 1.0), (0.7, 4.0), (0.2, 4.0)))


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Three evaluations of 40 samples; only to be read."""
    return some_run(tmp_path_factory.mktemp("filters"))


@pytest.fixture(scope="module")
def rows(run):
    return queries.source(run, 1)


@pytest.fixture(scope="module")
def table(run):
    """Scores beside what became of the samples."""
    history = pd.read_parquet(run.folder / DYNAMICS).drop(columns="label")
    return pd.read_parquet(scores_path(run.folder, 1)).merge(history, how="left", on="sample_id")


@pytest.fixture
def files(run):
    return [scores_path(run.folder, number) for number in range(3)]


SELECTIONS = {
    "dominant": (Selection(dominant=("text",)), lambda t: t["dominant_modality"] == "text"),
    "correct": (
        Selection(correct=("audio+text", "none")),
        lambda t: t["correct_modalities"].isin(["audio+text", "none"]),
    ),
    "agreement": (Selection(ranges=(("agreement", 0, 0),)), lambda t: t["agreement"] == 0),
    "lasso": (
        Selection(lassos=(BOX,)),
        lambda t: t["prediction_similarity"].between(0.2, 0.7) & t["total_loss"].between(1, 4),
    ),
    "lasso over whole numbers": (
        Selection(lassos=(Lasso("label", "rank", ((0.5, 4.5), (1.5, 4.5), (1.5, 20.5), (0.5, 20.5))),)),
        lambda t: (t["label"] == 1) & t["rank"].between(5, 20),
    ),
    "never balanced": (Selection(history=(("ever_balanced", 0, 0),)), lambda t: t["ever_balanced"] == False),  # noqa: E712
    "rose above": (Selection(history=(("first_balanced", 1, INFINITE),)), lambda t: t["first_balanced"] >= 1),
    "forgot": (Selection(history=(("forgetting", 1, INFINITE),)), lambda t: t["forgetting"] >= 1),
    "fell": (Selection(history=(("change", -2, -0.1),)), lambda t: t["change"] <= -0.1),
    "no such name": (Selection(dominant=("' OR true --",), correct=('"',)), lambda t: t["label"] < 0),
    "with a word": (
        Selection(dominant=("audio",), text="owl"),
        lambda t: (t.dominant_modality == "audio") & (t.label == 2),
    ),
    "all at once": (
        Selection(dominant=("audio", "text"), lassos=(BOX,), history=(("slope", -2, 2),), classes=(0, 1)),
        lambda t: (
            t["prediction_similarity"].between(0.2, 0.7)
            & t["total_loss"].between(1, 4)
            & t["slope"].notna()
            & (t["label"] < 2)
        ),
    ),
}


@pytest.mark.parametrize("name", SELECTIONS)
def test_a_filter_selects_what_pandas_does(rows, table, name):
    selection, condition = SELECTIONS[name]
    expected = table[condition(table)].sort_values("rank")["sample_id"].tolist()

    assert queries.sizes(rows, selection) == (len(expected), 40)
    assert queries.page(rows, selection, "rank", limit=100)["sample_id"].tolist() == expected
    assert queries.score_cells(rows, selection, ("rank", "total_loss"), "band", ())["count"].sum() == len(expected)
    assert [queries.place(rows, selection, "rank", False, sample_id) for sample_id in expected] == [
        *range(len(expected))
    ]


def test_every_filter_here_selects_some_and_leaves_some(table):
    shares = {name: condition(table).mean() for name, (_, condition) in SELECTIONS.items()}

    assert {name for name, share in shares.items() if not 0 < share < 1} == {"no such name"}


@pytest.mark.parametrize("column", ["first_score", "highest", "last_score"])
def test_a_score_at_the_very_threshold_is_balanced(rows, table, column):
    for high in table[column].sort_values()[10:30]:
        expected = {
            "rose-above": (table["first_score"] < high) & (table["highest"] >= high),
            "never-balanced": table["highest"] < high,
            "fell-back": (table["highest"] >= high) & (table["last_score"] < high),
        }
        for course, condition in expected.items():
            found = queries.page(rows, Selection(courses=(course,), thresholds=(-1.0, high)), "rank")["sample_id"]
            assert set(found) == set(table[condition]["sample_id"])


@pytest.mark.parametrize("by", ["dominant_modality", "correct_modalities"])
def test_counts_and_histograms_by_name(rows, table, by):
    expected = table[by].value_counts().to_dict()

    assert queries.counts(rows, EVERYTHING, by) == expected
    assert queries.histogram(rows, EVERYTHING, "rank", by=by).groupby("key")["count"].sum().to_dict() == expected


def test_a_table_of_an_older_version_says_what_it_has(tmp_path):
    path = write_some(tmp_path, 0, some_predictions())
    pd.read_parquet(path).drop(columns=["dominant_modality", "correct_modalities"]).to_parquet(path)

    with pytest.raises(ConfigError, match="no column 'dominant_modality'; there are sample_id, split"):
        queries.sizes(Source(path), Selection(dominant=("audio",)))
    with pytest.raises(ConfigError, match="choose band, label or split"):
        queries.counts(Source(path), EVERYTHING, "dominant_modality")


def test_history_before_the_second_evaluation_says_so(rows):
    with pytest.raises(RunError, match=r"some-1 has no dynamics\.parquet; it is written after the second"):
        queries.sizes(Source(rows.scores), Selection(history=(("change", 0, 1),)))
    with pytest.raises(ConfigError, match="no column 'change\" OR true --'; there are label, evaluations"):
        queries.sizes(rows, Selection(history=(('change" OR true --', 0, 1),)))


@pytest.mark.parametrize("descending", [False, True])
def test_rows_without_a_value_stand_last_and_have_their_place(tmp_path, descending):
    path = write_some(tmp_path, 0, some_predictions(n=6))
    values = [None, 0.5, 0.5, None, -1.0, 2.0]
    pd.read_parquet(path).assign(smoothed_score=values).to_parquet(path)
    rows, up = Source(path), ["x-04", "x-01", "x-02", "x-05"]
    expected = [*(["x-05", "x-01", "x-02", "x-04"] if descending else up), "x-00", "x-03"]

    assert queries.page(rows, EVERYTHING, "smoothed_score", descending)["sample_id"].tolist() == expected
    places = [queries.place(rows, EVERYTHING, "smoothed_score", descending, name) for name in expected]
    assert places == [0, 1, 2, 3, 4, 5]


def test_courses_of_chosen_columns(files):
    found = trajectories(files, ["x-03"], ["total_loss", "epoch"])

    assert list(found) == ["sample_id", "evaluation", "epoch", "total_loss"]
    assert found["total_loss"].tolist() == trajectories(files, ["x-03"])["total_loss"].tolist()
    with pytest.raises(ConfigError, match="no column 'nothing'; columns are evaluation"):
        trajectories(files, ["x-03"], ["nothing"])


def test_courses_are_found_in_tables_of_another_order_and_of_other_samples(tmp_path):
    files = [write_some(tmp_path, number, some_predictions(number)) for number in range(4)]
    for number, change in {1: lambda t: t[::-1], 2: lambda t: t[t["sample_id"] != "x-07"]}.items():
        change(pd.read_parquet(files[number])).to_parquet(files[number], index=False)
    every = pd.concat(map(pd.read_parquet, files))
    for names in (["x-07"], ["x-08", "x-07", "x-08"], ["x-07", "gone"]):
        expected = every[every["sample_id"].isin(names)].sort_values(["sample_id", "evaluation"], ignore_index=True)
        pd.testing.assert_frame_equal(trajectories(files, names), expected)


def test_a_table_in_many_row_groups_gives_the_same_answers(tmp_path, table):
    path = write_some(tmp_path, 1, some_predictions(1))
    pd.read_parquet(path).to_parquet(path, row_group_size=7)
    rows = Source(path)
    names = table.sort_values("total_loss")["sample_id"].tolist()

    assert queries.page(rows, EVERYTHING, "total_loss", limit=40)["sample_id"].tolist() == names
    assert trajectories([path], names[:3])["sample_id"].tolist() == sorted(names[:3])
    assert queries.score_cells(rows, EVERYTHING, ("total_loss", "rank"), "band", ())["count"].sum() == 40


def test_representatives_have_their_texts(rows):
    found = queries.representatives(rows, (-2 / 3, 2 / 3), 3)

    assert found["text"].str.startswith("Naïve").all()
    assert found.groupby("band").size().le(3).all()
    assert not np.any(found["sample_id"].duplicated())
