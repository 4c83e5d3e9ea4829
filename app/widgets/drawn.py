"""What was drawn by mouse on a chart, as a polygon of few corners: exact enough, and short enough for an address."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from app.spans import rounded
from app.widgets.chart import boxes
from bss_core.lasso import Vertex

__all__ = ["MOST_CORNERS", "box_corners", "polygon", "simplified"]

MOST_CORNERS = 40
_FLAT = 2e-5  # of the polygon's box: a corner whose triangle is smaller is no corner
_MOST_TAKEN = 1000  # of the mouse's places; the others lie between them


def polygon(selected: dict[str, Any]) -> tuple[Vertex, ...]:
    """The last lasso or, without one, the last box, as corners; empty if nothing was drawn.

    Args:
        selected: see :func:`app.widgets.chart.draw`.
    """
    drawn = selected.get("lasso") or []
    if drawn:
        return simplified(list(zip(drawn[-1].get("x", []), drawn[-1].get("y", []), strict=False)))
    return _rounded(box_corners(boxes(selected, ("x", "y"))))


def box_corners(spans: Sequence[tuple[float, float]]) -> tuple[Vertex, ...]:
    """The corners of a box given as (lowest, highest) of x and of y; empty for no box."""
    if len(spans) != 2:
        return ()
    (left, right), (low, high) = spans
    return (left, low), (right, low), (right, high), (left, high)


def simplified(vertices: Sequence[Vertex], most: int = MOST_CORNERS) -> tuple[Vertex, ...]:
    """The polygon with at most ``most`` corners, rounded; what it surrounds changes by well under 1 %.

    The corner whose triangle with its neighbours is the smallest goes first (Visvalingam and Whyatt 1993, The
    Cartographic Journal 30), measured in parts of the polygon's width and height, so that axes of other units count
    alike. Fewer than three corners, or a corner that is not finite, make no polygon.
    """
    corners = np.asarray(vertices, dtype=float).reshape(-1, 2)[:: max(1, len(vertices) // _MOST_TAKEN)]
    if len(corners) < 3 or not np.isfinite(corners).all():
        return ()
    spans = np.ptp(corners, axis=0)
    scale = np.where(spans > 0, spans, 1.0)
    while len(corners) > 3:
        areas = _triangles(corners / scale)
        least = int(areas.argmin())
        if len(corners) <= most and areas[least] > _FLAT:
            break
        corners = np.delete(corners, least, axis=0)
    return _rounded([(x, y) for x, y in corners.tolist()])


def _rounded(corners: Sequence[Vertex]) -> tuple[Vertex, ...]:
    """Each to as many places as its axis' part of the polygon needs."""
    if not corners:
        return ()
    return tuple(zip(*map(rounded, zip(*corners, strict=True)), strict=True))


def _triangles(corners: np.ndarray) -> np.ndarray:
    """(n,) area of the triangle of each corner with its two neighbours."""
    before, after = np.roll(corners, 1, axis=0) - corners, np.roll(corners, -1, axis=0) - corners
    return np.abs(before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]) / 2
