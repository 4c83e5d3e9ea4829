"""Cached questions about maps: each answer is new when a file that it was read from is."""

import pandas as pd
import pytest

from app import data, data_maps
from bss_core.evaluations import predictions_path, scores_path
from bss_core.maps.fitting import embed, stored_probabilities, write_map
from bss_core.maps.requests import checked_request, map_path, origin
from bss_core.selection import Selection
from tests.score_tables import some_predictions, some_run, write_some

EVERYTHING = Selection()


@pytest.fixture
def run(tmp_path):
    data.forget()
    return some_run(tmp_path)


@pytest.fixture
def request_(run):
    """What the map of the latest probabilities shows; the map is there."""
    made = checked_request(run, "probabilities")
    found = stored_probabilities(predictions_path(run.folder, 2))
    write_map(run, made, origin(run, made), found, embed(found, made))
    return made


def rewritten(path, change):
    change(pd.read_parquet(path)).to_parquet(path, index=False)


def test_a_map_no_longer_holds_once_its_predictions_are_others(run, request_):
    assert data_maps.known_maps(run) == [request_.name]
    assert data_maps.current(run, request_).samples == 40
    write_some(run.folder, 2, some_predictions(5, n=20))
    assert data_maps.current(run, request_) is None
    assert data_maps.known_maps(run) == []


def test_colours_are_those_of_the_scores_as_they_are_now(run, request_):
    before = data_maps.points(run, request_, 1, EVERYTHING, "change", before=0)
    for number, score in ((0, 0.25), (1, 0.75)):
        rewritten(scores_path(run.folder, number), lambda rows, score=score: rows.assign(balance_score=score))
        points = data_maps.points(run, request_, 1, EVERYTHING, "change", before=0)
        assert points["key"].tolist() != before["key"].tolist()
        before = points
    assert set(before["key"]) == {0.5}
    assert data_maps.cells(run, request_, 1, EVERYTHING, "change", before=0)["key"].tolist() == pytest.approx(
        [0.5] * data_maps.cells(run, request_, 1, EVERYTHING, "band").shape[0]
    )


def test_places_and_neighbours_are_those_of_the_map_as_it_is_now(run, request_):
    def asked():
        places = data_maps.points(run, request_, 1, EVERYTHING, "band").sort_values("sample_id")
        return places["x"].tolist(), data_maps.neighbours(run, request_, "x-00", 40)["distance"].tolist()

    places, distances = asked()
    number = r"x|component_\d+"
    rewritten(map_path(run, request_), lambda rows: rows.assign(**rows.filter(regex=f"^({number})$") * 2))
    assert asked() == (pytest.approx([2 * x for x in places]), pytest.approx([2 * far for far in distances], rel=1e-5))


def test_a_selection_by_history_is_asked_of_the_history_as_it_is_now(run, request_):
    rising = Selection(history=(("change", 0.0, 2.0),))
    assert 0 < data_maps.sizes(run, request_, 1, rising)[0] < 30  # as many as have a history
    rewritten(run.folder / "dynamics.parquet", lambda rows: rows.assign(change=1.0))
    assert data_maps.sizes(run, request_, 1, rising) == (30, 40)
