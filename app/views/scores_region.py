"""A region marked on a chart of scores, as a selection and in words; and the one selected already, as a polygon."""

from dataclasses import replace
from typing import Any

from app.spans import span_in_words
from app.widgets.chart import boxes
from app.widgets.columns import words
from app.widgets.drawn import box_corners, polygon
from bss_core.lasso import Lasso, Vertex
from bss_core.selection import Selection

__all__ = ["Ranges", "drawn_region", "in_words", "selected_polygon", "within"]

_NAMES = {"prediction_similarity": "similarity", "total_loss": "loss"}  # shorter than the columns

Ranges = tuple[tuple[str, float, float], ...]


def within(chosen: Selection, ranges: Ranges) -> Selection:
    """The samples of ``chosen`` in a region; with an older range of its column, what both have in common."""
    older = {column: (low, high) for column, low, high in chosen.ranges}
    found = dict(older)
    for column, low, high in ranges:
        first, last = older.get(column, (low, high))
        low = max(low, first)
        found[column] = (low, max(low, min(high, last)))
    return replace(chosen, ranges=tuple((column, *span) for column, span in found.items()))


def drawn_region(chosen: Selection, drawn: dict[str, Any], axes: tuple[str, str]) -> Selection | None:
    """The samples of ``chosen`` in the box or lasso drawn over two columns; None if nothing was drawn."""
    if drawn.get("lasso"):
        corners = polygon(drawn)
        return replace(chosen, lassos=(*chosen.lassos, Lasso(*axes, corners))) if corners else None
    ranges = tuple((axis, *span) for axis, span in zip(axes, boxes(drawn, ("x", "y")), strict=False))
    return within(chosen, ranges) if ranges else None


def in_words(chosen: Selection, region: Selection) -> str:
    """What the region adds to ``chosen``, such as ``similarity 0.1 … 0.4, loss 2 … 3``."""
    added = [item for item in region.ranges if item not in chosen.ranges]
    spans = [f"{_NAMES.get(column, words(column))} {span_in_words(low, high)}" for column, low, high in added]
    lines = [f"lasso of {len(item.vertices)} corners" for item in region.lassos if item not in chosen.lassos]
    return ", ".join([*spans, *lines]) or "as selected on all pages"


def selected_polygon(chosen: Selection, axes: tuple[str, str]) -> tuple[Vertex, ...]:
    """The last region of a selection that lies on these axes, a lasso before a box; empty if it has none."""
    lassos = [item.vertices for item in chosen.lassos if (item.x, item.y) == axes]
    spans = {column: (low, high) for column, low, high in chosen.ranges}
    return lassos[-1] if lassos else box_corners([spans[axis] for axis in axes if axis in spans])
