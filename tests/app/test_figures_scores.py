import numpy as np
import pandas as pd
import pytest

from app.figures import NEUTRAL
from app.figures.groups import OTHER, group_colours, top_groups
from app.figures.scores import score_histogram
from app.style import BANDS, MODALITIES

THRESHOLDS = (0.25, 0.6)


def bins(*rows):
    return pd.DataFrame(rows, columns=["low", "high", "key", "count"])


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


def test_the_bins_of_a_tiny_column_are_told_apart():
    rows = bins((1.2e-6, 1.4e-6, "balanced", 3), (1.4e-6, 1.6e-6, "balanced", 1))
    figure = score_histogram(rows, THRESHOLDS, column="sampling_probability", name="sampling probability")
    assert figure.data[0].hovertext == ("1.2e−6 … 1.4e−6", "1.4e−6 … 1.6e−6")
    [plain] = score_histogram(bins((-0.25, -0.2, "balanced", 1)), THRESHOLDS).data
    assert plain.hovertext == ("−0.25 … −0.2",)
    assert "s %{hovertext}" in plain.hovertemplate


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


def test_of_many_classes_no_two_have_one_colour_and_the_most_frequent_keeps_its_own():
    classes = [f"class {number:02d}" for number in range(30)]
    drawn = [classes[place] for place in (17, 1, 9, 4, 12, 25, 2, 3)]  # 17, 1, 9 and 25 share a colour, 4 and 12 too
    colours = group_colours([*drawn, OTHER], "label", classes)
    assert len({colours[name] for name in drawn}) == len(drawn)
    assert [colours[classes[place]] for place in (17, 4, 2, 3)] == [MODALITIES[place] for place in (1, 4, 2, 3)]
    assert colours[OTHER] == NEUTRAL


def test_top_groups_are_the_most_frequent_by_count_then_name():
    assert top_groups({"b": 2, "a": 2, "c": 9}) == ["c", "a", "b"]
    assert len(top_groups({str(number): 1 for number in range(20)})) == 8
