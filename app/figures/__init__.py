"""Figures: pure functions from a small frame to a Plotly figure; colours come from :mod:`app.style` alone."""

from typing import Any

import plotly.graph_objects as go

__all__ = ["NEUTRAL", "empty", "titled"]

NEUTRAL = "rgba(127, 135, 145, 0.75)"  # helping lines: readable on the light and on the dark ground


def titled(figure: go.Figure, title: str, x: str, y: str, height: int = 340, **layout: Any) -> go.Figure:
    """Give a figure its title, axis titles and height in px; the legend has a line of its own below the title."""
    has_legend = layout.get("showlegend", sum(trace.showlegend is not False for trace in figure.data) > 1)
    figure.update_layout(
        title={"text": title, "x": 0, "xref": "paper", "y": 1, "yref": "container", "pad": {"t": 14}, "yanchor": "top"},
        margin={"t": 78 if has_legend else 48},
        height=height,
        showlegend=has_legend,
    )
    figure.update_layout(
        title_font_size=15,
        legend_traceorder="normal",
        newselection_line={"color": NEUTRAL, "width": 2},
        modebar={"bgcolor": "rgba(0,0,0,0)", "color": NEUTRAL, "activecolor": "rgb(127, 135, 145)"},
        **layout,
    )
    figure.update_xaxes(title_text=x)
    figure.update_yaxes(title_text=y)
    return figure


def empty(title: str, reason: str, height: int = 340) -> go.Figure:
    """A figure without data: its title and one sentence on why."""
    figure = go.Figure()
    figure.add_annotation(text=reason, x=0.5, y=0.5, xref="paper", yref="paper", showarrow=False, font_size=14)
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    return titled(figure, title, "", "", height)
