"""What the browser is sent for a cell: the original, a thumbnail, a spectrogram, a waveform, or a sound's length."""

import hashlib
import json
from collections.abc import Callable

from app.byte_cache import Piece
from app.media_store import Cell, UnknownMediaError
from bss_core.media import content_type, decode_audio, read_bytes, read_text, spectrogram_png, thumbnail, waveform_png

__all__ = ["PIECES", "make_piece"]

WIDTH = 960  # px of the pictures of a sound; the browser scales them
SPECTROGRAM_HEIGHT = 192
WAVEFORM_HEIGHT = 96


def make_piece(kind: str, cell: Cell, side: int) -> Piece:
    """Make one of :data:`PIECES`; ``side`` in px counts for thumbnails only.

    Raises:
        MediaError: the media are gone, damaged, or not of the kind asked for.
    """
    content, media_type = PIECES[kind](cell, side)
    return Piece(content, media_type, f'"{hashlib.sha256(content).hexdigest()[:32]}"')


def _original(cell: Cell, side: int) -> tuple[bytes, str]:
    if cell.kind == "text":
        return read_text(cell.value).encode(), "text/plain; charset=utf-8"
    content = read_bytes(cell.value, cell.folder)
    return content, content_type(content)


def _thumb(cell: Cell, side: int) -> tuple[bytes, str]:
    if cell.kind == "audio":
        wave, _ = decode_audio(_sound(cell))
        return waveform_png(wave, width=side, height=max(side * 5 // 8, 1)), "image/png"
    if cell.kind != "image":
        raise UnknownMediaError(f"A sample's {cell.kind} has no thumbnail.")
    return thumbnail(read_bytes(cell.value, cell.folder), side), "image/webp"


def _spectrogram(cell: Cell, side: int) -> tuple[bytes, str]:
    return spectrogram_png(*decode_audio(_sound(cell)), width=WIDTH, height=SPECTROGRAM_HEIGHT), "image/png"


def _waveform(cell: Cell, side: int) -> tuple[bytes, str]:
    return waveform_png(decode_audio(_sound(cell))[0], width=WIDTH, height=WAVEFORM_HEIGHT), "image/png"


def _facts(cell: Cell, side: int) -> tuple[bytes, str]:
    wave, rate = decode_audio(_sound(cell))
    return json.dumps({"seconds": wave.size / rate, "sample_rate": rate}).encode(), "application/json"


def _sound(cell: Cell) -> bytes:
    if cell.kind != "audio":
        raise UnknownMediaError(f"A sound was asked for, but the modality is of kind {cell.kind}.")
    return read_bytes(cell.value, cell.folder)


PIECES: dict[str, Callable[[Cell, int], tuple[bytes, str]]] = {
    "media": _original,
    "thumb": _thumb,
    "spectrogram": _spectrogram,
    "waveform": _waveform,
    "sound": _facts,
}
