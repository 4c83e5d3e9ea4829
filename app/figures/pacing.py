"""Figures of a schedule: how much each epoch draws, how likely each sample is, when it comes, which classes are in."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from app.figures import NEUTRAL, empty, legend_below, titled
from app.style import MULTIMODAL, OTHERS

__all__ = ["class_bars", "decile_bars", "epoch_figure", "probability_curve"]

_DRAWN, _STEPS, *_VARIANTS = OTHERS
_MOST_POINTS = 2000
_MOST_CLASSES = 24


def epoch_figure(
    epochs: pd.DataFrame,
    curve: pd.DataFrame,
    epoch: int,
    n: int,
    batch_size: int,
    others: Mapping[str, pd.DataFrame] | None = None,
) -> go.Figure:
    """Two panels over the epochs: the share of the set that is drawn, and the steps taken.

    Args:
        epochs: per epoch ``epoch, size, share, distinct, steps``.
        curve: ``epoch, share`` of the scheduler's λ(t), finer than the epochs; may be empty.
        epoch: t to mark.
        n: samples in the training set.
        batch_size: samples per step.
        others: name → the same as ``curve`` of other pacings, drawn thin.
    """
    title = "What each epoch draws"
    if epochs.empty:
        return empty(title, "No epoch to show.", height=460)
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.1, row_heights=[0.58, 0.42])
    _add_others(figure, others or {})
    _add_shares(figure, epochs, curve, n)
    figure.add_bar(
        x=epochs["epoch"], y=epochs["steps"], name="steps", marker={"color": _STEPS, "line_width": 0},
        customdata=epochs[["size"]], row=2, col=1,
        hovertemplate="epoch %{x}: %{y} steps<br>%{customdata[0]} draws<extra></extra>",
    )  # fmt: skip
    everything = math.ceil(n / batch_size)
    figure.add_hline(y=everything, line={"color": NEUTRAL, "dash": "dot", "width": 1}, row=2, col=1)
    figure.add_annotation(
        text=f"random order: {everything}", x=1, xref="x2 domain", y=everything, yref="y2", yshift=9, xanchor="right",
        showarrow=False, font_size=11,
    )  # fmt: skip
    figure.add_vline(x=epoch, line={"color": NEUTRAL, "width": 1.5})
    legend_below(titled(figure, title, "", "", height=480, showlegend=True))
    figure.update_yaxes(title_text="share of the samples", tickformat=".0%", range=[0, 1.06], row=1, col=1)
    figure.update_yaxes(title_text="steps", rangemode="tozero", range=[0, everything * 1.25], row=2, col=1)
    return figure.update_xaxes(title_text="epoch t (0 = first)", tickformat="d", row=2, col=1)


def _add_others(figure: go.Figure, others: Mapping[str, pd.DataFrame]) -> None:
    for (name, curve), colour in zip(others.items(), _VARIANTS, strict=False):
        figure.add_scatter(
            x=curve["epoch"], y=curve["share"], mode="lines", name=f"λ(t), {name}", row=1, col=1,
            line={"color": colour, "width": 1.5, "dash": "dot"}, hovertemplate=f"{name}: %{{y:.1%}}<extra></extra>",
        )  # fmt: skip


def _add_shares(figure: go.Figure, epochs: pd.DataFrame, curve: pd.DataFrame, n: int) -> None:
    if len(curve):
        figure.add_scatter(
            x=curve["epoch"], y=curve["share"], mode="lines", name="λ(t)", line={"color": _DRAWN, "width": 2},
            hoverinfo="skip", row=1, col=1,
        )  # fmt: skip
    figure.add_scatter(
        x=epochs["epoch"], y=epochs["share"], mode="markers", name="draws / samples", customdata=epochs[["size"]],
        marker={"color": _DRAWN, "size": 7 if len(epochs) <= 60 else 4}, row=1, col=1,
        hovertemplate="epoch %{x}: %{y:.1%}<br>%{customdata[0]} draws<extra></extra>",
    )  # fmt: skip
    figure.add_scatter(
        x=epochs["epoch"], y=epochs["distinct"] / n, mode="lines", name="different samples (expected)",
        line={"color": MULTIMODAL, "width": 1.5, "dash": "dash"}, customdata=epochs[["distinct"]], row=1, col=1,
        hovertemplate="epoch %{x}: %{y:.1%}<br>%{customdata[0]:.0f} different samples<extra></extra>",
    )  # fmt: skip


def probability_curve(probabilities: np.ndarray, others: Mapping[str, np.ndarray] | None = None) -> go.Figure:
    """How likely each sample is at a draw, as a multiple of random order, over the rank by score.

    Args:
        probabilities: (n,) by falling score: the most balanced sample first.
        others: name → the same of other weightings, drawn thin.
    """
    title = "How likely each sample is at a draw"
    n = len(probabilities)
    if not n or not np.isfinite(probabilities).all():
        return empty(title, "No sample to show.")
    figure = go.Figure()
    _add_chances(figure, "n · p", probabilities, {"color": _DRAWN, "width": 2.5})
    for (name, chances), colour in zip((others or {}).items(), _VARIANTS, strict=False):
        _add_chances(figure, name, chances, {"color": colour, "width": 1.5, "dash": "dot"})
    figure.add_hline(
        y=1, line={"color": NEUTRAL, "dash": "dot", "width": 1},
        annotation={"text": "random order", "font_size": 11}, annotation_position="top right",
    )  # fmt: skip
    titled(figure, title, "rank by score (1 = most balanced)", "times as likely as in random order")
    return figure.update_yaxes(rangemode="tozero")


def _add_chances(figure: go.Figure, name: str, chances: np.ndarray, line: dict[str, Any]) -> None:
    n = len(chances)
    places = np.unique(np.linspace(0, n - 1, min(n, _MOST_POINTS)).round().astype(int))
    figure.add_scatter(
        x=places + 1, y=chances[places] * n, mode="lines" if n > 1 else "markers", customdata=chances[places][:, None],
        line=line, name=name,
        hovertemplate="rank %{x}<br>%{y:.2f} × random order<br>p = %{customdata[0]:.2e}<extra>%{fullData.name}</extra>",
    )  # fmt: skip


def decile_bars(positions: np.ndarray, epoch: int) -> go.Figure:
    """Where in the epoch each tenth of the samples comes.

    Args:
        positions: (10,) expected mean position, 0 first and 1 last, the most balanced tenth first; NaN for a tenth of
            which nothing is drawn.
        epoch: t.
    """
    title = f"When each tenth of the samples comes in epoch {epoch}"
    if not np.isfinite(positions).any():
        return empty(title, "No sample to show.")
    figure = go.Figure(
        go.Bar(
            x=[str(place + 1) for place in range(len(positions))], y=positions,
            marker={"color": _DRAWN, "line_width": 0}, hovertemplate="tenth %{x}: %{y:.2f}<extra></extra>",
        )
    )  # fmt: skip
    figure.add_hline(
        y=0.5, line={"color": NEUTRAL, "dash": "dot", "width": 1},
        annotation={"text": "random order", "font_size": 11}, annotation_position="top right",
    )  # fmt: skip
    titled(figure, title, "tenth by score (1 = most balanced; none = not drawn)", "mean position (0 first, 1 last)")
    figure.update_xaxes(type="category")
    return figure.update_yaxes(range=[0, 1])


def class_bars(shares: pd.DataFrame, epoch: int) -> go.Figure:
    """The classes' shares of the draws of an epoch beside those of the whole set: ``class, drawn, whole`` (0–1).

    Of more than 24 classes those are shown whose two shares differ most.
    """
    title = f"Classes in epoch {epoch}"
    shares = shares.dropna()
    if shares.empty:
        return empty(title, "No class to show.")
    far = (shares["drawn"] - shares["whole"]).abs().sort_values(ascending=False, kind="stable")
    rows = shares.loc[far.index[:_MOST_CLASSES].sort_values()][::-1]
    if len(rows) < len(shares):
        title += f": the {len(rows)} of {len(shares)} that differ most"
    figure = go.Figure()
    for column, name, colour in (("whole", "whole set", MULTIMODAL), ("drawn", "this epoch's draws", _DRAWN)):
        figure.add_bar(
            x=rows[column], y=rows["class"], orientation="h", name=name, marker={"color": colour, "line_width": 0},
            hovertemplate="%{y}: %{x:.1%} of %{fullData.name}<extra></extra>",
        )  # fmt: skip
    titled(figure, title, "share of the samples", "", height=max(340, 110 + 26 * len(rows)))
    figure.update_layout(barmode="group", bargap=0.25, legend_traceorder="reversed")
    figure.update_yaxes(type="category", automargin=True, ticksuffix="  ")
    return figure.update_xaxes(tickformat="~%", rangemode="tozero")
