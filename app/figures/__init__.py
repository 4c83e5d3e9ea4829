"""Figures: pure functions from a small frame to a Plotly figure; colours come from :mod:`app.style` alone."""

from typing import Any

import plotly.graph_objects as go

__all__ = ["NEUTRAL", "empty", "legend_below", "titled"]

NEUTRAL = "rgba(127, 135, 145, 0.75)"  # helping lines: readable on the light and on the dark ground
_TITLE = {
    "x": 0, "xref": "paper", "y": 1, "yref": "container", "pad": {"t": 14}, "yanchor": "top", "font": {"size": 15},
}  # fmt: skip
_LEGEND = 44  # px from the top: its lines, several in a narrow window, grow downwards and push the plot


def titled(figure: go.Figure, title: str, x: str, y: str, height: int = 340, **layout: Any) -> go.Figure:
    """Give a figure its title, axis titles and height in px; the legend stands below the title, above the plot."""
    has_legend = layout.pop("showlegend", sum(trace.showlegend is not False for trace in figure.data) > 1)
    figure.update_layout(
        title={**_TITLE, "text": title},
        margin={"t": 78 if has_legend else 48},
        height=height,
        showlegend=has_legend,
        legend={"traceorder": "normal", "yref": "container", "y": 1 - _LEGEND / height, "yanchor": "top"},
        newselection={"line": {"color": NEUTRAL, "width": 2}},
        modebar={"bgcolor": "rgba(0,0,0,0)", "color": NEUTRAL, "activecolor": "rgb(127, 135, 145)"},
        overwrite=True,  # looking for values to merge with takes Plotly three times as long
        **layout,
    )
    for axes, text in ((figure.select_xaxes(), x), (figure.select_yaxes(), y)):
        for axis in axes:
            axis.title = {"text": text}
    return figure


def legend_below(figure: go.Figure) -> go.Figure:
    """Put the legend of a titled figure under the axes, where its lines, many in a narrow window, cover nothing."""
    legend = {"orientation": "h", "x": 0, "y": 0, "yref": "container", "yanchor": "bottom", "traceorder": "normal"}
    figure.layout.legend = legend
    figure.layout.margin.t = 48
    for axis in figure.select_xaxes():
        axis.automargin = True  # else the legend would stand on the axis title
    return figure


def empty(title: str, reason: str, height: int = 340) -> go.Figure:
    """A figure without data: its title and one sentence on why."""
    figure = go.Figure()
    figure.add_annotation(text=reason, x=0.5, y=0.5, xref="paper", yref="paper", showarrow=False, font_size=14)
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    return titled(figure, title, "", "", height)
