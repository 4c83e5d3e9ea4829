"""Figures of scores over the evaluations of a run: all samples as quantiles, some as lines, the bands as shares."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from app.figures import NEUTRAL, empty, legend_below, titled
from app.style import BANDS, OTHERS, colour_of_band
from bss_core.scores import band

__all__ = ["VALUES", "band_share_bars", "trajectory_lines", "whole_numbers"]

VALUES = {"balance_score": "Balance score s", "smoothed_score": "Smoothed score ŝ", "rank": "Rank"}
_AXIS = "evaluation k"
_BEGINNING = tuple(reversed(BANDS))[1:]  # the bands that begin at a threshold, the lower one first
_DASHES = ("solid", "dash", "dot")
_RANGES = (("q05", "q95", "5–95 % of the samples", 0.16), ("q25", "q75", "25–75 % of the samples", 0.3))


def trajectory_lines(
    quantiles: pd.DataFrame,
    lines: pd.DataFrame,
    value: str,
    thresholds: tuple[float, float],
    chosen: str | None = None,
    is_bundle: bool = False,
) -> go.Figure:
    """Some samples' values over the evaluations, on the spread of all of them.

    Args:
        quantiles: per evaluation ``evaluation, epoch``, and for the spread ``q05, q25, q50, q75, q95``; ranks of all
            samples have none, as it is the same in every evaluation.
        lines: per sample and evaluation ``sample_id, name, evaluation, epoch, balance_score`` and ``value``'s column;
            a missing value leaves a gap.
        value: a key of :data:`VALUES`.
        thresholds: where the bands begin.
        chosen: id of the sample to draw thicker.
        is_bundle: thin lines, coloured by the band of the last score, for more samples than can be named; the one
            chosen is still drawn by itself.
    """
    title = f"{VALUES[value]} of single samples over the evaluations"
    if quantiles.empty:
        return empty(title, "No evaluation to show.", height=460)
    figure = go.Figure()
    if "q50" in quantiles:
        _add_spread(figure, quantiles, value)
    if value != "rank":
        _add_thresholds(figure, thresholds)
    if is_bundle:
        _add_bundle(figure, lines[lines["sample_id"] != chosen], value, thresholds)
        lines = lines[lines["sample_id"] == chosen]
    _add_lines(figure, lines, value, chosen)
    titled(figure, title, _AXIS, VALUES[value] + (" (1 = most balanced)" if value == "rank" else ""), height=520)
    legend_below(figure).update_layout(showlegend=True, hovermode="closest", margin={"t": 48, "r": 104}, overwrite=True)
    figure.update_xaxes(**whole_numbers(quantiles))
    if value == "rank":
        figure.update_yaxes(autorange="reversed")
    return figure


def whole_numbers(evaluations: pd.DataFrame) -> dict[str, object]:
    """Ticks of an axis of evaluations: every one if they are few, never a fraction."""
    few = evaluations["evaluation"].nunique() <= 20
    return {"tickmode": "linear", "dtick": 1} if few else {"tickformat": "d"}


def _add_spread(figure: go.Figure, quantiles: pd.DataFrame, value: str) -> None:
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
        hovertemplate=f"median %{{y:{_form(value)}}}<br>k = %{{x}} · epoch %{{customdata[0]}}<extra></extra>",
    )  # fmt: skip


def _form(value: str) -> str:
    return ",.0f" if value == "rank" else ".3f"


def _add_thresholds(figure: go.Figure, thresholds: tuple[float, float]) -> None:
    for place, name in zip(thresholds, _BEGINNING, strict=True):
        colour = colour_of_band(name)
        figure.add_hline(y=place, line={"color": colour, "width": 1, "dash": "dash"})
        figure.add_annotation(
            x=1, xref="paper", xanchor="left", y=place, text=f"{name}<br>from {place:g}", align="left", showarrow=False,
            font={"size": 11, "color": colour}, xshift=4,
        )  # fmt: skip


def _add_bundle(figure: go.Figure, lines: pd.DataFrame, value: str, thresholds: tuple[float, float]) -> None:
    """One trace per band, its lines parted by gaps: hundreds of traces would make the page slow."""
    lines = lines.sort_values(["sample_id", "evaluation"])
    bands = dict(zip(*_last_bands(lines, thresholds), strict=True))
    for name in BANDS:
        ids = [sample_id for sample_id, found in bands.items() if found == name]
        if not ids:
            continue
        rows = _parted(lines[lines["sample_id"].isin(ids)], value)
        figure.add_scatter(
            x=rows["evaluation"], y=rows[value], mode="lines", name=f"{name} at the end ({len(ids)})",
            line={"color": colour_of_band(name), "width": 1}, opacity=0.55, customdata=rows[["name"]],
            hovertemplate=f"<b>%{{customdata[0]}}</b><br>{VALUES[value]} %{{y:{_form(value)}}}<br>"
            "k = %{x}<extra></extra>",
        )  # fmt: skip


def _last_bands(lines: pd.DataFrame, thresholds: tuple[float, float]) -> tuple[list[str], list[str]]:
    last = lines.groupby("sample_id")["balance_score"].last()
    return list(last.index), list(band(last.to_numpy(), thresholds))


def _parted(lines: pd.DataFrame, value: str) -> pd.DataFrame:
    """The rows of several samples with a row without a value after each sample."""
    gaps = lines.groupby("sample_id", as_index=False).last().assign(**{"evaluation": np.inf, value: np.nan})
    rows = pd.concat([lines, gaps])[["sample_id", "name", "evaluation", value]]
    rows = rows.sort_values(["sample_id", "evaluation"], kind="stable")
    return rows.assign(evaluation=rows["evaluation"].replace(np.inf, np.nan))


def _add_lines(figure: go.Figure, lines: pd.DataFrame, value: str, chosen: str | None) -> None:
    last = lines.dropna(subset=[value]).groupby("sample_id")[value].last().sort_values(ascending=value == "rank")
    for place, sample_id in enumerate(last.index):
        _add_line(figure, lines[lines["sample_id"] == sample_id], value, place, sample_id == chosen)


def _add_line(figure: go.Figure, rows: pd.DataFrame, value: str, place: int, is_chosen: bool) -> None:
    colour, dash = OTHERS[place % len(OTHERS)], _DASHES[place // len(OTHERS) % len(_DASHES)]
    name = str(rows["name"].iloc[0])
    figure.add_scatter(
        x=rows["evaluation"], y=rows[value], mode="lines+markers", name=name,
        line={"color": colour, "width": 4 if is_chosen else 2, "dash": dash},
        marker={"color": colour, "size": 9 if is_chosen else 6},
        customdata=rows[["epoch", "sample_id"]],
        hovertemplate=(
            f"<b>%{{fullData.name}}</b><br>{VALUES[value]} %{{y:{_form(value)}}}<br>"
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
    figure.update_xaxes(**whole_numbers(shares))
    return figure.update_yaxes(tickformat=".0%", range=[0, 1])
