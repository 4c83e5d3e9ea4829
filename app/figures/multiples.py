"""Small multiples: the histogram of a column once per class, on the same axes, each beside that of all samples."""

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from app.figures import NEUTRAL, empty, titled
from app.figures.scores import SCORE
from app.style import MODALITIES, colour_of_band
from bss_core.scores import band

__all__ = ["COLUMNS", "class_histograms", "panel_of"]

COLUMNS = 4
_ROW_HEIGHT = 150
_TITLE = "The same, class by class"
_EDGES = {"color": NEUTRAL, "width": 1, "dash": "dash"}


def class_histograms(
    bins: pd.DataFrame, classes: list[str], thresholds: tuple[float, float], column: str, name: str
) -> go.Figure:
    """One panel per class: the share of the class's samples in each bin, and as a grey line that of all samples.

    Args:
        bins: one row per bin and class: ``low, high, key, count``; ``key`` is a class's name; of all classes.
        classes: those to draw, one panel each, row by row.
        thresholds: where the bands begin.
        column: what was counted.
        name: the column in words.
    """
    bins = bins.dropna(subset=["low", "high"])
    if bins.empty or not classes:
        return empty(_TITLE, "No sample to show.")
    rows, columns = -(-len(classes) // COLUMNS), min(COLUMNS, len(classes))
    counts = bins.groupby("key")["count"].sum()
    figure = make_subplots(
        rows, columns, shared_xaxes="all", shared_yaxes="all", horizontal_spacing=0.03,
        vertical_spacing=min(0.3, 36 / (rows * _ROW_HEIGHT)),
        subplot_titles=[f"{label} ({counts[label]:,})" for label in classes],
    )  # fmt: skip
    everything = _shares(bins)
    for place, label in enumerate(classes):
        at = {"row": place // COLUMNS + 1, "col": place % COLUMNS + 1}
        _add_panel(figure, _shares(bins[bins["key"] == label]), everything, thresholds, column, at)
    return _layout(figure, rows, column, name, thresholds)


def _shares(bins: pd.DataFrame) -> pd.DataFrame:
    found = bins.groupby(["low", "high"], as_index=False)["count"].sum()
    return found.assign(share=found["count"] / found["count"].sum(), middle=(found["low"] + found["high"]) / 2)


def _add_panel(
    figure: go.Figure, own: pd.DataFrame, everything: pd.DataFrame, thresholds: tuple[float, float], column: str,
    at: dict[str, int],
) -> None:  # fmt: skip
    colours = [colour_of_band(found) for found in band(own["middle"].to_numpy(), thresholds)]
    figure.add_bar(
        x=own["middle"], y=own["share"], width=(own["high"] - own["low"]) * 0.94, customdata=own[["count"]],
        marker={"color": colours if column == SCORE else MODALITIES[5], "line_width": 0}, showlegend=False,
        hovertemplate="%{x:.3~g}: %{customdata[0]:,} samples, %{y:.1%} of the class<extra></extra>", **at,
    )  # fmt: skip
    figure.add_scatter(
        x=everything["middle"], y=everything["share"], mode="lines", hoverinfo="skip", showlegend=False,
        line={"color": NEUTRAL, "width": 1.5, "shape": "hvh"}, **at,
    )  # fmt: skip


def _layout(figure: go.Figure, rows: int, column: str, name: str, thresholds: tuple[float, float]) -> go.Figure:
    titled(figure, f"{_TITLE}: {name}", "", "", rows * _ROW_HEIGHT + 110, showlegend=False)
    figure.update_layout(dragmode="select", selectdirection="h", bargap=0, margin_t=78)
    figure.update_annotations(font_size=12)
    highest = max(max(trace.y) for trace in figure.data)  # left to itself, a panel without a class would set the range
    figure.update_yaxes(tickformat=".0%", range=[0, 1.08 * highest])
    if column == SCORE:
        figure.update_xaxes(range=[-1.03, 1.03], dtick=0.5)
        for place in thresholds:
            figure.add_vline(x=place, line=_EDGES)
    return figure


def panel_of(reference: str) -> int:
    """The number of the panel, from 0, whose x axis Plotly calls ``x``, ``x2``, ``x3`` …; −1 for another word."""
    number = reference.removeprefix("x") or "1"
    return int(number) - 1 if reference.startswith("x") and number.isascii() and number.isdigit() else -1
