"""Two columns against each other: points and cells against the same counted in pandas."""

import numpy as np
import pandas as pd
import pytest

from bss_core import queries
from bss_core.errors import ConfigError
from bss_core.evaluations import scores_path
from bss_core.lasso import Lasso
from bss_core.queries import score_cells, score_points
from bss_core.scores import band
from bss_core.selection import Selection
from tests.score_tables import some_predictions, some_run, write_some

AXES = ("prediction_similarity", "total_loss")
NAMES = ("audio", "text")
EVERYTHING = Selection()


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Three evaluations of 40 samples, and a fourth of the first 30 of them."""
    found = some_run(tmp_path_factory.mktemp("score_maps"))
    write_some(found.folder, 3, some_predictions(3, 30))
    return found


@pytest.fixture(scope="module")
def rows(run):
    return queries.source(run, 2)


@pytest.fixture(scope="module")
def table(run):
    found = pd.read_parquet(scores_path(run.folder, 2)).set_index("sample_id")
    right = found[["predicted_audio", "predicted_text"]].eq(found["label"], axis=0).to_numpy()
    other = pd.read_parquet(scores_path(run.folder, 3)).set_index("sample_id")
    return found.assign(
        band=band(found["balance_score"]), change=found["balance_score"] - other["balance_score"],
        correct=[" + ".join(np.array(NAMES)[row]) or "none" for row in right],
        modality=np.where(found["probability_audio"] >= found["probability_text"], "audio", "text"),
    )  # fmt: skip


@pytest.mark.parametrize("by", ["band", "label", "modality", "correct"])
def test_points_are_where_their_samples_are(rows, table, by):
    found = score_points(rows, EVERYTHING, AXES, by, NAMES).set_index("sample_id")
    expected = table.loc[found.index]
    assert len(found) == 40
    assert found["x"].tolist() == expected[AXES[0]].tolist()
    assert found["y"].tolist() == expected[AXES[1]].tolist()
    assert found["key"].tolist() == expected[by].astype(str).tolist()
    assert found["text"].notna().all()


def test_points_of_a_change_are_those_of_all_samples_even_without_an_earlier_score(run, rows, table):
    found = score_points(rows, EVERYTHING, AXES, "change", NAMES, before=scores_path(run.folder, 3))
    assert found["key"].isna().sum() == 10
    assert found["key"].to_numpy() == pytest.approx(table.loc[found["sample_id"], "change"], nan_ok=True)


def test_few_of_many_points_are_a_fixed_choice_of_the_selected(rows, table):
    chosen = Selection(lassos=(Lasso(*AXES, ((0, 0), (0.8, 0), (0.8, 20), (0, 20))),))
    few = score_points(rows, chosen, AXES, "band", NAMES, 5)
    assert len(few) == 5
    assert few.equals(score_points(rows, chosen, AXES, "band", NAMES, 5))
    assert (few["x"] < 0.8).all()


@pytest.mark.parametrize("by", ["band", "label", "modality", "correct", "change"])
@pytest.mark.parametrize("bins", [1, 3])
def test_cells_hold_every_sample_once(run, rows, table, by, bins):
    found = score_cells(rows, EVERYTHING, AXES, by, NAMES, bins, scores_path(run.folder, 3))
    low, span = table[list(AXES)].min(), table[list(AXES)].max() - table[list(AXES)].min()
    places = np.minimum(((table[list(AXES)] - low) / span * bins).astype(int), bins - 1)
    cells = table.groupby([places[AXES[1]], places[AXES[0]]])[by]
    assert found["count"].tolist() == cells.size().tolist()
    assert found["width"].to_numpy() == pytest.approx(span[AXES[0]] / bins)
    if by == "change":
        assert found["key"].to_numpy(float) == pytest.approx(cells.mean().to_numpy(), nan_ok=True)
        assert found["share"].tolist() == pytest.approx((cells.count() / cells.size()).tolist())
    else:
        most = [keys.astype(str).value_counts() for _, keys in cells]
        assert found["share"].tolist() == pytest.approx([counts.max() / counts.sum() for counts in most])
        assert all(counts[key] == counts.max() for key, counts in zip(found["key"], most, strict=True))


def test_the_grid_is_that_of_all_samples_whatever_is_selected(rows):
    few = score_cells(rows, Selection(classes=(1,)), AXES, "band", NAMES, 4)
    places = score_cells(rows, EVERYTHING, AXES, "band", NAMES, 4).set_index(["x", "y"])["count"]
    assert all(places[x, y] >= count for x, y, count in zip(few["x"], few["y"], few["count"], strict=True))


def test_without_a_selected_sample_there_is_no_cell(rows):
    assert score_cells(rows, Selection(text="nowhere"), AXES, "band", NAMES).empty


@pytest.mark.parametrize("columns", [("loss", "total_loss"), ("total_loss", 'x"; DROP TABLE y; --')])
def test_a_column_that_is_not_there_is_named(rows, columns):
    with pytest.raises(ConfigError, match="There is no column"):
        score_points(rows, EVERYTHING, columns, "band", NAMES)


def test_no_other_colour(rows):
    with pytest.raises(ConfigError, match="cannot be coloured by 'split'"):
        score_cells(rows, EVERYTHING, AXES, "split", NAMES)


def test_samples_without_a_finite_value_have_no_place_and_do_not_stretch_the_map(tmp_path):
    path = write_some(tmp_path, 0, some_predictions(n=5))
    chances = [np.nan, 0.25, 0.75, np.inf, -np.inf]
    pd.read_parquet(path).assign(sampling_probability=chances).to_parquet(path)
    for axes in (("rank", "sampling_probability"), ("sampling_probability", "rank")):
        points = score_points(queries.Source(path), EVERYTHING, axes, "band", NAMES)
        cells = score_cells(queries.Source(path), EVERYTHING, axes, "band", NAMES, bins=2)
        assert sorted(points["sample_id"]) == ["x-01", "x-02"]
        where = "y" if axes[0] == "rank" else "x"
        assert (sorted(cells[where]), cells["count"].tolist()) == ([0.375, 0.625], [1, 1])
