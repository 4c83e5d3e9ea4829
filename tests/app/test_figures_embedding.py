"""Figures of the embedding map: what is drawn, in which colours, and that all of it can be serialised."""

import json

import numpy as np
import pandas as pd
import pytest

from app.figures.embedding import embedding_map, mark
from app.figures.groups import OTHER
from app.style import BANDS, DARK_GROUND, LIGHT_GROUND, MODALITIES, colour_of_band

AXES = ("first", "second")


def some_points(groups):
    n = len(groups)
    return pd.DataFrame(
        {"sample_id": [f"s{row}" for row in range(n)], "x": np.arange(n) / 2, "y": -np.arange(n),
         "balance_score": np.linspace(-1, 1, n), "group": groups, "about": "a &lt;b&gt;"}
    )  # fmt: skip


def some_cells(groups):
    n = len(groups)
    return pd.DataFrame(
        {
            "x": np.arange(n) * 0.2,
            "y": 0.5,
            "width": 0.2,
            "height": 0.1,
            "count": 10 ** np.arange(n),
            "group": groups,
            "share": np.linspace(0.5, 1, n),
        }
    )


def test_points_are_in_the_colours_of_their_bands_in_the_legends_order():
    figure = embedding_map(some_points(["imbalanced", "balanced", "imbalanced"]), "band", "Map", AXES)
    assert [trace.name for trace in figure.data] == ["balanced (1)", "imbalanced (2)"]
    assert [trace.marker.color for trace in figure.data] == [BANDS["balanced"], BANDS["imbalanced"]]
    assert figure.data[1].customdata[:, 0].tolist() == ["s0", "s2"]
    assert figure.data[1].x.tolist() == [0.0, 1.0]
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == AXES
    assert figure.layout.yaxis.scaleanchor == "x"


@pytest.mark.parametrize(("by", "name"), [("modality", "image"), ("correct", "image")])
def test_a_modality_drawn_alone_has_its_own_colour(by, name):
    points = embedding_map(some_points([name] * 2), by, "Map", AXES, {"audio": "audio", "image": "image"})
    cells = embedding_map(some_cells([name]), by, "Map", AXES, {"audio": "audio", "image": "image"})
    assert points.data[0].marker.color == cells.data[0].colorscale[1][1] == MODALITIES[1]


def test_rare_classes_are_drawn_as_one():
    groups = [f"class {number}" for number in range(len(MODALITIES) + 3) for _ in range(20 - number)]
    figure = embedding_map(some_points(groups), "label", "Map", AXES)
    assert len(figure.data) == len(MODALITIES) + 1
    assert figure.data[-1].name.startswith(OTHER)
    assert sum(len(trace.x) for trace in figure.data) == len(groups)


def test_axes_that_mean_nothing_have_no_numbers():
    figure = embedding_map(some_points(["audio"]), "modality", "Map", ("", ""))
    assert figure.layout.xaxis.showticklabels is False
    assert figure.layout.yaxis.showticklabels is False


def test_cells_are_stronger_the_more_samples_they_hold():
    figure = embedding_map(some_cells(["balanced", "imbalanced", "balanced"]), "band", "Map", AXES)
    heat = {trace.name: trace for trace in figure.data if trace.type == "heatmap"}
    assert list(heat) == ["balanced", "imbalanced"]
    np.testing.assert_allclose(heat["balanced"].z, [[0, np.nan, 2]], rtol=1e-6)
    np.testing.assert_allclose(heat["imbalanced"].z, [[np.nan, 1, np.nan]], rtol=1e-6)
    assert {(trace.zmin, trace.zmax) for trace in heat.values()} == {(0, 2)}
    assert heat["balanced"].colorscale[1][1] == colour_of_band("balanced")
    assert heat["balanced"].customdata[0, 2].tolist() == [100, 1]
    assert [trace.name for trace in figure.data if trace.type == "scatter"] == ["mostly balanced", "mostly imbalanced"]


def test_cells_keep_their_size_where_the_map_is_empty():
    cells = some_cells(["balanced"] * 3).assign(x=[0.0, 0.2, 1.0], y=[0.5, 0.9, 0.5])
    heat = embedding_map(cells, "band", "Map", AXES).data[0]
    np.testing.assert_allclose(heat.x, [0, 0.2, 0.4, 0.6, 0.8, 1])
    np.testing.assert_allclose(heat.y, [0.5, 0.6, 0.7, 0.8, 0.9])
    assert [tuple(place) for place in np.argwhere(~np.isnan(heat.z))] == [(0, 0), (0, 5), (4, 1)]


def test_a_single_cell_with_one_sample():
    figure = embedding_map(some_cells(["balanced"]), "band", "Map", AXES)
    assert figure.data[0].zmax == 1


@pytest.mark.parametrize("some", [some_points, some_cells])
def test_nothing_is_said_to_be_nothing(some):
    figure = embedding_map(some(["balanced"]).iloc[:0], "band", "Map", AXES)
    assert figure.layout.annotations[0].text == "No sample to show."


def test_the_ring_stands_where_its_sample_is():
    figure = embedding_map(some_points(["balanced"]), "band", "Map", AXES)
    mark(figure, 3.0, 4.0, "<s>")
    ring = figure.data[-1]
    assert (ring.x, ring.y, ring.showlegend) == ((3.0,), (4.0,), False)
    assert {trace.marker.symbol for trace in figure.data[-2:]} == {"circle-open"}
    assert {trace.marker.color for trace in figure.data[-2:]} == {LIGHT_GROUND, DARK_GROUND}


def test_figures_of_hostile_names_serialise():
    cells = embedding_map(some_cells(["<script>", "ж", 'a"b']), "label", "Map", AXES)
    points = embedding_map(some_points(["<script>", "ж", 'a"b']), "label", "Map", AXES)
    for figure in (cells, points):
        assert json.loads(figure.to_json())["data"]
