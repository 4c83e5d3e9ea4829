"""The histogram of a column of one evaluation's scores, with the bands as regions if the column is s."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from app.figures import NEUTRAL, empty, titled
from app.figures.groups import OTHER, group_colours, group_order, top_groups
from app.spans import ends_in_words
from app.style import BANDS, colour_of_band

__all__ = ["SCORE", "add_bands", "score_histogram"]

SCORE = "balance_score"  # the column that the bands are about


def score_histogram(
    bins: pd.DataFrame,
    thresholds: tuple[float, float],
    by: str = "band",
    is_log: bool = False,
    column: str = SCORE,
    name: str = "balance score",
    known: Sequence[str] = (),
) -> go.Figure:
    """Histogram of a column, by default of s with the bands as coloured regions.

    Args:
        bins: one row per bin and group: ``low, high, key, count``; ``key`` is a band's or class's name.
        thresholds: where the bands begin.
        by: ``band`` or ``label``: what ``key`` means.
        is_log: a logarithmic count axis; groups then overlap instead of being stacked, as stacked logarithms lie.
        column: what was counted.
        name: the column in words.
        known: all classes of the run, for their colours.
    """
    bins, title = bins.dropna(subset=["low", "high"]), name.capitalize()
    if bins.empty:
        return empty(title, "No sample to show.")
    counts = bins.groupby("key")["count"].sum().to_dict()
    bins = bins.assign(key=bins["key"].where(bins["key"].isin(top_groups(counts)), OTHER))
    groups = group_order(top_groups(counts) + [OTHER] * (OTHER in set(bins["key"])), by)
    figure, colours = go.Figure(), group_colours(groups, by, known)
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
        hovertext=[" … ".join(ends_in_words(*ends, digits=2)) for ends in zip(rows["low"], rows["high"], strict=True)],
        hovertemplate=f"%{{fullData.name}}<br>{name} %{{hovertext}}<br>%{{y}} samples<extra></extra>",
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
