"""The figures of the Overview page on literal, empty, one-row and NaN frames."""

import numpy as np
import pandas as pd
import pytest

from app.figures.overview import curves, heads, per_epoch
from app.style import MULTIMODAL, colours_of_heads

CURVE = pd.DataFrame(
    {"epoch": [1, 2, 1, 2], "head": ["multimodal", "multimodal", "audio", "audio"], "value": [0.5, 0.7, 0.4, np.nan]}
)
RESULTS = pd.DataFrame(
    {"head": ["multimodal", "audio"] * 2, "split": ["test"] * 2 + ["validation"] * 2, "accuracy": [0.9, 0.4, 0.8, 0.3]}
)
EPOCHS = pd.DataFrame({"epoch": [1, 2, 3], "loss": [2.0, np.nan, 1.0]})


def test_curves_draw_one_line_per_head_in_its_colour():
    figure = curves(CURVE, "accuracy")
    assert [trace.name for trace in figure.data] == ["multimodal", "audio"]
    assert [trace.line.color for trace in figure.data] == [MULTIMODAL, colours_of_heads(["audio"])["audio"]]
    assert list(figure.data[0].y) == [0.5, 0.7]
    assert np.isnan(figure.data[1].y[1])
    assert figure.layout.yaxis.title.text == "Accuracy (0–1)"
    assert figure.layout.xaxis.title.text == "epochs trained"


def test_the_other_run_is_dotted_in_the_same_colours_and_named_on_hover():
    figure = curves(CURVE, "map", CURVE.head(2), best=2, other="random-1")
    own, other = figure.data[0], figure.data[2]
    assert (own.line.dash, other.line.dash) == ("solid", "dot")
    assert own.line.color == other.line.color
    assert other.name == "multimodal · random-1"
    assert not other.showlegend
    assert figure.layout.shapes[0].x0 == 2
    assert "epoch 2" in figure.layout.annotations[-1].text


@pytest.mark.parametrize("rows", [0, 1])
def test_few_rows_are_drawn_too(rows):
    assert len(curves(CURVE.head(rows), "accuracy").data) == rows
    assert len(heads(RESULTS.head(rows), "accuracy").data) == rows
    assert len(per_epoch(EPOCHS.head(rows), "loss", "Training loss", "nats").data[0].x) == rows


def test_bars_stand_for_one_metric_and_further_splits_are_lighter():
    figure = heads(RESULTS, "accuracy")
    assert [(trace.name, list(trace.x)) for trace in figure.data] == [("test", [0.9, 0.4]), ("validation", [0.8, 0.3])]
    assert figure.data[0].opacity > figure.data[1].opacity
    assert list(figure.data[0].text) == ["0.900", "0.400"]
    assert list(figure.layout.xaxis.range) == [0, 1]


def test_an_epoch_without_a_loss_leaves_a_gap():
    figure = per_epoch(EPOCHS, "loss", "Training loss", "nats", EPOCHS.head(1), "other")
    assert np.isnan(figure.data[0].y[1])
    assert not figure.data[0].connectgaps
    assert [trace.line.dash for trace in figure.data] == ["solid", "dot"]
    assert figure.layout.yaxis.title.text == "nats"
