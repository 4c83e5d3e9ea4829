"""Questions about a map, each against the same question asked of pandas; neighbours against a naive search."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bss_core import queries
from bss_core.errors import ConfigError, RunError
from bss_core.evaluations import predictions_path, scores_path
from bss_core.lasso import Region
from bss_core.maps.fitting import Vectors, embed, stored_probabilities, write_map
from bss_core.maps.queries import (
    MapSource,
    map_cells,
    map_points,
    map_sizes,
    named_samples,
    neighbours,
)
from bss_core.maps.requests import MapRequest, checked_request, origin
from bss_core.scores import THRESHOLDS, band
from bss_core.selection import Selection
from tests.score_tables import CLASSES, some_run

EVERYTHING = Selection()
NAMES = [name for name in queries.COLOURS if name != "change"]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return some_run(tmp_path_factory.mktemp("maps"))


@pytest.fixture(scope="module")
def path(run):
    """The map of evaluation 2; one of its 40 samples is not on it, as if it could not be decoded."""
    request = checked_request(run, "probabilities")
    found = stored_probabilities(predictions_path(run.folder, 2))
    found = replace(found, sample_ids=found.sample_ids[1:], values=found.values[1:])
    return write_map(run, request, origin(run, request), found, embed(found, request))


@pytest.fixture(scope="module")
def maps(run, path):
    return MapSource(queries.source(run, 1), path, ("text", "audio"))


@pytest.fixture(scope="module")
def table(run, path):
    """The same rows in pandas, with what they can be coloured by."""
    places = pd.read_parquet(path, columns=["sample_id", "x", "y"]).rename(columns={"x": "map_x", "y": "map_y"})
    rows = pd.read_parquet(scores_path(run.folder, 1)).merge(places)
    right = rows[["predicted_audio", "predicted_text"]].eq(rows["label"], axis=0).to_numpy()
    names = [" + ".join(np.array(["audio", "text"])[row]) or "none" for row in right]
    louder = rows["probability_audio"] >= rows["probability_text"]
    return rows.assign(
        band=band(rows["balance_score"]), correct=names, modality=np.where(louder, "audio", "text"),
    )  # fmt: skip


def test_sizes(maps, table):
    assert map_sizes(maps, EVERYTHING) == (39, 39)
    assert map_sizes(maps, Selection(classes=(1,))) == ((table["label"] == 1).sum(), 39)


def test_a_region_of_the_map_and_a_range_of_the_score_table_go_together(maps, run, table):
    corners = ((-0.2, -0.3), (0.5, -0.3), (0.5, 0.4), (-0.2, 0.4))
    region = Region(checked_request(run, "probabilities").name, corners)
    inside = table["map_x"].between(-0.2, 0.5) & table["map_y"].between(-0.3, 0.4) & table["total_loss"].between(0.5, 3)
    chosen = Selection(ranges=(("total_loss", 0.5, 3.0),), regions=(region,))
    assert 0 < inside.sum() < 39
    assert map_sizes(maps, chosen) == (inside.sum(), 39)
    found = map_points(maps, chosen)
    assert sorted(found["sample_id"]) == sorted(table[inside]["sample_id"])
    assert found["text"].str.contains("|".join(CLASSES)).all()


def test_words_are_searched_in_the_texts(maps, table):
    assert map_sizes(maps, Selection(text="OWL"))[0] == (table["label"] == 2).sum()


@pytest.mark.parametrize("by", NAMES)
def test_points_carry_what_they_are_coloured_by(maps, table, by):
    found = map_points(maps, EVERYTHING, by).set_index("sample_id").sort_index()
    expected = table.set_index("sample_id").sort_index()
    assert found["key"].tolist() == expected[by].astype(str).tolist()
    assert found["x"].to_numpy() == pytest.approx(expected["map_x"])
    assert found["text"].notna().all()


def test_more_points_than_asked_for_are_a_fixed_choice(maps):
    few = map_points(maps, EVERYTHING, "band", 10)
    assert len(few) == 10
    assert few.equals(map_points(maps, EVERYTHING, "band", 10))
    assert set(few["sample_id"]) < set(map_points(maps, EVERYTHING)["sample_id"])


@pytest.mark.parametrize("by", NAMES)
def test_cells_count_what_lies_in_them_and_name_the_most_frequent(maps, table, by):
    found = map_cells(maps, EVERYTHING, by, bins=4)
    low, span = table[["map_x", "map_y"]].min(), table[["map_x", "map_y"]].max() - table[["map_x", "map_y"]].min()
    places = np.minimum(((table[["map_x", "map_y"]] - low) / span * 4).astype(int), 3)
    cells = table.assign(i=places["map_x"], j=places["map_y"], key=table[by].astype(str)).groupby(["j", "i"])["key"]
    assert found["count"].tolist() == cells.size().tolist()
    first = [sorted(keys.value_counts().items(), key=lambda item: (-item[1], item[0]))[0] for _, keys in cells]
    assert found["key"].tolist() == [key for key, _ in first]
    assert found["share"].tolist() == pytest.approx([n / len(keys) for (_, n), (_, keys) in zip(first, cells)])  # noqa: B905
    assert found["width"].to_numpy() == pytest.approx(span["map_x"] / 4)
    assert found["height"].to_numpy() == pytest.approx(span["map_y"] / 4)
    assert found["x"].between(table["map_x"].min(), table["map_x"].max()).all()


def test_a_change_is_the_score_minus_the_earlier_one(maps, run, table):
    before = scores_path(run.folder, 0)
    earlier = pd.read_parquet(before).set_index("sample_id")["balance_score"]
    expected = table.set_index("sample_id")["balance_score"] - earlier
    found = map_points(maps, EVERYTHING, "change", before=before).set_index("sample_id")["key"]
    assert found.to_dict() == pytest.approx(expected[found.index].to_dict())
    [cell] = map_cells(maps, EVERYTHING, "change", 1, before).to_dict("records")
    assert (cell["count"], cell["share"]) == (39, 1.0)
    assert cell["key"] == pytest.approx(expected[found.index].mean())


def test_a_change_needs_an_earlier_evaluation(maps):
    with pytest.raises(ConfigError, match="needs an earlier evaluation"):
        map_points(maps, EVERYTHING, "change")


def test_cells_of_nothing(maps):
    assert map_cells(maps, Selection(text="nowhere")).empty


def test_named_samples_come_in_the_order_named(maps):
    found = named_samples(maps, ["x-07", "x-00", "x-03", "no such"], THRESHOLDS)
    assert found["sample_id"].tolist() == ["x-07", "x-03"]  # x-00 is not on the map


@pytest.mark.parametrize("by", ["split", 'band"; DROP TABLE x; --'])
def test_no_other_colour(maps, by):
    with pytest.raises(ConfigError, match="cannot be coloured by"):
        map_points(maps, EVERYTHING, by)


def test_names_with_quotes_are_names(run, path):
    hostile = MapSource(queries.source(run, 1), path, ('a" OR true --', "it's"))
    with pytest.raises(RunError, match="cannot be read"):
        map_points(hostile, EVERYTHING, "correct")


class TestNeighbours:
    def test_they_are_those_of_a_naive_search(self, path):
        table = pd.read_parquet(path)
        components = table.filter(like="component_").to_numpy(float)
        for row in (0, 17, 38):
            distances = np.linalg.norm(components - components[row], axis=1)
            order = [other for other in np.argsort(distances, kind="stable") if other != row][:5]
            found = neighbours(path, table["sample_id"][row], 5)
            assert found["sample_id"].tolist() == table["sample_id"][order].tolist()
            assert found["distance"].to_numpy() == pytest.approx(distances[order], rel=1e-4)

    @given(st.integers(3, 30), st.integers(1, 40))
    def test_never_itself_never_more_than_there_are(self, tmp_path_factory, run, n, count):
        request = MapRequest("probabilities", "pca", "test", evaluation=n)
        values = np.random.default_rng(n).integers(0, 3, (n, 4)).astype(np.float32)
        values[0] = 9  # never all equal, but with many equal ones
        found = Vectors(np.array([f"s{row}" for row in range(n)]), values)
        written = write_map(run, request, {}, found, embed(found, request))
        near = neighbours(written, "s1", count)
        assert len(near) == min(count, n - 1)
        assert "s1" not in set(near["sample_id"])
        assert near["sample_id"].is_unique
        assert near["distance"].is_monotonic_increasing

    def test_a_sample_that_is_not_there(self, path):
        with pytest.raises(RunError, match="does not have the sample 'x-00'"):
            neighbours(path, "x-00")

    def test_no_neighbours_cannot_be_asked_for(self, path):
        with pytest.raises(ConfigError, match="cannot be 0 neighbours"):
            neighbours(path, "x-01", 0)

    @pytest.mark.parametrize("content", [None, b"PAR1 torn"])
    def test_a_map_that_is_gone_or_damaged(self, tmp_path, content):
        broken = tmp_path / "map.parquet"
        if content:
            broken.write_bytes(content)
        with pytest.raises(RunError, match=r"The map .*map\.parquet cannot be read"):
            neighbours(broken, "x-01")
