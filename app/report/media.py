"""A sample's picture and sounds as data URIs for a file that stands alone, within a budget of bytes.

Everything comes through the media store, which looks up run and sample and contains paths in the data set's folder;
a medium that is gone or damaged is left out and said, never an error.
"""

import base64
import io
from collections.abc import Callable
from dataclasses import dataclass

import soundfile

from app.media_pieces import make_piece
from app.media_store import Cell, MediaStore
from app.pictured import TELLING
from bss_core.errors import BSSError
from bss_core.media import decode_audio
from bss_core.runs import Run

__all__ = ["SECONDS", "SIDE", "SOUND_BYTES", "Media", "SampleMedia", "pictured", "sample_media"]

SIDE = 256  # px
SOUND_BYTES = 64 * 1024  # of one sound as it is; a larger one is shortened and coded anew
SECONDS = 10.0  # of a sound that is coded anew
RATE = 16000  # Hz, at most, of a sound that is coded anew
_DRAWN = ("audio", "series", "features")  # kinds whose thumbnail is a line on a transparent ground
_CHUNK = 4096  # libsndfile's Vorbis coder overruns its stack on one long write


@dataclass(frozen=True)
class Media:
    """One medium as a data URI, and what was done to it (empty if nothing)."""

    uri: str
    changed: str = ""


@dataclass(frozen=True)
class SampleMedia:
    """What a report shows of a sample.

    Attributes:
        picture: of the modality that shows most, such as an image, or the waveform of a sound; None without any.
        is_waveform: whether the picture is a waveform, or another line on a transparent ground.
        sounds: modality → sound.
        missing: one sentence for each medium that could not be had.
    """

    picture: Media | None
    is_waveform: bool
    sounds: dict[str, Media]
    missing: tuple[str, ...] = ()


def sample_media(store: MediaStore, run: Run, sample_id: str) -> SampleMedia:
    """The media of one sample, about 100 kB of text at most."""
    missing: list[str] = []
    kinds, shown = run.modalities, pictured(run)

    def had(name: str, make: Callable[[Cell], Media]) -> Media | None:
        try:
            return make(store.cell(store.data_set(run.id), run.id, sample_id, name))
        except BSSError as error:
            missing.append(str(error))
            return None

    picture = had(shown, _picture) if shown else None
    sounds = {name: had(name, _sound) for name, kind in kinds.items() if kind == "audio"}
    found = {name: sound for name, sound in sounds.items() if sound is not None}
    is_waveform = shown is not None and kinds[shown] in _DRAWN
    return SampleMedia(picture, is_waveform, found, tuple(dict.fromkeys(missing)))


def pictured(run: Run) -> str | None:
    """The modality that a sample's picture is made of: the first of the kind that shows most; None without any."""
    return next((name for kind in TELLING for name, found in run.modalities.items() if found == kind), None)


def _uri(content: bytes, media_type: str) -> str:
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"


def _picture(cell: Cell) -> Media:
    piece = make_piece("thumb", cell, SIDE)
    return Media(_uri(piece.content, piece.content_type))


def _sound(cell: Cell) -> Media:
    piece = make_piece("media", cell, 0)
    wave, rate = decode_audio(piece.content)  # what cannot be decoded here is not handed on
    if len(piece.content) <= SOUND_BYTES:
        return Media(_uri(piece.content, piece.content_type))
    whole = wave.size / rate
    if rate > RATE:
        wave, rate = decode_audio(piece.content, RATE)
    file = io.BytesIO()
    with soundfile.SoundFile(file, "w", rate, 1, format="OGG", subtype="VORBIS") as coded:
        kept = wave[: int(SECONDS * rate)]
        for start in range(0, kept.size, _CHUNK):
            coded.write(kept[start : start + _CHUNK])
    shortened = f"the first {SECONDS:g} s of {whole:.1f} s, " if whole > SECONDS else ""
    return Media(_uri(file.getvalue(), "audio/ogg"), f"{shortened}coded anew as Ogg Vorbis at {rate:,} Hz")
