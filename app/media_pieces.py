"""What the browser is sent for a cell: the original, a thumbnail, a spectrogram, a waveform, or what it measures."""

import hashlib
import json
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from app.byte_cache import Piece
from app.media_facts import facts_of, sound_of
from app.media_store import Cell, UnknownMediaError
from bss_core.depth_pictures import depth_thumbnail, read_depth
from bss_core.errors import MediaError
from bss_core.media import (
    content_type,
    decode_audio,
    head,
    media_file,
    read_bytes,
    read_text,
    spectrogram_png,
    thumbnail,
    waveform_png,
)
from bss_core.moving_pictures import frame_of, video_sign
from bss_core.series_pictures import features_png, features_values, series_png, series_values

__all__ = ["FILES", "PIECES", "file_of", "make_piece"]

WIDTH = 960  # px of the pictures of a sound or of numbers; the browser scales them
SPECTROGRAM_HEIGHT = 192
WAVEFORM_HEIGHT = 96
FILES = {"image": "image/", "audio": "audio/", "video": "video/", "frames": "image/", "depth": "image/"}
_AT_ONCE = threading.Semaphore(2)  # sounds decoded for their picture: half an hour of one takes 300 MB


def make_piece(kind: str, cell: Cell, side: int, index: int | None = None) -> Piece:
    """Make one of :data:`PIECES`.

    Args:
        kind: of the piece.
        cell: the sample's entry.
        side: in px, of a thumbnail.
        index: which of a cell's frames, from 0; by default the middle one.

    Raises:
        MediaError: the media are gone, damaged, or not of the kind asked for.
    """
    if cell.kind == "frames" and kind != "facts":
        cell = replace(cell, kind="image", value=frame_of(cell.value, index))
    content, media_type = PIECES[kind](cell, side)
    return Piece(content, media_type, f'"{hashlib.sha256(content).hexdigest()[:32]}"')


def file_of(cell: Cell, index: int | None = None) -> tuple[Path, str]:
    """The file that a cell of one of :data:`FILES` names by its path, and its media type.

    Raises:
        MediaError: it is gone, leads out of the data folder, or is not of the kind.
    """
    path = media_file(frame_of(cell.value, index) if cell.kind == "frames" else cell.value, cell.folder)
    return path, _fitting(content_type(head(path)), cell.kind)


def _fitting(found: str, kind: str) -> str:
    if not found.startswith(FILES[kind]):
        raise MediaError(f"The media is {found}; for a modality of kind {kind}, {FILES[kind]}… was expected.")
    return found


def _original(cell: Cell, side: int) -> tuple[bytes, str]:
    if cell.kind == "text":
        return read_text(cell.value).encode(), "text/plain; charset=utf-8"
    if cell.kind in ("features", "series"):
        values = features_values(cell.value) if cell.kind == "features" else series_values(cell.value)
        return json.dumps(values.tolist()).encode(), "application/json"
    content = read_bytes(cell.value, cell.folder)
    return content, _fitting(content_type(content), cell.kind)


def _thumb(cell: Cell, side: int) -> tuple[bytes, str]:
    if cell.kind not in _THUMBS:
        raise UnknownMediaError(f"A sample's {cell.kind} has no thumbnail.")
    return _THUMBS[cell.kind](cell, side)


def _flat(side: int) -> int:
    """The height of a wide picture."""
    return max(side * 5 // 8, 1)


def _thumb_of_sound(cell: Cell, side: int) -> tuple[bytes, str]:
    with _AT_ONCE:
        return waveform_png(decode_audio(sound_of(cell))[0], width=side, height=_flat(side)), "image/png"


_THUMBS: dict[str, Callable[[Cell, int], tuple[bytes, str]]] = {
    "image": lambda cell, side: (thumbnail(read_bytes(cell.value, cell.folder), side), "image/webp"),
    "audio": _thumb_of_sound,
    "depth": lambda cell, side: (
        depth_thumbnail(read_depth(read_bytes(cell.value, cell.folder)), side),
        "image/webp",
    ),
    "video": lambda cell, side: (video_sign(side), "image/png"),
    "series": lambda cell, side: (series_png(series_values(cell.value), side, _flat(side)), "image/png"),
    "features": lambda cell, side: (features_png(features_values(cell.value), side, _flat(side)), "image/png"),
}


def _spectrogram(cell: Cell, side: int) -> tuple[bytes, str]:
    with _AT_ONCE:
        return spectrogram_png(*decode_audio(sound_of(cell)), width=WIDTH, height=SPECTROGRAM_HEIGHT), "image/png"


def _waveform(cell: Cell, side: int) -> tuple[bytes, str]:
    with _AT_ONCE:
        return waveform_png(decode_audio(sound_of(cell))[0], width=WIDTH, height=WAVEFORM_HEIGHT), "image/png"


def _facts(cell: Cell, side: int) -> tuple[bytes, str]:
    return json.dumps(facts_of(cell)).encode(), "application/json"


PIECES: dict[str, Callable[[Cell, int], tuple[bytes, str]]] = {
    "media": _original,
    "thumb": _thumb,
    "spectrogram": _spectrogram,
    "waveform": _waveform,
    "facts": _facts,
}
