"""The figures of the Train page on literal, one-row, empty and incomplete frames."""

import math

import pandas as pd
import pytest

from app.figures.training import accuracy_so_far, loss_so_far, planned_epochs
from app.style import colours_of_heads


def planned(sizes, samples=100):
    rows = pd.DataFrame({"epoch": range(len(sizes)), "size": sizes})
    return rows.assign(share=rows["size"] / samples, steps=1)


def accuracies(*rows):
    return pd.DataFrame(rows, columns=["epoch", "head", "accuracy"])


@pytest.mark.parametrize("sizes", [[10, 40, 100], [7]])
def test_planned_epochs(sizes):
    figure = planned_epochs(planned(sizes), 100)
    assert list(figure.data[0].y) == sizes
    assert figure.layout.shapes[0].y0 == 100
    assert figure.layout.yaxis.range[1] > 100
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == ("epoch t", "samples")


def test_accuracy_per_head():
    rows = accuracies((1, "image", 0.25), (1, "multimodal", 0.5), (2, "image", math.nan), (2, "multimodal", 0.75))
    figure = accuracy_so_far(rows, planned=12)
    lines = {trace.name: trace for trace in figure.data}
    assert list(lines["multimodal"].y) == [0.5, 0.75]
    assert math.isnan(lines["image"].y[1])
    assert {name: line.line.color for name, line in lines.items()} == colours_of_heads(["image", "multimodal"])
    assert figure.layout.xaxis.range == (0, 12.5)


def test_loss():
    figure = loss_so_far(pd.DataFrame({"epoch": [1, 2], "loss": [2.5, math.nan]}), planned=2)
    assert figure.data[0].y[0] == 2.5
    assert figure.layout.yaxis.title.text == "mean loss (nats)"


@pytest.mark.parametrize(
    "figure",
    [
        planned_epochs(planned([]), 100),
        accuracy_so_far(accuracies(), 12),
        loss_so_far(pd.DataFrame({"epoch": [], "loss": []}), 12),
        loss_so_far(pd.DataFrame({"epoch": [1], "loss": [math.nan]}), 12),
    ],
)
def test_nothing_to_show_is_said(figure):
    assert not figure.data
    assert figure.layout.title.text
    assert figure.layout.annotations[0].text.endswith(".")
