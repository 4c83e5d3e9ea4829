"""Figures of all samples over the evaluations: the heat map, the flow between the bands, value against rank."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from app.figures import NEUTRAL, empty, titled
from app.figures.trajectories import VALUES
from app.spans import number_in_words
from app.style import BANDS, OTHERS, SCORES, colour_of_band, template

__all__ = ["band_flow", "rank_curves", "score_heat"]

_HEIGHT = 520
_AXIS = "evaluation k"
_CURVE, _PATH, *_ = OTHERS
_NOTHING = "No sample to show."
_GAP = 0.05  # of the height, between two bands of a flow


def score_heat(rows: pd.DataFrame, value: str, order: str, samples: int) -> go.Figure:
    """Samples from top to bottom, evaluations from left to right, the colour is the value.

    Args:
        rows: per block and evaluation ``block, evaluation, value, first, last, low, high, sample_id``.
        value: a key of :data:`app.figures.trajectories.VALUES`; a rank is given as a share, 1 = most balanced.
        order: what the samples are in the order of, in words.
        samples: how many there are in all.
    """
    title = f"{VALUES[value]} of all samples over the evaluations, in the order of their {order}"
    if rows.empty:
        return empty(title, _NOTHING, _HEIGHT)
    names = _names(rows.drop_duplicates("block"), order)
    grid = rows.pivot(index="block", columns="evaluation", values="value")
    heat = go.Heatmap(
        x=[str(number) for number in grid.columns], y=names, z=grid.to_numpy(dtype=np.float32),
        colorscale=[list(stop) for stop in SCORES], zmin=0 if value == "rank" else -1, zmax=1,
        hovertemplate=f"%{{y}}<br>k = %{{x}}: {_unit(value)} %{{z:.2f}}<extra></extra>",
        colorbar={"title": {"text": _unit(value), "side": "right"}, "thickness": 14},
    )  # fmt: skip
    figure = titled(go.Figure(heat), title, _AXIS, f"{samples:,} samples", _HEIGHT)
    figure.update_xaxes(type="category")
    figure.update_yaxes(type="category", autorange="reversed", **_ticks(rows))
    return figure


def _unit(value: str) -> str:
    return {"balance_score": "s", "smoothed_score": "ŝ", "rank": "place, 1 = most balanced"}[value]


def _names(blocks: pd.DataFrame, order: str) -> list[str]:
    """What a row is called when the mouse is over it: which samples, and their values of the order."""
    return [_name(row, order) for row in blocks.to_dict("records")]


def _name(row: Mapping[str, object], order: str) -> str:
    low, high = (_number(row[end]) for end in ("low", "high"))
    value = low if low == high else f"{low} … {high}"
    if row["first"] == row["last"]:
        return f"{row['sample_id']} · no. {row['first']:,} · {order} {value}"
    return f"samples {row['first']:,}–{row['last']:,} · {order} {value}"


def _number(value: object) -> str:
    return "none" if pd.isna(value) else number_in_words(value, ".3g")


def _ticks(rows: pd.DataFrame) -> dict[str, object]:
    """Few ticks, each the number of a sample: names of hundreds of rows cannot be read."""
    blocks = rows.drop_duplicates("block")
    places = np.unique(np.linspace(0, len(blocks) - 1, min(6, len(blocks))).round().astype(int))
    return {"tickvals": places.tolist(), "ticktext": [f"{blocks['first'].iloc[place]:,}" for place in places]}


def band_flow(flows: pd.DataFrame, names: Mapping[int, str], is_dark: bool = False) -> go.Figure:
    """How many samples go from band to band, from each evaluation to the next one shown.

    Args:
        flows: ``evaluation, band, next_evaluation, next_band, count``.
        names: number of an evaluation → what stands above its column, from left to right.
        is_dark: whether the ground is dark: the labels of this kind of chart do not follow the template.
    """
    title = "Flow of the samples between the bands"
    if flows.empty:
        return empty(title, _NOTHING, _HEIGHT)
    nodes = [(number, band) for number in names for band in BANDS]
    sizes = [_size(flows, *node) for node in nodes]
    shown = [place for place, size in enumerate(sizes) if size]  # a node without a link would stand in a corner
    at = {nodes[place]: index for index, place in enumerate(shown)}
    across, down = _places(list(names), sizes)
    sankey = go.Sankey(
        arrangement="fixed",
        textfont={"color": template(is_dark)["layout"]["font"]["color"], "shadow": "none"},
        node={
            "label": [f"{nodes[place][1]} {sizes[place]:,}" for place in shown],
            "color": [colour_of_band(nodes[place][1]) for place in shown],
            "x": [across[place] for place in shown],
            "y": [down[place] for place in shown],
            "thickness": 14,
            "line": {"width": 0},
            "customdata": [names[nodes[place][0]] for place in shown],
            "hovertemplate": "%{customdata}<br>%{label} samples<extra></extra>",
        },
        link=_links(flows, at),
    )
    figure = titled(go.Figure(), title, "", "", _HEIGHT).add_trace(sankey)
    for place, number in enumerate(names):
        figure.add_annotation(
            x=place / (len(names) - 1), y=1.03, xref="paper", yref="paper", text=names[number], showarrow=False,
            yanchor="bottom", xanchor=("left" if place == 0 else "right" if place == len(names) - 1 else "center"),
        )  # fmt: skip
    return figure.update_layout(margin={"t": 84, "b": 24, "l": 16, "r": 16})


def _size(flows: pd.DataFrame, number: int, band: str) -> int:
    """Samples that a band holds: those that leave or come to it, whichever are more, as an evaluation may lack some."""
    leaves = flows.loc[(flows["evaluation"] == number) & (flows["band"] == band), "count"].sum()
    comes = flows.loc[(flows["next_evaluation"] == number) & (flows["next_band"] == band), "count"].sum()
    return int(max(leaves, comes))


def _places(numbers: list[int], sizes: list[int]) -> tuple[list[float], list[float]]:
    """Where the nodes stand: columns by evaluation, bands below one another with the balanced one on top."""
    across, down, height = [], [], 1 - _GAP * (len(BANDS) - 1)
    for column in range(len(numbers)):
        own = sizes[column * len(BANDS) : (column + 1) * len(BANDS)]
        top = 0.0
        for size in own:
            share = height * size / max(1, sum(own))
            across.append(min(max(column / (len(numbers) - 1), 0.001), 0.999))  # at 0 and 1 Plotly places them itself
            down.append(min(max(top + share / 2, 0.001), 0.999))
            top += share + _GAP
    return across, down


def _links(flows: pd.DataFrame, at: Mapping[tuple[int, str], int]) -> dict[str, object]:
    first = zip(flows["evaluation"], flows["band"], strict=True)
    second = zip(flows["next_evaluation"], flows["next_band"], strict=True)
    leaving = flows.groupby(["evaluation", "band"])["count"].transform("sum")
    return {
        "source": [at[node] for node in first],
        "target": [at[node] for node in second],
        "value": flows["count"],
        "color": [_faint(colour_of_band(name)) for name in flows["band"]],
        "customdata": [f"{share:.1%}" for share in flows["count"] / leaving],
        "hovertemplate": "%{source.label} → %{target.label}<br>%{value:,} samples, %{customdata} of those on the left"
        "<extra></extra>",
    }


def _faint(colour: str) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, 0.32)"


def rank_curves(curves: pd.DataFrame, path: pd.DataFrame, thresholds: tuple[float, float]) -> go.Figure:
    """The score that each place in the ranking has, one curve per evaluation: the same place, another score.

    Args:
        curves: ``evaluation, epoch, place`` (0 = most balanced … 1 = least), ``value``.
        path: the selected sample's ``evaluation, place, value``, by evaluation; may be empty.
        thresholds: where the bands begin.
    """
    title = "Score against rank: what a place in the ranking was worth"
    curves = curves.dropna(subset=["value"])
    if curves.empty:
        return empty(title, _NOTHING, _HEIGHT)
    figure, numbers = go.Figure(), sorted(curves["evaluation"].unique())
    for place, number in enumerate(numbers):
        _add_curve(figure, curves[curves["evaluation"] == number], number, place / max(1, len(numbers) - 1))
    if len(path):
        _add_path(figure, path)
    for threshold in thresholds:
        figure.add_hline(y=threshold, line={"color": NEUTRAL, "width": 1, "dash": "dash"})
    titled(
        figure, title, "place in the ranking, 0 % = most balanced", VALUES["balance_score"], _HEIGHT, showlegend=True
    )
    return figure.update_xaxes(tickformat=".0%", range=[-0.02, 1.02])


def _add_curve(figure: go.Figure, rows: pd.DataFrame, number: int, age: float) -> None:
    """One evaluation: the later, the darker."""
    figure.add_scatter(
        x=rows["place"], y=rows["value"], mode="lines", name=f"k = {number}", opacity=0.35 + 0.65 * age,
        line={"color": _CURVE, "width": 1.5 + 1.5 * age},
        hovertemplate=f"k = {number}: s %{{y:.3f}} at place %{{x:.0%}}<extra></extra>",
    )  # fmt: skip


def _add_path(figure: go.Figure, path: pd.DataFrame) -> None:
    figure.add_scatter(
        x=path["place"], y=path["value"], mode="lines+markers+text", name="selected sample",
        text=[f"k {number}" for number in path["evaluation"]], textposition="top center",
        line={"color": _PATH, "width": 2, "dash": "dot"}, marker={"size": 9, "color": _PATH},
        hovertemplate="%{text}: s %{y:.3f} at place %{x:.1%}<extra></extra>",
    )  # fmt: skip
