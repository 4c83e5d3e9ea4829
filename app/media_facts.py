"""What a cell measures: a sound's length, a depth picture's range, the number of frames, steps or values."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.media_store import Cell, UnknownMediaError
from bss_core.depth_pictures import read_depth
from bss_core.media import frames_of, media_file, read_bytes, sound_facts
from bss_core.series_pictures import LINES, features_values, series_values

__all__ = ["facts_of", "sound_of"]


def facts_of(cell: Cell) -> dict[str, Any]:
    """The facts of a cell, in the units of its kind.

    Raises:
        UnknownMediaError: nothing is measured of this kind.
        MediaError: the media are gone or damaged.
    """
    if cell.kind not in _FACTS:
        raise UnknownMediaError(f"Nothing is measured of a sample's {cell.kind}.")
    return _FACTS[cell.kind](cell)


def sound_of(cell: Cell) -> bytes | Path:
    """A sound's bytes, or the file that holds them.

    Raises:
        UnknownMediaError: the cell holds no sound.
        MediaError: the file is gone or leads out of the data folder.
    """
    if cell.kind != "audio":
        raise UnknownMediaError(f"A sound was asked for, but the modality is of kind {cell.kind}.")
    return media_file(cell.value, cell.folder) if isinstance(cell.value, str) else bytes(cell.value)


def _of_sound(cell: Cell) -> dict[str, Any]:
    seconds, rate = sound_facts(sound_of(cell))
    return {"seconds": seconds, "sample_rate": rate}


def _of_depth(cell: Cell) -> dict[str, Any]:
    depth = read_depth(read_bytes(cell.value, cell.folder))
    return {"lowest": depth.lowest, "highest": depth.highest}


def _of_series(cell: Cell) -> dict[str, Any]:
    values = series_values(cell.value)
    shown = values[:LINES]
    ends = {"lowest": float(shown.min()), "highest": float(shown.max())}
    return {"channels": values.shape[0], "shown": len(shown), "steps": values.shape[1], **ends}


def _of_features(cell: Cell) -> dict[str, Any]:
    values = features_values(cell.value)
    return {"length": values.size, "lowest": float(values.min()), "highest": float(values.max())}


_FACTS: dict[str, Callable[[Cell], dict[str, Any]]] = {
    "audio": _of_sound,
    "depth": _of_depth,
    "frames": lambda cell: {"count": len(frames_of(cell.value))},
    "series": _of_series,
    "features": _of_features,
}
