"""Heat map, flow between the bands, score against rank: what is drawn, by hand."""

import numpy as np
import pandas as pd
import pytest

from app.figures.trajectory_maps import band_flow, rank_curves, score_heat
from app.style import BANDS, template
from app.views.trajectories_flow import moved
from app.views.trajectories_heat import as_share

THRESHOLDS = (0.25, 0.6)
BLOCKS = ["block", "evaluation", "value", "first", "last", "low", "high", "sample_id"]
FLOWS = ["evaluation", "band", "next_evaluation", "next_band", "count"]
TOP, MIDDLE, BOTTOM = BANDS


def blocks(*rows):
    return pd.DataFrame(rows, columns=BLOCKS)


def flows(*rows):
    return pd.DataFrame(rows, columns=FLOWS)


def test_a_row_is_a_sample_or_says_which_samples_it_is_the_mean_of():
    rows = blocks(
        (0, 0, 0.5, 1, 1, 0.2, 0.2, "a"), (0, 3, 0.7, 1, 1, 0.2, 0.2, "a"), (1, 0, -0.5, 2, 2001, -0.1, 0.1, "b"),
    )  # fmt: skip
    [heat] = score_heat(rows, "balance_score", "slope", 2001).data
    assert list(heat.x) == ["0", "3"]
    assert list(heat.y) == ["a · no. 1 · slope 0.2", "samples 2–2,001 · slope −0.1 … 0.1"]
    assert heat.z[0].tolist() == pytest.approx([0.5, 0.7])
    assert heat.z[1][0] == pytest.approx(-0.5)
    assert np.isnan(heat.z[1][1])
    assert (heat.zmin, heat.zmax) == (-1, 1)


def test_a_sample_without_a_value_of_the_order_says_so():
    [heat] = score_heat(blocks((0, 0, 0.5, 1, 1, None, None, "a")), "rank", "first change of band", 1).data
    assert list(heat.y) == ["a · no. 1 · first change of band none"]
    assert (heat.zmin, heat.zmax) == (0, 1)


def test_ranks_are_drawn_as_shares_of_their_evaluation():
    rows = blocks((0, 0, 1, 1, 1, 0, 0, "a"), (0, 1, 3, 1, 1, 0, 0, "a"), (1, 0, 5, 2, 2, 0, 0, "b"))
    assert as_share(rows, {0: 5, 1: 3})["value"].tolist() == [1.0, 0.0, 0.0]
    assert as_share(rows[:1], {0: 1})["value"].tolist() == [1.0]


def test_a_flow_has_a_node_per_band_and_evaluation_and_a_link_per_pair():
    rows = flows((0, TOP, 4, TOP, 3), (0, TOP, 4, BOTTOM, 1), (0, BOTTOM, 4, TOP, 6))
    [sankey] = band_flow(rows, {0: "k = 0", 4: "k = 4"}).data
    assert list(sankey.node.label) == [f"{TOP} 4", f"{BOTTOM} 6", f"{TOP} 9", f"{BOTTOM} 1"]
    assert list(sankey.node.color) == [BANDS[TOP], BANDS[BOTTOM]] * 2
    assert list(zip(sankey.link.source, sankey.link.target, sankey.link.value, strict=True)) == [
        (0, 2, 3), (0, 3, 1), (1, 2, 6),
    ]  # fmt: skip
    assert list(sankey.link.customdata) == ["75.0%", "25.0%", "100.0%"]
    assert all(0 < place < 1 for axis in (sankey.node.x, sankey.node.y) for place in axis)
    assert sankey.node.y[0] < sankey.node.y[1]


def test_the_labels_of_a_flow_are_light_on_the_dark_ground():
    rows = flows((0, TOP, 1, TOP, 3))
    [light], [dark] = (band_flow(rows, {0: "a", 1: "b"}, is_dark).data for is_dark in (False, True))
    assert light.textfont.color == template(False)["layout"]["font"]["color"]
    assert dark.textfont.color == template(True)["layout"]["font"]["color"]


def test_a_band_that_is_only_come_to_is_still_a_node():
    rows = flows((0, TOP, 1, MIDDLE, 2), (1, TOP, 2, TOP, 1))  # evaluation 2 lacks those two samples
    [sankey] = band_flow(rows, {0: "a", 1: "b", 2: "c"}).data
    assert list(sankey.node.label) == [f"{TOP} 2", f"{TOP} 1", f"{MIDDLE} 2", f"{TOP} 1"]
    assert list(zip(sankey.link.source, sankey.link.target, strict=True)) == [(0, 2), (1, 3)]


def test_those_who_came_to_a_better_and_to_a_worse_band_are_counted():
    rows = flows((0, TOP, 1, TOP, 5), (0, MIDDLE, 1, TOP, 3), (0, TOP, 1, BOTTOM, 2))
    assert moved(rows) == (0.3, 0.2)
    assert moved(flows()) == (0.0, 0.0)


def curves(*rows):
    return pd.DataFrame(rows, columns=["evaluation", "epoch", "place", "value"])


def test_each_evaluation_has_a_curve_and_the_selected_sample_its_path():
    path = pd.DataFrame({"evaluation": [0, 2], "place": [0.5, 0.1], "value": [0.0, 0.9]})
    rows = curves((0, 0, 0, 1), (0, 0, 1, -1), (2, 2, 0, 1), (2, 2, 1, 0.2))
    first, last, sample = rank_curves(rows, path, THRESHOLDS).data
    assert (first.name, list(first.x), list(first.y)) == ("k = 0", [0, 1], [1, -1])
    assert last.line.width > first.line.width
    assert (list(sample.x), list(sample.text)) == ([0.5, 0.1], ["k 0", "k 2"])


@pytest.mark.parametrize(
    "figure",
    [
        score_heat(blocks(), "balance_score", "slope", 0),
        band_flow(flows(), {0: "a", 1: "b"}),
        rank_curves(curves(), pd.DataFrame(columns=["evaluation", "place", "value"]), THRESHOLDS),
    ],
)
def test_without_samples_a_figure_says_so(figure):
    assert figure.layout.annotations[0].text == "No sample to show."


def test_the_largest_charts_stay_below_300_kilobytes():
    places = np.arange(200 * 60)
    rows = pd.DataFrame(
        {"block": places // 60, "evaluation": places % 60, "value": 0.123456789, "first": places // 60 * 5000 + 1,
         "last": (places // 60 + 1) * 5000, "low": -0.123456, "high": 0.123456, "sample_id": "x"}
    )  # fmt: skip
    assert len(score_heat(rows, "balance_score", "slope", 10**6).to_json()) < 300_000
    wide = [(k, a, k + 1, b, 10**5) for k in range(5) for a in BANDS for b in BANDS]
    assert len(band_flow(flows(*wide), {k: f"k = {k}" for k in range(6)}).to_json()) < 30_000
    points = curves(*((k, k, p / 100, 0.123456) for k in range(6) for p in range(101)))
    assert len(rank_curves(points, points[:0], THRESHOLDS).to_json()) < 60_000
