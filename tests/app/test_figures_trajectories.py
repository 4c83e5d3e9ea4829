import numpy as np
import pandas as pd
import pytest

from app.figures.trajectories import VALUES, band_share_bars, trajectory_lines
from app.style import BANDS

THRESHOLDS = (0.25, 0.6)
QUANTILES = pd.DataFrame(
    {"evaluation": [0, 1], "epoch": [0, 3], "q05": [-0.5, -0.4], "q25": [0, 0.1], "q50": [0.2, 0.3], "q75": [0.4, 0.5],
     "q95": [0.8, 0.9]}
)  # fmt: skip


def lines(scores):
    rows = [
        {"sample_id": name, "name": f"{name} · cat", "evaluation": k, "epoch": 3 * k, "balance_score": s, "rank": 7 - k}
        for name, course in scores.items()
        for k, s in enumerate(course)
    ]
    return pd.DataFrame(rows, columns=["sample_id", "name", "evaluation", "epoch", "balance_score", "rank"])


def samples(figure):
    return [trace for trace in figure.data if trace.mode == "lines+markers"]


def test_lines_lie_on_the_spread_and_are_named_from_the_highest_last_value_down():
    figure = trajectory_lines(QUANTILES, lines({"a": [0.1, 0.2], "b": [0.9, 0.8]}), "balance_score", THRESHOLDS)
    assert [trace.name for trace in samples(figure)] == ["b · cat", "a · cat"]
    assert list(samples(figure)[0].y) == [0.9, 0.8]
    filled = [trace for trace in figure.data if trace.fill == "tonexty"]
    assert [(list(trace.y), trace.name) for trace in filled] == [
        ([0.8, 0.9], "5–95 % of the samples"),
        ([0.4, 0.5], "25–75 % of the samples"),
    ]
    assert figure.layout.xaxis.title.text == "evaluation k"


def test_the_chosen_sample_is_drawn_thicker():
    figure = trajectory_lines(QUANTILES, lines({"a": [0, 1], "b": [0, 0]}), "balance_score", THRESHOLDS, chosen="b")
    assert [trace.line.width for trace in samples(figure)] == [2, 4]


def test_ranks_without_a_spread_count_downwards():
    figure = trajectory_lines(QUANTILES[["evaluation", "epoch"]], lines({"a": [0, 1]}), "rank", THRESHOLDS)
    assert [trace.mode for trace in figure.data] == ["lines+markers"]
    assert figure.layout.yaxis.autorange == "reversed"


def test_twelve_lines_can_be_told_apart():
    figure = trajectory_lines(QUANTILES, lines({str(i): [i, i] for i in range(12)}), "balance_score", THRESHOLDS)
    assert len({(trace.line.color, trace.line.dash) for trace in samples(figure)}) == 12


def test_without_samples_the_spread_is_still_drawn():
    figure = trajectory_lines(QUANTILES, lines({}), "balance_score", THRESHOLDS)
    assert samples(figure) == []
    assert len(figure.data) == 5


@pytest.mark.parametrize("value", VALUES)
def test_without_evaluations_a_figure_says_so(value):
    figure = trajectory_lines(QUANTILES[:0], lines({}), value, THRESHOLDS)
    assert figure.layout.annotations[0].text == "No evaluation to show."


def test_a_missing_value_leaves_a_gap():
    figure = trajectory_lines(QUANTILES, lines({"a": [np.nan, 0.5], "b": [np.nan] * 2}), "balance_score", THRESHOLDS)
    [only] = samples(figure)  # a line without any value is no line
    assert np.isnan(only.y[0])
    assert only.y[1] == 0.5


def shares(*rows):
    return pd.DataFrame(rows, columns=["evaluation", "epoch", "band", "count", "share"])


def test_the_bands_are_stacked_from_imbalanced_up():
    figure = band_share_bars(shares((0, 0, "balanced", 1, 0.25), (0, 0, "imbalanced", 3, 0.75)))
    assert [trace.name for trace in figure.data] == ["imbalanced", "semi-balanced", "balanced"]
    assert [list(trace.y) for trace in figure.data] == [[0.75], [], [0.25]]
    assert [trace.marker.color for trace in figure.data] == list(reversed(BANDS.values()))
    assert figure.layout.barmode == "stack"


@pytest.mark.parametrize("frame", [shares(), shares((0, 0, "balanced", 0, np.nan))])
def test_shares_without_samples_say_so(frame):
    assert band_share_bars(frame).layout.annotations[0].text == "No evaluation to show."
