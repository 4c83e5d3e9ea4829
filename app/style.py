"""The colours that mean something, used by every chart, badge and legend, in light and dark.

Bands must be told apart at a glance and by colour-blind readers: the three differ under simulated protanopia,
deuteranopia and tritanopia, and stand out by at least 3:1 from both grounds (WCAG 2.2, 1.4.11); tests measure both.
Nothing is told by colour alone: every badge and trace also carries its name.
"""

from collections.abc import Collection, Iterable
from typing import Any

__all__ = [
    "BANDS",
    "CHANGE",
    "DARK_GROUND",
    "LIGHT_GROUND",
    "MODALITIES",
    "MULTIMODAL",
    "OTHERS",
    "UNKNOWN",
    "colour_of_band",
    "colour_of_pattern",
    "colours_of_heads",
    "template",
]

LIGHT_GROUND = "#ffffff"
DARK_GROUND = "#12161c"
BANDS = {"balanced": "#3a86d1", "semi-balanced": "#b98a00", "imbalanced": "#c4314b"}
UNKNOWN = "#7b8794"  # of a band or a modality
MULTIMODAL = "#6f7b8a"
# For lines and bars that are no modality, such as single samples: the colours that modalities take last.
OTHERS = ("#2f93ab", "#c2558f", "#5f8f2f", "#9a7b4f")
MODALITIES = ("#12917f", "#8f63d9", "#c9662b", "#5f8f2f", "#c2558f", "#3f7fbf", "#9a7b4f", "#2f93ab")
NONE_RIGHT, ALL_RIGHT = "#a54b4b", "#3c69a5"
SOME_RIGHT = (  # several modalities of more, as unlike the colours of three modalities as can be
    "#b478c3", "#c33c0f", "#696978", "#9678ff", "#f05a5a", "#6978a5", "#8a6d2f", "#c36996", "#0091b4", "#7887e1",
)  # fmt: skip
SCORES = ((0.0, "#c4314b"), (0.5, "#b98a00"), (1.0, "#3a86d1"))
CHANGE = ((0.0, "#c75b12"), (0.5, "#8b929c"), (1.0, "#5b6be0"))  # fell, unchanged, rose: no colour of a band


def colour_of_band(band: str) -> str:
    """The colour of a band, grey for a sample that has none."""
    return BANDS.get(band, UNKNOWN)


def colours_of_heads(names: Iterable[str]) -> dict[str, str]:
    """Head → colour: modalities in the order of their names, repeating after eight; ``multimodal`` is always grey."""
    modalities = sorted(set(names) - {"multimodal"})
    colours = {name: MODALITIES[place % len(MODALITIES)] for place, name in enumerate(modalities)}
    return {**colours, "multimodal": MULTIMODAL}


def colour_of_pattern(pattern: str, modalities: Collection[str]) -> str:
    """The colour of a pattern of right modalities, the same whichever other patterns a chart shows.

    Args:
        pattern: ``none`` or names joined by `` + ``; a single one has the colour of its modality.
        modalities: all that the run has; with more than four, several patterns share a colour.
    """
    names = sorted(modalities)
    parts = set() if pattern == "none" else set(pattern.split(" + "))
    if not parts <= set(names):
        return UNKNOWN
    if len(parts) == 1:
        return colours_of_heads(names)[parts.pop()]
    if len(parts) in (0, len(names)):
        return ALL_RIGHT if parts else NONE_RIGHT
    bits = sum(1 << names.index(name) for name in parts)
    return SOME_RIGHT[(bits - 1 - bits.bit_length()) % len(SOME_RIGHT)]  # numbers that are no power of two, from 0


def template(dark: bool) -> dict[str, Any]:
    """A Plotly template as a plain dict (so that this module need not import Plotly); grounds are transparent."""
    text, grid = ("#d7dde5", "#2b333d") if dark else ("#2b333d", "#e4e8ed")
    axis = {"gridcolor": grid, "linecolor": grid, "zerolinecolor": grid, "ticks": "", "title": {"standoff": 8}}
    legend = {"orientation": "h", "yanchor": "bottom", "y": 1.02, "x": 0}
    layout = {
        "font": {"family": "Source Sans, sans-serif", "size": 13, "color": text},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "colorway": list(MODALITIES),
        "colorscale": {"sequential": [list(stop) for stop in SCORES]},
        "hoverlabel": {"bgcolor": DARK_GROUND if dark else LIGHT_GROUND, "font": {"color": text}, "bordercolor": grid},
        "legend": legend,
        "margin": {"l": 56, "r": 16, "t": 40, "b": 48},
        "xaxis": axis,
        "yaxis": axis,
    }
    return {"layout": layout}
