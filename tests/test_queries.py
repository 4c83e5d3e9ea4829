"""Queries of score tables, each against the same question asked of pandas; selections that mean harm."""

import numpy as np
import pandas as pd
import pytest

from bss_core import queries
from bss_core.errors import ConfigError, RunError
from bss_core.evaluations import predictions_path, scores_path
from bss_core.predictions import read_predictions
from bss_core.scores import BANDS, band
from bss_core.selection import Selection
from bss_core.trajectories import trajectories
from tests.score_tables import some_manifest, some_run

EVERYTHING = Selection()
INJECTION = 'rank"; DROP TABLE x; --'
QUOTES = "it's"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Three evaluations of 40 samples; only to be read."""
    return some_run(tmp_path_factory.mktemp("queries"))


@pytest.fixture(scope="module")
def rows(run):
    return queries.source(run, 1)


@pytest.fixture(scope="module")
def table(run):
    """The same rows in pandas."""
    scores = pd.read_parquet(scores_path(run.folder, 1)).merge(some_manifest().rows[["sample_id", "audio", "text"]])
    return scores.assign(band=band(scores["balance_score"]))


@pytest.fixture
def files(run):
    return [scores_path(run.folder, number) for number in range(3)]


SELECTIONS = {
    "everything": (EVERYTHING, lambda t: t["label"] >= 0),
    "range": (Selection(ranges=(("total_loss", 1.0, 3.0),)), lambda t: t["total_loss"].between(1, 3)),
    "two ranges": (
        Selection(ranges=(("balance_score", -0.5, 0.5), ("rank", 1, 20))),
        lambda t: t["balance_score"].between(-0.5, 0.5) & (t["rank"] <= 20),
    ),
    "bands": (Selection(bands=("balanced", "imbalanced")), lambda t: t["band"].isin(["balanced", "imbalanced"])),
    "classes": (Selection(classes=(0, 2)), lambda t: t["label"].isin([0, 2])),
    "split": (Selection(splits=("test",)), lambda t: t["split"] == "test"),
    "wrong": (Selection(wrong=("audio",)), lambda t: t["predicted_audio"] != t["label"]),
    "word": (Selection(text="OWL"), lambda t: t["text"].str.contains("owl")),
    "accent and quotes": (Selection(text=f'NAÏVE {QUOTES} "quoted"'), lambda t: t["text"].str.len() > 0),
    "word of an id": (Selection(text="x-07"), lambda t: t["sample_id"] == "x-07"),
    "words of two columns": (Selection(text="x-1 cat"), lambda t: t["sample_id"].str[:3].eq("x-1") & (t["label"] == 0)),
    "percent is no wildcard": (Selection(text="%"), lambda t: t["label"] < 0),
    "quotes that are nowhere": (Selection(text="' OR true --"), lambda t: t["label"] < 0),
    "no such class": (Selection(classes=(99, 2**80)), lambda t: t["label"] < 0),
    "an empty range": (Selection(ranges=(("rank", 9, 1),)), lambda t: t["label"] < 0),
    "nan": (Selection(ranges=(("rank", float("nan"), float("nan")),)), lambda t: t["label"] < 0),
    "infinite": (Selection(ranges=(("rank", float("-inf"), float("inf")),)), lambda t: t["label"] >= 0),
    "a huge list": (Selection(classes=tuple(range(1, 20_000))), lambda t: t["label"] >= 1),
    "everything at once": (
        Selection((("rank", 1, 35),), ("imbalanced",), (0, 1, 2), ("train",), "no.", ("text",), (0.1, 0.2)),
        lambda t: (
            (t["rank"] <= 35) & (t["balance_score"] < 0.1) & (t["split"] == "train") & (t["predicted_text"] != t.label)
        ),
    ),
}


@pytest.mark.parametrize("name", SELECTIONS)
def test_a_selection_selects_what_pandas_does(rows, table, name):
    selection, condition = SELECTIONS[name]
    expected = table[condition(table)]

    assert queries.sizes(rows, selection) == (len(expected), 40)
    found = queries.page(rows, selection, "rank", limit=100)
    assert found["sample_id"].tolist() == expected.sort_values("rank")["sample_id"].tolist()
    assert queries.histogram(rows, selection, "balance_score")["count"].sum() == len(expected)
    assert queries.score_cells(rows, selection, ("total_loss", "balance_score"), "band", ())["count"].sum() == len(
        expected
    )
    assert queries.counts(rows, selection, "label") == expected["label"].value_counts().sort_index().to_dict()


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("sort", ["balance_score", "label", "loss_audio"])
def test_pages_join_to_the_sorted_table_with_ties_by_id(rows, table, sort, descending):
    expected = table.sort_values([sort, "sample_id"], ascending=[not descending, True])
    pages = [queries.page(rows, EVERYTHING, sort, descending, 15, offset) for offset in (0, 15, 30, 45)]

    assert [len(page) for page in pages] == [15, 15, 10, 0]
    assert pd.concat(pages)["sample_id"].tolist() == expected["sample_id"].tolist()


def test_a_page_has_all_columns_band_and_texts(rows, table):
    found = queries.page(rows, EVERYTHING, limit=40).set_index("sample_id").sort_index()

    pd.testing.assert_frame_equal(found[list(table.columns[1:])], table.set_index("sample_id").sort_index())


@pytest.mark.parametrize("sort", ["nothing", INJECTION, "sample_id", "band", "text", ""])
def test_sorting_by_what_is_no_number_is_refused(rows, sort):
    with pytest.raises(ConfigError, match="cannot be sorted by .*; columns are evaluation, epoch, label"):
        queries.page(rows, EVERYTHING, sort)
    with pytest.raises(ConfigError, match="cannot be sorted by .*; columns are evaluation, epoch, label"):
        queries.place(rows, EVERYTHING, sort, False, "x-00")


@pytest.mark.parametrize(("limit", "offset"), [(-1, 0), (10, -1)])
def test_a_negative_page_is_refused(rows, limit, offset):
    with pytest.raises(ConfigError, match="both must be at least 0"):
        queries.page(rows, EVERYTHING, limit=limit, offset=offset)


@pytest.mark.parametrize("descending", [False, True])
def test_the_place_of_a_sample_is_where_its_page_shows_it(rows, descending):
    selection = Selection(classes=(0, 1))
    order = queries.page(rows, selection, "label", descending, 40)["sample_id"].tolist()

    assert [queries.place(rows, selection, "label", descending, name) for name in order] == list(range(len(order)))
    assert queries.place(rows, selection, "label", descending, "gone") is None


def test_a_sample_is_found_with_all_its_columns(rows, table):
    found = queries.sample(rows, "x-05", (-0.9, 0.9))

    assert found["text"] == table.set_index("sample_id").loc["x-05", "text"]
    assert found["band"] == "semi-balanced"
    assert queries.sample(rows, "x-05' OR true --") is None


@pytest.mark.parametrize("column", ["balance_score", "rank", "label"])
def test_histograms_are_those_of_numpy(rows, table, column):
    values = table[column].to_numpy(float)
    expected, edges = np.histogram(values, bins=7)
    found = queries.histogram(rows, EVERYTHING, column, bins=7, by="label")

    assert found.groupby("bin")["count"].sum().reindex(range(7), fill_value=0).tolist() == expected.tolist()
    assert found["low"].to_numpy() == pytest.approx(edges[found["bin"]])
    assert found["high"].to_numpy() == pytest.approx(edges[found["bin"] + 1])
    assert found.groupby("key")["count"].sum().to_dict() == {
        str(key): count for key, count in table["label"].value_counts().items()
    }


def test_a_histogram_of_a_selection_keeps_the_bins_of_all_rows(rows, table):
    highest = table["balance_score"].max()
    (found,) = queries.histogram(rows, Selection(ranges=(("balance_score", highest, highest),)), "balance_score").index
    row = queries.histogram(rows, Selection(ranges=(("balance_score", highest, highest),)), "balance_score").loc[found]

    assert (row["bin"], row["count"]) == (59, 1)
    assert row["high"] == pytest.approx(highest)


def test_a_constant_column_has_one_bin(rows):
    found = queries.histogram(rows, EVERYTHING, "epoch")

    assert found.groupby("bin")["count"].sum().to_dict() == {0: 40}


def test_cells_count_as_numpy_does(rows, table):
    x, y = "prediction_similarity", "total_loss"
    expected, x_edges, y_edges = np.histogram2d(table[x], table[y], bins=5)
    found = queries.score_cells(rows, EVERYTHING, (x, y), "band", (), bins=5)
    columns, lines = np.searchsorted(x_edges, found["x"]) - 1, np.searchsorted(y_edges, found["y"]) - 1
    grid = np.zeros((5, 5))
    grid[columns, lines] = found["count"]

    assert grid.tolist() == expected.tolist()
    assert found["x"].to_numpy() == pytest.approx((x_edges[columns] + x_edges[columns + 1]) / 2)


@pytest.mark.parametrize("name", ["nothing", INJECTION])
def test_columns_that_are_not_there_are_refused_everywhere(rows, files, name):
    asked = [
        lambda: queries.histogram(rows, EVERYTHING, name),
        lambda: queries.score_cells(rows, EVERYTHING, (name, "rank"), "band", ()),
        lambda: queries.score_cells(rows, EVERYTHING, ("rank", name), "band", ()),
        lambda: queries.score_points(rows, EVERYTHING, ("rank", name), "band", ()),
        lambda: queries.sizes(rows, Selection(ranges=((name, 0, 1),))),
    ]
    for ask in asked:
        with pytest.raises(ConfigError, match="There is no column .*are evaluation, epoch, label"):
            ask()
    with pytest.raises(ConfigError, match="choose band, label, dominant_modality or correct_modalities"):
        queries.histogram(rows, EVERYTHING, "rank", by=name)
    with pytest.raises(ConfigError, match="choose band, label, split, dominant_modality or correct_modalities"):
        queries.counts(rows, EVERYTHING, name)


@pytest.mark.parametrize("by", ["band", "label", "split"])
def test_counts_are_those_of_pandas(rows, table, by):
    assert queries.counts(rows, Selection(text="owl"), by) == (
        table.loc[table["text"].str.contains("owl"), by].value_counts().to_dict()
    )


def test_trajectories_are_the_rows_of_a_few_samples(files):
    found = trajectories(files, ["x-09", "x-03", "gone"])
    every = pd.concat(map(pd.read_parquet, files))
    expected = every[every["sample_id"].isin(["x-03", "x-09"])].sort_values(["sample_id", "evaluation"])

    assert found[["sample_id", "evaluation"]].to_numpy().tolist() == [
        [name, number] for name in ("x-03", "x-09") for number in range(3)
    ]
    assert found["balance_score"].tolist() == expected["balance_score"].tolist()
    assert trajectories(files, []).empty


def test_representatives_are_nearest_to_their_bands_median(rows, table):
    found = queries.representatives(rows, count=2)

    assert found["balance_score"].is_monotonic_decreasing
    assert "far" not in found
    for name, group in table.groupby("band"):
        far = (group["balance_score"] - group["balance_score"].median()).abs()
        expected = group.assign(far=far).sort_values(["far", "sample_id"])["sample_id"].head(2)
        assert set(found.loc[found["band"] == name, "sample_id"]) == set(expected)


def test_probabilities_of_one_sample(run):
    path = predictions_path(run.folder, 2)
    found, expected = queries.probabilities(path, "x-11"), read_predictions(path)

    assert list(found) == ["audio", "text", "multimodal"]
    assert found["text"] == expected.probabilities["text"][11].tolist()
    with pytest.raises(RunError, match=r"evaluation=002\.parquet holds no predictions for the sample 'gone'"):
        queries.probabilities(path, "gone")


def test_bands_by_other_thresholds_move_the_rows(rows, table):
    found = queries.counts(rows, Selection(thresholds=(-1.0, 1.0)), "band")

    assert sum(found.values()) == 40
    assert found["semi-balanced"] >= 39 - (table["balance_score"] == -1).sum()
    assert set(found) <= set(BANDS)
