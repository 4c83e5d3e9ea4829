"""The map of agreement against difficulty: its diagonals, quadrants, marks and cells."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.figures.score_map import iso_lines, score_map
from app.style import ALL_RIGHT, BANDS, CHANGE, MODALITIES, NONE_RIGHT, SOME_RIGHT
from bss_core.scores import Extrema

EXTREMA = {"prediction_similarity": Extrema(0.2, 1.0), "total_loss": Extrema(1.0, 9.0)}
THRESHOLDS = (0.25, 0.6)


def points(n=3, group="balanced", x=0.6, y=2.0):
    columns = {"x": x, "y": y, "balance_score": 0.1, "group": group}
    return pd.DataFrame({"sample_id": [f"x-{row}" for row in range(n)], "about": "cat", **columns})


def cells(*rows):
    """Rows of x, y, count, group, share, on a grid of 0.2 × 2."""
    return pd.DataFrame(rows, columns=["x", "y", "count", "group", "share"]).assign(width=0.2, height=2.0)


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


def test_what_a_mark_sends_back_when_it_lies_in_a_box_is_little():
    frame = points(2, x=[0.123456789, 0.9], y=[1.123456789, 9.0]).assign(sample_id=["<b>", "x"])
    [trace] = marks(score_map(frame, EXTREMA, THRESHOLDS))
    assert (trace.x[0], trace.y[0]) == (0.123457, 1.12346)
    assert trace.customdata.tolist() == [["<b>"], ["x"]]
    assert trace.hovertext[0] == "<b>&lt;b&gt;</b> · cat<br>s 0.100"


def test_the_map_by_modality_has_the_heads_colours():
    frame = pd.concat([points(1, "image"), points(1, "audio")], ignore_index=True)
    both = colours_of(score_map(frame, EXTREMA, THRESHOLDS, "modality", known=("image", "audio")))
    assert both == {"audio": "#12917f", "image": "#8f63d9"}


def colours_of(figure):
    return {trace.name.rpartition(" ")[0]: trace.marker.color for trace in marks(figure)}


PATTERNS = {
    "none": NONE_RIGHT, "audio": MODALITIES[0], "image": MODALITIES[1], "text": MODALITIES[2],
    "audio + image": SOME_RIGHT[0], "audio + text": SOME_RIGHT[1], "image + text": SOME_RIGHT[2],
    "audio + image + text": ALL_RIGHT,
}  # fmt: skip


@pytest.mark.parametrize(
    ("by", "meant"),
    [("modality", dict(zip(("audio", "image", "text"), MODALITIES, strict=False))), ("correct", PATTERNS)],
)
def test_what_is_drawn_alone_keeps_the_colour_it_has_among_all(by, meant):
    drawn = {"by": by, "known": ("text", "image", "audio")}
    frame = pd.concat([points(1, name) for name in meant], ignore_index=True)
    assert colours_of(score_map(frame, EXTREMA, THRESHOLDS, **drawn)) == meant
    for name, colour in meant.items():
        assert colours_of(score_map(points(2, name), EXTREMA, THRESHOLDS, **drawn)) == {name: colour}
        [heat] = heats(score_map(cells((0.3, 2.0, 5, name, 1.0)), EXTREMA, THRESHOLDS, **drawn)).values()
        assert heat.colorscale[1][1] == colour


def test_a_class_keeps_its_colour_whatever_else_is_selected():
    classes = [f"class {number}" for number in range(5)]
    for shown in (classes, classes[3:], [classes[4], classes[1]]):
        frame = pd.concat([points(9 - place, name) for place, name in enumerate(shown)], ignore_index=True)
        found = colours_of(score_map(frame, EXTREMA, THRESHOLDS, "label", known=classes))
        assert found == {name: MODALITIES[classes.index(name)] for name in shown}


@pytest.mark.parametrize("frame", [points(0), points(2, x=np.nan)])
def test_a_map_without_samples_says_so(frame):
    assert score_map(frame, EXTREMA, THRESHOLDS).layout.annotations[0].text == "No sample to show."


def test_the_quadrants_are_named_around_all_samples():
    layout = score_map(points(), EXTREMA, THRESHOLDS).layout
    named = {item.text: (item.x, item.y, item.xanchor, item.yanchor) for item in layout.annotations if "·" in item.text}
    assert named == {
        "disagree · hard": (0.2, 9.0, "left", "bottom"),
        "agree · hard: check the label": (1.0, 9.0, "right", "bottom"),
        "disagree · easy": (0.2, 1.0, "left", "top"),
        "agree · easy": (1.0, 1.0, "right", "top"),
    }
    lines = {(shape.x0, shape.x1, shape.y0, shape.y1) for shape in layout.shapes}
    assert lines == {(0.6, 0.6, 1.0, 9.0), (0.2, 1.0, 5.0, 5.0)}
    assert layout.yaxis.range[0] < 1.0 < 9.0 < layout.yaxis.range[1]


def test_without_extrema_there_are_neither_lines_nor_quadrants():
    figure = score_map(points(), {}, THRESHOLDS)
    assert not figure.layout.annotations
    assert not figure.layout.shapes
    assert [trace.mode for trace in figure.data] == ["markers"]


def test_samples_beyond_the_extrema_are_on_the_map_too():
    figure = score_map(points(1, x=1.7, y=-3.0), EXTREMA, THRESHOLDS)
    assert figure.layout.xaxis.range[1] > 1.7
    assert figure.layout.yaxis.range[0] < -3.0


def test_a_change_is_a_scale_with_zero_in_its_middle():
    frame = points(4, x=[0.3, 0.4, 0.5, 0.6]).assign(group=[-0.2, 0.0, 0.4, np.nan])
    known, unknown = marks(score_map(frame, EXTREMA, THRESHOLDS, "change"))
    assert list(known.marker.color) == [-0.2, 0.0, 0.4]
    assert known.marker.cmin == -known.marker.cmax
    assert 0.3 < known.marker.cmax <= 0.4
    assert [tuple(stop) for stop in known.marker.colorscale] == list(CHANGE)
    assert known.hovertext[2] == "<b>x-2</b> · cat<br>s 0.100<br>change +0.400"
    assert (unknown.name, list(unknown.x)) == ("no earlier score (1)", [0.6])


def test_a_run_that_hardly_changed_looks_like_it():
    [known] = marks(score_map(points(2).assign(group=[1e-4, -1e-4]), EXTREMA, THRESHOLDS, "change"))
    assert known.marker.cmax == 0.05


def heats(figure):
    return {trace.name: trace for trace in figure.data if trace.type == "heatmap"}


def test_cells_are_in_the_colour_of_what_most_of_their_samples_are():
    figure = score_map(
        cells((0.3, 2.0, 1, "balanced", 1.0), (0.5, 2.0, 10, "imbalanced", 0.6), (0.5, 4.0, 100, "imbalanced", 0.9)),
        EXTREMA, THRESHOLDS,
    )  # fmt: skip
    drawn = heats(figure)
    assert list(drawn) == ["balanced", "imbalanced"]
    assert drawn["imbalanced"].colorscale[1][1] == BANDS["imbalanced"]
    assert list(drawn["balanced"].x) == pytest.approx([0.3, 0.5])
    assert np.nansum(drawn["imbalanced"].customdata[..., 0]) == 110
    assert drawn["imbalanced"].z[0][1] == pytest.approx(1.0)  # log₁₀ 10
    assert {trace.mode for trace in figure.data if trace.type == "scatter"} == {"lines", "markers"}
    json.loads(figure.to_json())


def test_cells_of_a_change_show_its_mean():
    rows = cells((0.3, 2.0, 5, 0.3, 1.0), (0.5, 2.0, 5, -0.1, 1.0), (0.7, 2.0, 5, np.nan, 0.0))
    [heat] = heats(score_map(rows, EXTREMA, THRESHOLDS, "change")).values()
    assert heat.z[0][:2] == pytest.approx([0.3, -0.1])
    assert np.isnan(heat.z[0][2])
    assert (heat.zmin, heat.zmax) == (-heat.zmax, -heat.zmin)
    assert [tuple(stop) for stop in heat.colorscale] == list(CHANGE)


def test_cells_without_samples_say_so():
    assert score_map(cells(), EXTREMA, THRESHOLDS).layout.annotations[0].text == "No sample to show."
