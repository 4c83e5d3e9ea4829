"""A strip: one sample's card at several evaluations, side by side; static HTML that escapes all data."""

from dataclasses import dataclass
from html import escape

import streamlit as st

from app.spans import number_in_words
from app.style import colour_of_band

__all__ = ["Head", "Moment", "strip", "strip_html"]

_GRID = "display:grid;grid-template-columns:repeat(auto-fill,minmax(8.8rem,1fr));gap:.75rem"
_FRAME = (
    "min-width:0;border:1px solid rgba(127,135,145,.35);border-radius:.5rem;"
    "overflow:hidden;font-size:.82rem;line-height:1.45"
)
_PICTURE = "display:block;width:100%;aspect-ratio:1.35;object-fit:contain;background:rgba(127,135,145,.12)"
_WORDS = "aspect-ratio:1.35;padding:.75rem;box-sizing:border-box;overflow:hidden;background:rgba(127,135,145,.12)"
_LINE = "display:flex;justify-content:space-between;gap:.5rem"
_CUT = "overflow:hidden;text-overflow:ellipsis;white-space:nowrap"


@dataclass(frozen=True)
class Head:
    """What one head predicted, and the probability that it gave to the label."""

    name: str
    predicted: str
    is_right: bool
    probability: float


@dataclass(frozen=True)
class Moment:
    """One sample at one evaluation; ``score`` is s in [−1, 1]."""

    title: str
    score: float
    band: str
    heads: tuple[Head, ...]


def strip(moments: list[Moment], picture: str | None, about: str) -> None:
    """Draw the strip.

    Args:
        moments: from left to right.
        picture: address of the sample's picture, the same at all moments; None to show ``about`` instead.
        about: what the picture shows.
    """
    st.html(strip_html(moments, picture, about))


def strip_html(moments: list[Moment], picture: str | None, about: str) -> str:
    """The strip as HTML with everything that comes from the data escaped."""
    cards = "".join(_card(moment, picture, about) for moment in moments)
    return f'<div role="list" style="{_GRID}">{cards}</div>'


def _card(moment: Moment, picture: str | None, about: str) -> str:
    image = f'<img src="{escape(picture or "")}" alt="{escape(about)}" loading="lazy" style="{_PICTURE}">'
    top = image if picture else f'<div style="{_WORDS}">{escape(about)}</div>'
    colour = colour_of_band(moment.band)
    score = number_in_words(moment.score, ".2f")
    return (
        f'<div role="listitem" style="{_FRAME};border-top:4px solid {colour}">{top}'
        f'<div style="padding:.5rem .65rem .6rem"><div style="opacity:.75">{escape(moment.title)}</div>'
        f'<div style="{_LINE};margin-bottom:.3rem"><b>s {score}</b><span style="font-weight:600">'
        f'<span aria-hidden="true" style="color:{colour}">●</span> '
        f"{escape(moment.band)}</span></div>{''.join(map(_head, moment.heads))}</div></div>"
    )


def _head(head: Head) -> str:
    sign = "✓" if head.is_right else "✗"
    told = f"{head.name} predicts {head.predicted}; it gives the label {head.probability:.0%}"
    return (
        f'<div title="{escape(told)}" style="margin-top:.2rem"><div style="{_LINE};opacity:.7"><span style="{_CUT}">'
        f"{escape(head.name)}</span><span>{head.probability:.0%}</span></div>"
        f'<div style="{_CUT}">{sign} {escape(head.predicted)}</div></div>'
    )
