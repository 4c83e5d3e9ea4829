"""The figures of one sample: how its balance score comes about, its losses, and what every head predicted."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from app.spans import number_in_words
from app.style import MULTIMODAL, colour_of_band, colours_of_heads
from bss_core.scores import BANDS

__all__ = ["losses", "predictions", "waterfall"]


def waterfall(
    parts: Sequence[tuple[str, float]],
    score: float,
    band: str,
    thresholds: tuple[float, float],
    raw: Sequence[str] = (),
) -> go.Figure:
    """The balance score as a walk from 0: every criterion adds or takes its normalised value, the sum is s.

    Args:
        parts: (name, signed normalised value in [−1, 1]) of each criterion, in the order to add them.
        score: s in [−1, 1].
        band: of the sample, for the colour of s.
        thresholds: where semi-balanced and balanced begin, shown as grounds.
        raw: what is said of each criterion before normalising, in a second line under its name.
    """
    figure, start = go.Figure(), 0.0
    for place, (name, value) in enumerate(parts):
        told = f"{name}<br><span style='font-size:11px'>{raw[place]}</span>" if place < len(raw) else name
        _add_bar(figure, told, start, value, MULTIMODAL, _signed(value))
        start += value
    _add_bar(figure, "<b>= score s</b>", 0.0, score, colour_of_band(band), f"<b>{number_in_words(score, '.3f')}</b>")
    edges = (-1.0, *thresholds, 1.0)
    for name, low, high in zip(reversed(BANDS), edges, edges[1:], strict=False):
        figure.add_vrect(low, high, fillcolor=colour_of_band(name), opacity=0.12, line_width=0, layer="below")
        figure.add_annotation(  # the middle one a line higher, as its band is narrower than its name
            x=(low + high) / 2, y=1, yref="paper", yanchor="bottom", yshift=14 if name == BANDS[1] else 0, text=name,
            showarrow=False, font={"size": 11, "color": colour_of_band(name)},
        )  # fmt: skip
    _finish(figure, "Anatomy of the score", 116 + 36 * (len(parts) + 1), top=64)
    figure.update_xaxes(
        range=[-1, 1], dtick=0.5, title_text="normalised value (−1 to 1)", zeroline=True, zerolinewidth=2
    )
    return figure


def _signed(value: float) -> str:
    return "0.000" if abs(value) < 5e-4 else number_in_words(value, "+.3f")


def _add_bar(figure: go.Figure, name: str, base: float, value: float, colour: str, text: str) -> None:
    room_right = max(base, base + value) < 0.7
    figure.add_bar(
        y=[name], x=[value], base=[base], orientation="h", marker={"color": colour}, width=0.55,
        hovertemplate=f"{name}: {text}<extra></extra>", showlegend=False,
    )  # fmt: skip
    figure.add_annotation(
        x=max(base, base + value) if room_right else min(base, base + value), y=name, text=text, showarrow=False,
        xanchor="left" if room_right else "right", xshift=6 if room_right else -6,
    )  # fmt: skip


def losses(
    values: dict[str, float], low: float, high: float, total: float | None = None, longest: float = 0.0
) -> go.Figure:
    """Every head's cross-entropy side by side; their sum is the total loss.

    Args:
        values: head → loss in nats.
        low: smallest total loss of any sample of the evaluation, where the normalised loss is 0.
        high: largest, where it is 1.
        total: the total loss if it is not the plain sum; its extrema are then not drawn on the axis of the sum.
        longest: the least that the axis reaches, so that two samples are drawn on one scale.
    """
    figure, colours = go.Figure(), colours_of_heads(values)
    plain = total is None or abs(total - sum(values.values())) <= 1e-3 * max(1.0, abs(total))
    for head, value in values.items():
        figure.add_bar(
            y=["loss"], x=[value], name=head, orientation="h", marker={"color": colours[head]}, width=0.5,
            hovertemplate=f"{head}: {value:.3f} nats<extra></extra>",
        )  # fmt: skip
    for value, text, anchor in ((low, "min", "left"), (high, "max", "right")) if plain else ():
        figure.add_vline(value, line={"color": MULTIMODAL, "width": 1.5, "dash": "dash"})
        figure.add_annotation(
            x=value, y=1, yref="paper", yanchor="bottom", xanchor=anchor, text=f"{text} {value:.2f}", showarrow=False,
            font={"size": 11},
        )  # fmt: skip
    added = f"Total loss {sum(values.values()):.2f} nats = sum over the heads"
    _finish(figure, added if plain else f"Total loss {total:.2f} nats weighs the losses of the heads", 210, top=54)
    figure.update_layout(
        barmode="stack", legend={"orientation": "h", "y": -0.6, "x": 0, "yanchor": "top", "traceorder": "normal"}
    )
    figure.update_yaxes(visible=False)
    reach = max(high if plain else 0.0, sum(values.values()), longest)
    return figure.update_xaxes(range=[0, reach * 1.02], title_text="cross-entropy (nats)")


def predictions(rows: pd.DataFrame) -> go.Figure:
    """The likeliest classes of every head, ✓ and full colour at the label.

    Args:
        rows: ``head, name, probability, is_label``, heads together and best first.
    """
    figure, colours = go.Figure(), colours_of_heads(rows["head"].unique())
    places, names, place = [], [], 0
    for head, found in rows.groupby("head", sort=False):
        names += [f"<b>{head}</b>", *_marked(found)]
        bars = [place + number for number in range(1, len(found) + 1)]
        places += [place, *bars]
        place = bars[-1] + 1
        _add_probabilities(figure, found, bars, colours[str(head)])
    _finish(figure, "Predictions of every head, ✓ marks the label", 90 + 21 * len(places), top=36)
    labels = [f"{name}  " for name in names]
    figure.update_yaxes(tickvals=places, ticktext=labels, showgrid=False, zeroline=False)
    figure.update_yaxes(autorange=None, range=[place - 0.4, -0.6])
    return figure.update_xaxes(range=[0, 1.12], dtick=0.25, title_text="probability (0–1)")


def _marked(rows: pd.DataFrame) -> list[str]:
    return [f"{'✓ ' if right else ''}{name}" for name, right in zip(rows["name"], rows["is_label"], strict=True)]


def _add_probabilities(figure: go.Figure, rows: pd.DataFrame, places: list[int], colour: str) -> None:
    figure.add_bar(
        y=places, x=rows["probability"], orientation="h", showlegend=False, width=0.72, customdata=_marked(rows),
        marker={
            "color": colour, "opacity": [1.0 if right else 0.55 for right in rows["is_label"]],
            "pattern": {"shape": ["" if right else "/" for right in rows["is_label"]], "size": 5, "solidity": 0.25},
        },
        text=[f"{value:.2f}" for value in rows["probability"]], textposition="outside", cliponaxis=False,
        hovertemplate="%{customdata}: %{x:.3f}<extra></extra>",
    )  # fmt: skip


def _finish(figure: go.Figure, title: str, height: int, top: int) -> None:
    figure.update_layout(
        title={"text": title, "font": {"size": 14}, "x": 0, "xref": "container", "y": 1, "yref": "container",
               "yanchor": "top", "pad": {"t": 8}},
        height=height, margin={"l": 8, "r": 12, "t": top, "b": 44}, bargap=0.25,
    )  # fmt: skip
    figure.update_xaxes(title_font_size=12, tickfont_size=11)
    figure.update_yaxes(autorange="reversed", automargin=True, ticksuffix="  ")
