"""The map of the two criteria that s is made of: agreement against difficulty, with lines of equal s and quadrants."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from app.figures import NEUTRAL, empty, titled
from app.figures.coloured import add_samples
from app.spans import number_in_words
from bss_core.scores import Extrema

__all__ = ["AXES", "iso_lines", "score_map"]

AXES = ("prediction_similarity", "total_loss")
_TITLE = "Similarity against difficulty"
_HEIGHT = 560
_AXES = {
    "prediction_similarity": "prediction similarity (mean cosine)",
    "feature_similarity": "feature similarity (mean cosine)",
    "total_loss": "total loss (nats)",
}
_QUADRANTS = {  # (higher similarity, higher loss) → its name
    (False, True): "disagree · hard",
    (True, True): "agree · hard: check the label",
    (False, False): "disagree · easy",
    (True, False): "agree · easy",
}
_ROOM = 0.08  # of the axis above and below, for the names of the quadrants


def iso_lines(
    extrema: Mapping[str, Extrema], levels: list[float], axes: tuple[str, str] = AXES
) -> list[tuple[float, list[float], list[float]]]:
    """Where s is constant on the map (Balance-aware Sequence Sampling, Eq. 7): (s, two similarities, two losses) each.

    With u, v the normalised similarity and loss in [0, 1], s = u − v: a diagonal. There are none if a criterion was
    the same for all samples or has no extrema, nor for |s| ≥ 1.
    """
    if not _has_scale(extrema, axes):
        return []
    similarity, loss = (extrema[axis] for axis in axes)
    lines = []
    for level in (level for level in levels if abs(level) < 1):
        ends = np.array([max(0.0, level), min(1.0, 1.0 + level)])
        x = similarity.min + ends * (similarity.max - similarity.min)
        y = loss.min + (ends - level) * (loss.max - loss.min)
        lines.append((level, x.tolist(), y.tolist()))
    return lines


def _has_scale(extrema: Mapping[str, Extrema], axes: tuple[str, str]) -> bool:
    return all(axis in extrema and not extrema[axis].is_constant for axis in axes)


def score_map(
    rows: pd.DataFrame,
    extrema: Mapping[str, Extrema],
    thresholds: tuple[float, float],
    by: str = "band",
    axes: tuple[str, str] = AXES,
    known: Sequence[str] = (),
) -> go.Figure:
    """Samples as points or cells, with the diagonals of equal s and the names of the quadrants.

    Args:
        rows: see :func:`app.figures.coloured.add_samples`.
        extrema: criterion → raw values that became 0 and 1; empty if the lines of equal s are not straight.
        thresholds: where the bands begin.
        by: what the samples are coloured by, one of :data:`bss_core.queries.COLOURS`.
        axes: the criteria across and upwards.
        known: all modalities or classes of the run, for their colours.
    """
    rows = rows.dropna(subset=["x", "y"])
    if rows.empty:
        return empty(_TITLE, "No sample to show.", height=_HEIGHT)
    figure = go.Figure()
    _add_iso_lines(figure, extrema, thresholds, axes)
    add_samples(figure, rows, by, _short(axes), known)
    return _layout(figure, rows, extrema, axes)


def _add_iso_lines(
    figure: go.Figure, extrema: Mapping[str, Extrema], thresholds: tuple[float, float], axes: tuple[str, str]
) -> None:
    levels = sorted({-0.5, 0.0, 0.5, *thresholds})
    for level, x, y in iso_lines(extrema, levels, axes):
        is_edge = level in thresholds
        line = {"color": NEUTRAL, "width": 1.6 if is_edge else 0.8, "dash": "dash" if is_edge else "dot"}
        figure.add_scatter(x=x, y=y, mode="lines", line=line, hoverinfo="skip", showlegend=False)
        figure.add_annotation(
            x=x[1], y=y[1], text=f"s = {number_in_words(level, 'g')}", showarrow=False, font_size=11, xanchor="left",
            xshift=3, opacity=1 if is_edge else 0.8,
        )  # fmt: skip


def _add_quadrants(figure: go.Figure, extrema: Mapping[str, Extrema], axes: tuple[str, str]) -> None:
    """Their borders lie in the middle of the normalised values; their names above and below all samples."""
    similarity, loss = (extrema[axis] for axis in axes)
    middle = {"x": (similarity.min + similarity.max) / 2, "y": (loss.min + loss.max) / 2}
    line = {"color": NEUTRAL, "width": 1}
    figure.add_shape(type="line", x0=middle["x"], x1=middle["x"], y0=loss.min, y1=loss.max, line=line, layer="below")
    figure.add_shape(
        type="line", x0=similarity.min, x1=similarity.max, y0=middle["y"], y1=middle["y"], line=line, layer="below"
    )
    for (is_alike, is_hard), name in _QUADRANTS.items():
        figure.add_annotation(
            x=(similarity.max if is_alike else similarity.min), y=(loss.max if is_hard else loss.min), text=name,
            showarrow=False, font={"size": 12, "weight": 600}, opacity=0.85, xanchor="right" if is_alike else "left",
            yanchor="bottom" if is_hard else "top", yshift=5 if is_hard else -5,
        )  # fmt: skip


def _short(axes: tuple[str, str]) -> tuple[str, str]:
    return axes[0].replace("_", " "), axes[1].replace("_", " ")


def _layout(figure: go.Figure, rows: pd.DataFrame, extrema: Mapping[str, Extrema], axes: tuple[str, str]) -> go.Figure:
    x, y = (_AXES.get(axis, short) for axis, short in zip(axes, _short(axes), strict=True))
    titled(figure, _TITLE, x, y, height=_HEIGHT, showlegend=any(trace.showlegend for trace in figure.data))
    figure.update_layout(dragmode="select", margin_r=64, margin_t=96 if figure.layout.showlegend else 56)
    if _has_scale(extrema, axes):
        _add_quadrants(figure, extrema, axes)
        figure.update_xaxes(range=_room(rows["x"], extrema[axes[0]], 0.03))
        figure.update_yaxes(range=_room(rows["y"], extrema[axes[1]], _ROOM))
    return figure


def _room(values: pd.Series, known: Extrema, part: float) -> list[float]:
    """An axis that holds all samples and the lines of equal s, and a part of it more at both ends."""
    low, high = min(float(values.min()), known.min), max(float(values.max()), known.max)
    return [low - part * (high - low), high + part * (high - low)]
