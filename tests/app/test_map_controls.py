"""What a map is made ready for: the mouse draws or picks, and what a mark in a box sends back is little."""

import pandas as pd
import plotly.graph_objects as go
import pytest

from app.figures.coloured import add_samples
from app.widgets.map_controls import BOX, LASSO, PICK, Look, prepare


def some_map(by):
    groups = [0.123456789, -0.5, None] if by == "change" else ["cat", "dog", "cat"]
    rows = {"sample_id": ["a", "b", "c"], "x": [0.0, 0.5, 1.0], "y": 1.0, "balance_score": 0.1, "about": "told"}
    figure = go.Figure()
    add_samples(figure, pd.DataFrame({**rows, "group": groups}), by)
    return figure


@pytest.mark.parametrize("by", ["label", "change"])
@pytest.mark.parametrize(("mouse", "mode"), [(BOX, "select"), (LASSO, "lasso")])
def test_a_mark_that_can_lie_in_a_box_holds_its_place_and_colour_only(by, mouse, mode):
    figure = some_map(by)
    told = [list(trace.hovertext) for trace in figure.data]
    prepare(figure, Look(by, None, mouse))
    marks = list(figure.select_traces({"mode": "markers"}))
    lines = list(figure.select_traces({"mode": "lines"}))
    assert figure.layout.dragmode == mode
    assert [(trace.customdata, trace.hovertext, trace.hovertemplate) for trace in marks] == [(None, None, None)] * 2
    assert [(list(trace.hovertext), trace.line.width, trace.showlegend) for trace in lines] == [
        (words, 0, False) for words in told
    ]
    assert [tuple(line.x) for line in lines] == [tuple(mark.x) for mark in marks]
    assert [line.legendgroup for line in lines] == [mark.legendgroup for mark in marks]
    if by == "change":
        assert list(marks[0].marker.color) == [0.1235, -0.5]


def test_a_mark_that_can_be_clicked_keeps_its_id_and_its_words():
    figure = some_map("label")
    prepare(figure, Look("label", None, PICK))
    assert figure.layout.dragmode == "pan"
    assert [row[0] for trace in figure.data for row in trace.customdata] == ["a", "c", "b"]
    assert all(trace.mode == "markers" and len(trace.hovertext) for trace in figure.data)
