"""The figures of the case study: a column per sample, and one sample's score over the evaluations.

Source: BSS (IJCAI 2025), Fig. C1 (a) and (b).
"""

import textwrap
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from app.figures import NEUTRAL, titled
from app.report.figures import plain_names
from app.report.media import SampleMedia
from app.report.subjects import Subject
from app.spans import number_in_words
from app.style import LIGHT_GROUND, colour_of_band
from bss_core.scores import BANDS, band

__all__ = ["course_panel", "samples_panel"]

_LINES, _WIDTH = 4, 24  # of a caption below its picture
_NARROW = 18  # beside a chart


def samples_panel(subjects: list[Subject], media: list[SampleMedia]) -> go.Figure:
    """Panel (a): a column per sample with picture, text, label, score and band.

    Args:
        subjects: the samples, the most balanced first.
        media: of each sample.
    """
    figure = titled(go.Figure(), "Samples with different balance scores", "", "", height=380, showlegend=False)
    for place, (subject, found) in enumerate(zip(subjects, media, strict=True)):
        _add_picture(figure, found, "x", place, 0.86, 0.5)
        score = number_in_words(subject.score, ".4f")
        _add_text(figure, place, 0.45, f"<b>{plain_names(subject.label)}</b><br>s = {score}", {})
        _add_text(figure, place, 0.31, subject.band, {"color": colour_of_band(subject.band)})
        _add_text(figure, place, 0.23, _wrapped(subject.text), {})
    figure.update_xaxes(visible=False, range=[-0.5, max(len(subjects), 1) - 0.5], fixedrange=True)
    figure.update_yaxes(visible=False, range=[0, 1], fixedrange=True)
    return figure.update_layout(margin={"l": 8, "r": 8, "t": 44, "b": 24})


def _add_picture(figure: go.Figure, found: SampleMedia, axis: str, centre: float, width: float, height: float) -> None:
    """At the top, on white whatever the theme: a drawing with a transparent ground may be black."""
    if found.picture is None:
        return
    if not found.is_waveform:
        figure.add_shape(
            type="rect", xref=axis, yref="paper", x0=centre - width / 2, x1=centre + width / 2, y0=1 - height, y1=1,
            fillcolor=LIGHT_GROUND, line_width=0, layer="below",
        )  # fmt: skip
    figure.add_layout_image(
        source=found.picture.uri, xref=axis, x=centre, xanchor="center", sizex=width, yref="paper", y=1, yanchor="top",
        sizey=height, sizing="contain",
    )  # fmt: skip


def _add_text(figure: go.Figure, place: float, top: float, text: str, font: dict[str, Any]) -> None:
    figure.add_annotation(
        x=place, y=top, yref="paper", yanchor="top", text=text, showarrow=False, font={"size": 12, **font}
    )


def _wrapped(text: str, width: int = _WIDTH) -> str:
    lines = textwrap.wrap(" ".join(text.split()), width, max_lines=_LINES, placeholder=" …")
    return "<br>".join(map(plain_names, lines))


def course_panel(
    rows: pd.DataFrame, label: str, text: str, media: SampleMedia, thresholds: tuple[float, float]
) -> go.Figure:
    """Panel (b): a sample's picture and text, and its score in every evaluation.

    Args:
        rows: ``evaluation, epoch, balance_score`` by evaluation.
        label: its class name.
        text: its text, or its id.
        media: its picture.
        thresholds: where the bands begin.
    """
    bands = band(rows["balance_score"].to_numpy(), thresholds)
    told = {0, len(rows) // 2, len(rows) - 1}
    values = [number_in_words(value, ".4f") for value in rows["balance_score"]]
    figure = go.Figure(
        go.Scatter(
            x=rows["evaluation"], y=rows["balance_score"], mode="lines+markers+text", cliponaxis=False,
            line={"color": NEUTRAL, "width": 2}, textposition="top center", customdata=rows[["epoch"]],
            marker={"size": 11, "color": [colour_of_band(name) for name in bands]},
            text=[value if place in told else "" for place, value in enumerate(values)],
            hovertemplate="s %{y:.4f}<br>k = %{x} · epoch %{customdata[0]}<extra></extra>",
        )
    )  # fmt: skip
    titled(figure, "How the score of one sample changes", "evaluation k", "balance score s", 360, showlegend=False)
    _add_picture(figure, media, "paper", 0.1, 0.2, 0.56)
    about = f"{_wrapped(text, _NARROW)}<br><b>{plain_names(label)}</b>"
    figure.add_annotation(
        x=0.1, xref="paper", xanchor="center", y=0.38, yref="paper", yanchor="top", text=about, showarrow=False
    )
    for low, name in zip(thresholds, reversed(BANDS[:2]), strict=True):
        figure.add_hline(low, line={"color": colour_of_band(name), "width": 1, "dash": "dash"})
    figure.update_xaxes(domain=[0.34, 1], tickformat="d")
    return figure.update_yaxes(range=_room(rows["balance_score"], thresholds))


def _room(values: pd.Series, thresholds: tuple[float, float]) -> list[float]:
    """Both thresholds and all values, with room for the labels above."""
    low, high = min(values.min(), *thresholds), max(values.max(), *thresholds)
    return [max(low - 0.1, -1.05), min(high + 0.2, 1.15)]
