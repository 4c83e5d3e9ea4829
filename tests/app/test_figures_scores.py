import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.figures.scores import OTHER, SVG_POINTS, iso_lines, score_density, score_histogram, score_map, top_groups
from app.style import BANDS
from bss_core.scores import Extrema

EXTREMA = {"prediction_similarity": Extrema(0.2, 1.0), "total_loss": Extrema(1.0, 9.0)}
THRESHOLDS = (0.25, 0.6)


def bins(*rows):
    return pd.DataFrame(rows, columns=["low", "high", "key", "count"])


def points(n=3, group="balanced", similarity=0.6, loss=2.0):
    columns = {"prediction_similarity": similarity, "total_loss": loss, "balance_score": 0.1, "group": group}
    return pd.DataFrame({"sample_id": [f"x-{row}" for row in range(n)], "about": "cat", **columns})


def bars(figure):
    return {trace.name: dict(zip(trace.x, trace.y, strict=True)) for trace in figure.data}


def test_the_histogram_counts_every_bin_of_every_band():
    figure = score_histogram(
        bins((-0.5, -0.25, "imbalanced", 3), (0.5, 0.75, "semi-balanced", 1), (0.5, 0.75, "balanced", 4)), THRESHOLDS
    )
    assert bars(figure) == {
        "balanced (4)": {0.625: 4},
        "semi-balanced (1)": {0.625: 1},
        "imbalanced (3)": {-0.375: 3},
    }
    assert [trace.marker.color for trace in figure.data] == list(BANDS.values())
    assert figure.layout.barmode == "stack"
    assert figure.layout.selectdirection == "h"


def test_the_histogram_s_regions_begin_at_the_thresholds():
    figure = score_histogram(bins((0, 0.1, "balanced", 1)), (-0.2, 0.4))
    regions = {shape.fillcolor: (shape.x0, shape.x1) for shape in figure.layout.shapes if shape.type == "rect"}
    assert regions == {
        BANDS["balanced"]: (0.4, 1.03),
        BANDS["semi-balanced"]: (-0.2, 0.4),
        BANDS["imbalanced"]: (-1.03, -0.2),
    }


def test_a_logarithmic_histogram_is_not_stacked():
    figure = score_histogram(bins((0, 0.1, "balanced", 10)), THRESHOLDS, is_log=True)
    assert figure.layout.yaxis.type == "log"
    assert figure.layout.barmode == "overlay"


def test_classes_beyond_the_colours_are_one_group_and_none_is_lost():
    rows = [(0.0, 0.1, f"class {number:02d}", number + 1) for number in range(12)]
    figure = score_histogram(bins(*rows), THRESHOLDS, by="label")
    assert len(figure.data) == 9
    assert figure.data[-1].name == f"{OTHER} ({1 + 2 + 3 + 4})"
    assert sum(sum(trace.y) for trace in figure.data) == sum(row[-1] for row in rows)


@pytest.mark.parametrize("frame", [bins(), bins((np.nan, np.nan, "balanced", 1))])
def test_a_histogram_without_samples_says_so(frame):
    figure = score_histogram(frame, THRESHOLDS)
    assert not figure.data
    assert figure.layout.annotations[0].text == "No sample to show."


def test_top_groups_are_the_most_frequent_by_count_then_name():
    assert top_groups({"b": 2, "a": 2, "c": 9}) == ["c", "a", "b"]
    assert len(top_groups({str(number): 1 for number in range(20)})) == 8


def test_the_diagonal_of_zero_goes_from_corner_to_corner():
    [(level, x, y)] = iso_lines(EXTREMA, [0.0])
    assert (level, x, y) == (0.0, [0.2, 1.0], [1.0, 9.0])


def test_a_diagonal_by_hand():
    # s = 0.5: u from 0.5 to 1, v from 0 to 0.5; similarity 0.2 + 0.8u, loss 1 + 8v
    [(_, x, y)] = iso_lines(EXTREMA, [0.5])
    assert x == pytest.approx([0.6, 1.0])
    assert y == pytest.approx([1.0, 5.0])


@given(st.floats(-0.999, 0.999), st.floats(0, 1))
def test_every_point_of_a_line_has_its_score(level, part):
    [(_, x, y)] = iso_lines(EXTREMA, [level])
    similarity, loss = (ends[0] + part * (ends[1] - ends[0]) for ends in (x, y))
    score = (similarity - 0.2) / 0.8 - (loss - 1.0) / 8.0
    assert score == pytest.approx(level, abs=1e-9)
    assert 0.2 - 1e-9 <= similarity <= 1 + 1e-9
    assert 1 - 1e-9 <= loss <= 9 + 1e-9


@pytest.mark.parametrize("constant", ["prediction_similarity", "total_loss"])
def test_there_are_no_diagonals_if_a_criterion_was_constant(constant):
    assert iso_lines({**EXTREMA, constant: Extrema(2, 2)}, [0.0]) == []
    assert score_map(points(), {**EXTREMA, constant: Extrema(2, 2)}, THRESHOLDS).data


@pytest.mark.parametrize("level", [-1, 1, 1.5])
def test_there_is_no_diagonal_in_or_beyond_the_corners(level):
    assert iso_lines(EXTREMA, [level]) == []


def marks(figure):
    return [trace for trace in figure.data if trace.mode == "markers"]


def test_the_map_draws_every_sample_once_with_its_id():
    frame = pd.concat([points(2, "balanced"), points(3, "imbalanced")], ignore_index=True)
    drawn = marks(score_map(frame, EXTREMA, THRESHOLDS))
    assert [(trace.name, len(trace.x)) for trace in drawn] == [("balanced (2)", 2), ("imbalanced (3)", 3)]
    assert [row[0] for row in drawn[1].customdata] == ["x-0", "x-1", "x-2"]


@pytest.mark.parametrize(("n", "kind"), [(1, "scatter"), (SVG_POINTS, "scatter"), (SVG_POINTS + 1, "scattergl")])
def test_many_samples_are_drawn_by_webgl(n, kind):
    assert {trace.type for trace in marks(score_map(points(n), EXTREMA, THRESHOLDS))} == {kind}


def test_the_map_by_modality_has_the_heads_colours():
    frame = pd.concat([points(1, "image"), points(1, "audio")], ignore_index=True)
    colours = {trace.name: trace.marker.color for trace in marks(score_map(frame, EXTREMA, THRESHOLDS, "modality"))}
    assert colours == {"audio (1)": "#12917f", "image (1)": "#8f63d9"}


@pytest.mark.parametrize("frame", [points(0), points(2, similarity=np.nan)])
def test_a_map_without_samples_says_so(frame):
    assert score_map(frame, EXTREMA, THRESHOLDS).layout.annotations[0].text == "No sample to show."


def test_the_density_s_cells_keep_their_counts():
    cells = pd.DataFrame({"x": [0.3, 0.5, 0.5], "y": [2.0, 2.0, 4.0], "count": [1, 10, 100]})
    heat = score_density(cells, EXTREMA, THRESHOLDS).data[0]
    assert list(heat.x) == [0.3, 0.5]
    assert np.nansum(heat.customdata) == 111
    assert heat.z[0][1] == pytest.approx(1.0)  # log₁₀ 10


def test_a_density_without_samples_says_so():
    empty = pd.DataFrame({"x": [], "y": [], "count": []})
    assert score_density(empty, EXTREMA, THRESHOLDS).layout.annotations[0].text == "No sample to show."
