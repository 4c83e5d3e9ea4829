"""Figures of one evaluation's scores: the histogram of a column, and the map of the two criteria that s is made of."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from app.figures import NEUTRAL, empty, titled
from app.style import BANDS, MODALITIES, colour_of_band, colours_of_heads
from bss_core.scores import Extrema

__all__ = [
    "AXES", "OTHER", "SCORE", "SVG_POINTS", "add_bands", "group_colours", "group_order", "iso_lines", "score_density",
    "score_histogram", "score_map", "top_groups",
]  # fmt: skip

OTHER = "other classes"
SVG_POINTS = 2000  # more are drawn by WebGL, which is slow to start but does not add one page element per point
_MOST_GROUPS = len(MODALITIES)
SCORE = "balance_score"  # the column that the bands are about
_MAP = "Where the score comes from: similarity against difficulty"
AXES = ("prediction_similarity", "total_loss")
_AXES = {
    "prediction_similarity": "prediction similarity (mean cosine between the modalities' predictions)",
    "feature_similarity": "feature similarity (mean cosine between the modalities' features)",
    "total_loss": "total loss (nats)",
}


def top_groups(counts: Mapping[str, int]) -> list[str]:
    """The most frequent groups, as many as there are colours; the others are drawn as one."""
    return sorted(counts, key=lambda name: (-counts[name], name))[:_MOST_GROUPS]


def group_colours(groups: list[str], by: str) -> dict[str, str]:
    """Group → colour: the one that means the band or the modality; classes take the colours in turn."""
    if by == "band":
        return {name: colour_of_band(name) for name in groups}
    if by == "modality":
        return colours_of_heads(groups)
    return {**dict(zip(groups, MODALITIES, strict=False)), OTHER: NEUTRAL}


def group_order(groups: list[str], by: str) -> list[str]:
    """The groups in the order of a legend: bands from balanced to imbalanced, the rest as given, others last."""
    if by == "band":
        return [name for name in BANDS if name in groups]
    return [name for name in groups if name != OTHER] + [OTHER] * (OTHER in groups)


def score_histogram(
    bins: pd.DataFrame,
    thresholds: tuple[float, float],
    by: str = "band",
    is_log: bool = False,
    column: str = SCORE,
    name: str = "balance score",
) -> go.Figure:
    """Histogram of a column, by default of s with the bands as coloured regions.

    Args:
        bins: one row per bin and group: ``low, high, key, count``; ``key`` is a band's or class's name.
        thresholds: where the bands begin.
        by: ``band`` or ``label``: what ``key`` means.
        is_log: a logarithmic count axis; groups then overlap instead of being stacked, as stacked logarithms lie.
        column: what was counted.
        name: the column in words.
    """
    bins, title = bins.dropna(subset=["low", "high"]), f"{name.capitalize()} of the samples"
    if bins.empty:
        return empty(title, "No sample to show.")
    counts = bins.groupby("key")["count"].sum().to_dict()
    bins = bins.assign(key=bins["key"].where(bins["key"].isin(top_groups(counts)), OTHER))
    groups = group_order(top_groups(counts) + [OTHER] * (OTHER in set(bins["key"])), by)
    figure, colours = go.Figure(), group_colours(groups, by)
    for group in groups:
        rows = bins[bins["key"] == group].groupby(["low", "high"], as_index=False)["count"].sum()
        _add_bars(figure, group, rows, colours[group], "s" if column == SCORE else name, 0.65 if is_log else 0.9)
    axis = "balance score s (−1 imbalanced … 1 balanced)" if column == SCORE else name
    titled(figure, title, axis, "samples", showlegend=True)
    figure.update_layout(barmode="overlay" if is_log else "stack", dragmode="select", selectdirection="h")
    figure.update_yaxes(type="log" if is_log else "linear")
    return add_bands(figure, thresholds) if column == SCORE else figure


def _add_bars(figure: go.Figure, group: str, rows: pd.DataFrame, colour: str, name: str, opacity: float) -> None:
    figure.add_bar(
        x=(rows["low"] + rows["high"]) / 2,
        y=rows["count"],
        width=(rows["high"] - rows["low"]) * 0.94,
        name=f"{group} ({rows['count'].sum():,})",
        marker={"color": colour, "line_width": 0},
        opacity=opacity,
        customdata=rows[["low", "high"]],
        hovertemplate=f"%{{fullData.name}}<br>{name} %{{customdata[0]:.3f}} … %{{customdata[1]:.3f}}<br>"
        "%{y} samples<extra></extra>",
    )


def add_bands(figure: go.Figure, thresholds: tuple[float, float]) -> go.Figure:
    """The bands as regions of an axis of s."""
    edges = [1.03, thresholds[1], thresholds[0], -1.03]
    for name, high, low in zip(BANDS, edges, edges[1:], strict=False):
        figure.add_vrect(x0=low, x1=high, fillcolor=colour_of_band(name), opacity=0.08, line_width=0, layer="below")
    for place in thresholds:
        figure.add_vline(
            x=place, line={"color": NEUTRAL, "width": 1, "dash": "dash"}, annotation_text=f"{place:g}",
            annotation={"font_size": 11, "xanchor": "left", "yanchor": "top", "y": 1},
        )  # fmt: skip
    return figure.update_xaxes(range=[-1.03, 1.03], dtick=0.25)


def iso_lines(
    extrema: Mapping[str, Extrema], levels: list[float], axes: tuple[str, str] = AXES
) -> list[tuple[float, list[float], list[float]]]:
    """Where s is constant on the map (Balance-aware Sequence Sampling, Eq. 7): (s, two similarities, two losses) each.

    With u, v the normalised similarity and loss in [0, 1], s = u − v: a diagonal. There are none if a criterion was
    the same for all samples or has no extrema, nor for |s| ≥ 1.
    """
    if not all(axis in extrema and not extrema[axis].is_constant for axis in axes):
        return []
    similarity, loss = (extrema[axis] for axis in axes)
    lines = []
    for level in (level for level in levels if abs(level) < 1):
        ends = np.array([max(0.0, level), min(1.0, 1.0 + level)])
        x = similarity.min + ends * (similarity.max - similarity.min)
        y = loss.min + (ends - level) * (loss.max - loss.min)
        lines.append((level, x.tolist(), y.tolist()))
    return lines


def _add_iso_lines(
    figure: go.Figure, extrema: Mapping[str, Extrema], thresholds: tuple[float, float], axes: tuple[str, str]
) -> None:
    levels = sorted({-0.5, 0.0, 0.5, *thresholds})
    for level, x, y in iso_lines(extrema, levels, axes):
        is_edge = level in thresholds
        line = {"color": NEUTRAL, "width": 1.6 if is_edge else 0.8, "dash": "dash" if is_edge else "dot"}
        figure.add_scatter(x=x, y=y, mode="lines", line=line, hoverinfo="skip", showlegend=False)
        figure.add_annotation(
            x=x[1], y=y[1], text=f"s = {level:g}", showarrow=False, font_size=11, xanchor="left", xshift=3,
            opacity=1 if is_edge else 0.7,
        )  # fmt: skip


def score_map(
    points: pd.DataFrame,
    extrema: Mapping[str, Extrema],
    thresholds: tuple[float, float],
    by: str = "band",
    axes: tuple[str, str] = AXES,
) -> go.Figure:
    """The map: one raw criterion × the other, one mark per sample, with the diagonals of equal s.

    Args:
        points: one row per sample: ``sample_id``, both axes, ``balance_score, group, about``; ``group`` is a name of
            what ``by`` says, ``about`` the second line of the hover label.
        extrema: criterion → raw values that became 0 and 1; empty if the lines of equal s are not straight.
        thresholds: where the bands begin.
        by: ``band``, ``label``, ``modality`` or ``correct``: what ``group`` means.
        axes: the criteria across and upwards.
    """
    points = points.dropna(subset=list(axes))
    if points.empty:
        return empty(_MAP, "No sample to show.", height=520)
    figure = go.Figure()
    _add_iso_lines(figure, extrema, thresholds, axes)
    counts = points["group"].value_counts().to_dict()
    points = points.assign(group=points["group"].where(points["group"].isin(top_groups(counts)), OTHER))
    groups = group_order(list(dict.fromkeys(top_groups(counts) + [OTHER] * (OTHER in set(points["group"])))), by)
    for name in groups:
        _add_points(figure, name, points[points["group"] == name], group_colours(groups, by)[name], len(points), axes)
    return _map_layout(figure, axes)


def _add_points(
    figure: go.Figure, name: str, rows: pd.DataFrame, colour: str, total: int, axes: tuple[str, str]
) -> None:
    trace = go.Scatter if total <= SVG_POINTS else go.Scattergl
    figure.add_trace(
        trace(
            x=rows[axes[0]],
            y=rows[axes[1]],
            mode="markers",
            name=f"{name} ({len(rows):,})",
            marker={"color": colour, "size": 7 if total <= SVG_POINTS else 4, "opacity": 0.75},
            customdata=rows[["sample_id", "about", "balance_score"]],
            hovertemplate=(
                "<b>%{customdata[0]}</b> · %{customdata[1]}<br>s %{customdata[2]:.3f}<br>"
                f"{_short(axes[0])} %{{x:.3f}}<br>{_short(axes[1])} %{{y:.3f}}<extra></extra>"
            ),
            showlegend=True,
        )
    )


def score_density(
    cells: pd.DataFrame,
    extrema: Mapping[str, Extrema],
    thresholds: tuple[float, float],
    axes: tuple[str, str] = AXES,
) -> go.Figure:
    """The map for many samples: how many lie in each cell, ``x, y, count``."""
    if cells.empty:
        return empty(_MAP, "No sample to show.", height=520)
    grid = cells.pivot_table(index="y", columns="x", values="count", aggfunc="sum")
    heat = go.Heatmap(
        x=grid.columns, y=grid.index, z=np.log10(grid.to_numpy(dtype=float)), customdata=grid.to_numpy(),
        colorscale=[[0, "rgba(106, 79, 179, 0.15)"], [1, "rgb(106, 79, 179)"]], showscale=False,
        hovertemplate=f"{_short(axes[0])} %{{x:.3f}}<br>{_short(axes[1])} %{{y:.3f}}<br>"
        "%{customdata} samples<extra></extra>",
    )  # fmt: skip
    figure = go.Figure(heat)
    _add_iso_lines(figure, extrema, thresholds, axes)
    return _map_layout(figure, axes)


def _short(axis: str) -> str:
    return axis.replace("_", " ")


def _map_layout(figure: go.Figure, axes: tuple[str, str]) -> go.Figure:
    x, y = (_AXES.get(axis, _short(axis)) for axis in axes)
    titled(figure, _MAP, x, y, height=520, showlegend=any(trace.showlegend for trace in figure.data))
    figure.update_layout(dragmode="select", margin_r=64)
    return figure
