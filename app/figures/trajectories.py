"""Figures of scores over the evaluations of a run: the whole set as quantiles, a few samples as lines, the bands."""

import pandas as pd
import plotly.graph_objects as go

from app.figures import NEUTRAL, empty, titled
from app.style import BANDS, MODALITIES, colour_of_band

__all__ = ["VALUES", "band_share_bars", "trajectory_lines"]

VALUES = {"balance_score": "Balance score s", "smoothed_score": "Smoothed score ŝ", "rank": "Rank"}
_AXIS = "evaluation k"
_BEGINNING = tuple(reversed(BANDS))[1:]  # the bands that begin at a threshold, the lower one first
_DASHES = ("solid", "dash")
_RANGES = (("q05", "q95", "5–95 % of the samples", 0.16), ("q25", "q75", "25–75 % of the samples", 0.3))


def trajectory_lines(
    quantiles: pd.DataFrame, lines: pd.DataFrame, value: str, thresholds: tuple[float, float], chosen: str | None = None
) -> go.Figure:
    """A few samples' values over the evaluations, on the spread of the whole set.

    Args:
        quantiles: per evaluation ``evaluation, epoch, q05, q25, q50, q75, q95``; not drawn for ranks, where they
            are the same in every evaluation.
        lines: per sample and evaluation ``sample_id, name, evaluation, epoch`` and ``value``'s column; a missing
            value leaves a gap.
        value: a key of :data:`VALUES`.
        thresholds: where the bands begin.
        chosen: id of the sample to draw thicker.
    """
    title = f"{VALUES[value]} of single samples over the evaluations"
    if quantiles.empty:
        return empty(title, "No evaluation to show.", height=460)
    figure = go.Figure()
    if value != "rank":
        _add_spread(figure, quantiles)
        _add_thresholds(figure, thresholds)
    last = lines.dropna(subset=[value]).groupby("sample_id")[value].last().sort_values(ascending=value == "rank")
    for place, sample_id in enumerate(last.index):
        _add_line(figure, lines[lines["sample_id"] == sample_id], value, place, sample_id == chosen)
    titled(figure, title, _AXIS, VALUES[value] + (" (1 = most balanced)" if value == "rank" else ""), height=460)
    legend = {"orientation": "v", "x": 1.12, "xanchor": "left", "y": 1, "yanchor": "top", "font_size": 12}
    figure.update_layout(legend=legend, margin_t=48, showlegend=True, hovermode="closest")
    figure.update_xaxes(**_whole_numbers(quantiles))
    if value == "rank":
        figure.update_yaxes(autorange="reversed")
    return figure


def _whole_numbers(evaluations: pd.DataFrame) -> dict[str, object]:
    few = evaluations["evaluation"].nunique() <= 20
    return {"tickmode": "linear", "dtick": 1} if few else {"tickformat": "d"}


def _add_spread(figure: go.Figure, quantiles: pd.DataFrame) -> None:
    for low, high, name, opacity in _RANGES:
        fill = f"rgba(127, 135, 145, {opacity})"
        edge = {"x": quantiles["evaluation"], "mode": "lines", "line_width": 0, "hoverinfo": "skip"}
        figure.add_scatter(**edge, y=quantiles[low], showlegend=False, legendgroup=name)
        figure.add_scatter(
            **edge, y=quantiles[high], fill="tonexty", fillcolor=fill, name=name, showlegend=True, legendgroup=name
        )
    figure.add_scatter(
        x=quantiles["evaluation"], y=quantiles["q50"], mode="lines", name="median of all samples",
        line={"color": NEUTRAL, "width": 2, "dash": "dot"}, customdata=quantiles[["epoch"]],
        hovertemplate="median %{y:.3f}<br>k = %{x} · epoch %{customdata[0]}<extra></extra>",
    )  # fmt: skip


def _add_thresholds(figure: go.Figure, thresholds: tuple[float, float]) -> None:
    for place, name in zip(thresholds, _BEGINNING, strict=True):
        colour = colour_of_band(name)
        figure.add_hline(y=place, line={"color": colour, "width": 1, "dash": "dash"})
        figure.add_annotation(
            x=1, xref="paper", xanchor="left", y=place, text=f"{name}<br>from {place:g}", align="left", showarrow=False,
            font={"size": 11, "color": colour}, xshift=4,
        )  # fmt: skip


def _add_line(figure: go.Figure, rows: pd.DataFrame, value: str, place: int, is_chosen: bool) -> None:
    colour, dash = MODALITIES[place % len(MODALITIES)], _DASHES[place // len(MODALITIES) % len(_DASHES)]
    name = str(rows["name"].iloc[0])
    figure.add_scatter(
        x=rows["evaluation"], y=rows[value], mode="lines+markers", name=name,
        line={"color": colour, "width": 4 if is_chosen else 2, "dash": dash},
        marker={"color": colour, "size": 9 if is_chosen else 6},
        customdata=rows[["epoch", "sample_id"]],
        hovertemplate=(
            f"<b>%{{fullData.name}}</b><br>{VALUES[value]} %{{y:{'d' if value == 'rank' else '.3f'}}}<br>"
            "k = %{x} · epoch %{customdata[0]}<extra></extra>"
        ),
    )  # fmt: skip


def band_share_bars(shares: pd.DataFrame) -> go.Figure:
    """What share of the samples each band holds, per evaluation: ``evaluation, epoch, band, count, share`` (0–1)."""
    title = "Share of the bands over the evaluations"
    shares = shares.dropna(subset=["share"])
    if shares.empty:
        return empty(title, "No evaluation to show.")
    figure = go.Figure()
    for name in reversed(BANDS):
        rows = shares[shares["band"] == name]
        figure.add_bar(
            x=rows["evaluation"], y=rows["share"], name=name, marker={"color": colour_of_band(name), "line_width": 0},
            customdata=rows[["count", "epoch"]],
            hovertemplate=(
                "%{fullData.name}: %{y:.1%} (%{customdata[0]} samples)<br>"
                "k = %{x} · epoch %{customdata[1]}<extra></extra>"
            ),
        )  # fmt: skip
    titled(figure, title, _AXIS, "share of the samples", showlegend=True)
    figure.update_layout(barmode="stack", bargap=0.12, legend_traceorder="reversed")
    figure.update_xaxes(**_whole_numbers(shares))
    return figure.update_yaxes(tickformat=".0%", range=[0, 1])
