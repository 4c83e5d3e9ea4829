"""Sound files (ogg, wav, flac, mp3) → waveforms, block by block; a stranger's file gives a MediaError at most."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr

from bss_core.errors import MediaError
from bss_core.media_files import content_type, head

__all__ = ["decode_audio", "sound_facts"]

MAX_SAMPLES = 2**27  # in each channel, 512 MiB as float32: 46 minutes at 48 kHz
MAX_CHANNELS = 16
_BLOCK = 2**18  # samples of each channel decoded at a time, so that many channels take no more memory than one
_SOUNDS = ("audio/ogg", "audio/wav", "audio/flac", "audio/mpeg")
_DAMAGE = (OSError, ValueError, TypeError, EOFError, OverflowError)


def decode_audio(content: bytes | Path, sample_rate: int | None = None) -> tuple[np.ndarray, int]:
    """The sound as a mono waveform and its rate; of a file cut short, the part that is still there.

    Args:
        content: an ogg, wav, flac or mp3 file, or where it lies; then it is not read whole.
        sample_rate: in Hz, to resample to; ``None`` keeps the file's.

    Returns:
        Float32 ``(samples,)``, nominally within ±1, the mean over channels; and the rate in Hz.

    Raises:
        MediaError: not a sound, damaged, empty, not finite, longer than ``MAX_SAMPLES`` or of more than
            ``MAX_CHANNELS``.
    """
    if sample_rate is not None and not 1 <= sample_rate <= 768_000:
        raise MediaError(f"A sample rate of {sample_rate} Hz was asked for; rates run from 1 to 768000 Hz.")
    wave, rate = _read_sound(content, _samples)
    if not wave.size or not np.isfinite(wave).all():
        raise MediaError(f"The sound {'is not finite' if wave.size else 'has no samples'}.")
    wave = wave if sample_rate in (None, rate) else soxr.resample(wave, rate, sample_rate)
    return np.ascontiguousarray(wave, dtype=np.float32), sample_rate or rate


def sound_facts(content: bytes | Path) -> tuple[float, int]:
    """A sound's length in s and its rate in Hz, read from its header: at once, however long it is.

    Raises:
        MediaError: as :func:`decode_audio`, as far as the header tells.
    """
    frames, rate = _read_sound(content, lambda file: (file.frames, file.samplerate))
    return frames / rate, rate


def _read_sound(content: bytes | Path, read: Callable[[soundfile.SoundFile], Any]) -> Any:
    kind = content_type(content if isinstance(content, bytes) else head(content))
    if kind not in _SOUNDS:
        raise MediaError(f"The media is {kind}, not a sound.")
    try:
        with soundfile.SoundFile(io.BytesIO(content) if isinstance(content, bytes) else content) as file:
            if file.frames > MAX_SAMPLES or file.channels > MAX_CHANNELS:
                raise MediaError(
                    f"The sound has {file.frames} × {file.channels} samples; at most {MAX_SAMPLES} × {MAX_CHANNELS} "
                    "are decoded."
                )
            return read(file)
    except soundfile.LibsndfileError as error:
        raise MediaError(f"The sound ({kind}) is damaged: {error.error_string}") from None
    except _DAMAGE as error:
        raise MediaError(f"The sound ({kind}) is damaged: {error}.") from None


def _samples(file: soundfile.SoundFile) -> tuple[np.ndarray, int]:
    wave, filled = np.empty(file.frames, dtype=np.float32), 0
    while filled < wave.size:
        block = file.read(_BLOCK, dtype="float32", always_2d=True)[: wave.size - filled]
        if not len(block):
            break
        wave[filled : filled + len(block)] = block.mean(axis=1)
        filled += len(block)
    return wave[:filled], file.samplerate
