"""Numbers of a sample, a vector of features or a series over time, checked and drawn as PNG on a transparent ground.

Long lists are drawn by the lowest and highest value of each column of pixels, so that no peak is lost.
"""

from typing import Any

import numpy as np

from bss_core.errors import MediaError
from bss_core.sound_pictures import png

__all__ = ["LINES", "features_png", "features_values", "series_png", "series_values"]

LINES = 8  # channels drawn
MAX_VALUES = 2**24  # of one cell
_COLOURS = (  # Okabe and Ito's, without black and yellow, which vanish on one of the grounds
    (107, 138, 181),
    (230, 159, 0),
    (0, 158, 115),
    (213, 94, 0),
    (204, 121, 167),
    (86, 180, 233),
    (150, 120, 70),
    (140, 140, 140),
)
_BELOW = (213, 94, 0)  # bars below zero


def features_values(cell: Any) -> np.ndarray:
    """A vector of features: float64 ``(length,)``.

    Raises:
        MediaError: not a flat list of finite numbers, empty, or longer than ``MAX_VALUES``.
    """
    values = _numbers(cell, "features")
    if values.ndim != 1 or not values.size:
        raise MediaError(f"The features must be a flat list of finite numbers; these have the shape {values.shape}.")
    return values


def series_values(cell: Any) -> np.ndarray:
    """A series over time: float64 ``(channels, steps)``; a flat list is one channel.

    Raises:
        MediaError: not a list of finite numbers, or of equally long such lists; empty, or longer than ``MAX_VALUES``.
    """
    nested = (
        isinstance(cell, list | tuple | np.ndarray) and len(cell) and isinstance(cell[0], list | tuple | np.ndarray)
    )
    if nested and len({len(channel) if hasattr(channel, "__len__") else -1 for channel in cell}) > 1:
        raise MediaError("The channels of the series differ in length; all need the same number of steps.")
    values = np.atleast_2d(_numbers([list(channel) for channel in cell] if nested else cell, "series"))
    if values.ndim != 2 or not values.size:
        raise MediaError(f"The series must be a list of numbers or of channels; this one has the shape {values.shape}.")
    return values


def _numbers(cell: Any, kind: str) -> np.ndarray:
    if not isinstance(cell, list | tuple | np.ndarray):
        raise MediaError(f"The {kind} are not a list of numbers: {str(cell)[:40]!r}.")
    try:
        values = np.asarray(cell, dtype=np.float64)
    except (TypeError, ValueError):
        raise MediaError(f"The {kind} are not a list of numbers: {str(cell)[:40]!r}.") from None
    if values.size > MAX_VALUES:
        raise MediaError(f"The {kind} hold {values.size} numbers; at most {MAX_VALUES} are read.")
    if not np.isfinite(values).all():
        raise MediaError(f"The {kind} must be finite numbers; one holds a value that is not finite.")
    return values


def series_png(values: np.ndarray, width: int = 640, height: int = 160) -> bytes:
    """The first ``LINES`` channels as lines over time, all on one scale from the lowest to the highest value.

    Args:
        values: ``(channels, steps)``.
        width, height: in pixels, 1 … 4096.

    Raises:
        MediaError: a side out of range.
    """
    pixels, shown = _ground(width, height), _within_one(values[:LINES])
    lowest, reach = float(shown.min()), float(np.ptp(shown)) or 1.0
    for channel, colour in reversed(list(zip(shown, _COLOURS, strict=False))):
        shares = (_thick(_envelope(channel, width), round(height / 160)) - lowest) / reach
        rows = (height - 1) * (1.0 - shares) if np.ptp(shown) else np.full_like(shares, (height - 1) / 2)
        _fill(pixels, rows[:, 1], rows[:, 0], colour, thickness=max(1.0, height / 80))
    return png(pixels)


def features_png(values: np.ndarray, width: int = 640, height: int = 96) -> bytes:
    """The vector as bars from zero, from the first number at the left to the last; bars below zero in another colour.

    Args:
        values: ``(length,)``.
        width, height: in pixels, 1 … 4096.

    Raises:
        MediaError: a side out of range.
    """
    pixels, values = _ground(width, height), _within_one(values)
    top, bottom = max(float(values.max()), 0.0), min(float(values.min()), 0.0)
    ends = np.sort(np.clip(_columns(values, width), bottom, top), axis=1)
    zero = (height - 1) * (top / ((top - bottom) or 1.0))
    rows = (height - 1) * (top - ends) / ((top - bottom) or 1.0)
    _fill(pixels, np.minimum(rows[:, 1], zero), np.full(width, zero), _COLOURS[0], thickness=1.0)
    below = ends[:, 0] < 0
    _fill(pixels, np.full(width, zero), np.where(below, rows[:, 0], zero), _BELOW, thickness=1.0, columns=below)
    return png(pixels)


def _ground(width: int, height: int) -> np.ndarray:
    if not (1 <= width <= 4096 and 1 <= height <= 4096):
        raise MediaError(f"A picture of {width} × {height} was asked for; sides run from 1 to 4096.")
    return np.zeros((height, width, 4), dtype=np.uint8)


def _within_one(values: np.ndarray) -> np.ndarray:
    """Scaled to ±1, so that no difference overflows."""
    return values / (float(np.abs(values).max()) or 1.0)


def _columns(values: np.ndarray, width: int) -> np.ndarray:
    """``(width, 2)``: the lowest and highest value of each column; of few values each fills several columns."""
    starts = np.arange(width) * values.size // width
    return np.stack([np.minimum.reduceat(values, starts), np.maximum.reduceat(values, starts)], axis=1)


def _envelope(values: np.ndarray, width: int) -> np.ndarray:
    """As :func:`_columns`, with straight lines between few values and no gap between columns."""
    if values.size < width:
        places = np.linspace(0.0, values.size - 1.0, width)
        values = np.interp(places, np.arange(values.size), values)
    ends = _columns(values, width)
    ends[1:, 0] = np.minimum(ends[1:, 0], ends[:-1, 1])
    ends[1:, 1] = np.maximum(ends[1:, 1], ends[:-1, 0])
    return ends


def _thick(ends: np.ndarray, reach: int) -> np.ndarray:
    """As wide to both sides as ``reach`` columns, so that steep lines are no thinner than flat ones."""
    for _ in range(reach):
        padded = np.pad(ends, ((1, 1), (0, 0)), mode="edge")
        lower = np.minimum.reduce([padded[:-2, 0], padded[1:-1, 0], padded[2:, 0]])
        ends = np.stack([lower, np.maximum.reduce([padded[:-2, 1], padded[1:-1, 1], padded[2:, 1]])], axis=1)
    return ends


def _fill(
    pixels: np.ndarray,
    upper: np.ndarray,
    lower: np.ndarray,
    colour: tuple[int, int, int],
    thickness: float,
    columns: np.ndarray | None = None,
) -> None:
    """Colour each column from its upper to its lower row, at least ``thickness`` pixels."""
    row = np.arange(pixels.shape[0])[:, None]
    middle, half = (upper + lower) / 2, np.maximum((lower - upper) / 2, thickness / 2)
    inside = (row >= np.rint(middle - half)) & (row <= np.rint(middle + half - 1e-9))
    inside = inside if columns is None else inside & columns
    pixels[inside] = (*colour, 255)
