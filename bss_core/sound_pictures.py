"""Pictures of sounds: spectrogram and waveform as PNG, and the waveform's peaks; NumPy only."""

import io

import numpy as np
from PIL import Image

from bss_core.errors import MediaError

__all__ = ["png", "spectrogram_png", "waveform_peaks", "waveform_png"]

RANGE_DB = 80.0  # what lies further below the loudest point is drawn as silence
_WINDOW_SECONDS = 0.025
_AT_ONCE = 512  # windows transformed at a time
_FRAMES_PER_COLUMN = 8  # averaged into one column of a long sound, so that short events between columns still show
_COLOURS = np.array(  # dark → bright with even steps of lightness: nine points of matplotlib's magma (CC0)
    [
        (0, 0, 4),
        (28, 16, 68),
        (79, 18, 123),
        (129, 37, 129),
        (181, 54, 122),
        (229, 80, 100),
        (251, 135, 97),
        (254, 194, 135),
        (252, 253, 191),
    ],
    dtype=np.float64,
)


def _checked(wave: np.ndarray, width: int, height: int = 1) -> np.ndarray:
    wave = np.asarray(wave)
    wave = wave if wave.dtype == np.float32 else wave.astype(np.float64)  # a long sound is not copied
    if wave.ndim != 1 or not wave.size or not np.isfinite(wave).all():
        raise MediaError(f"A sound's picture needs a finite waveform of shape (samples,); found shape {wave.shape}.")
    if not (1 <= width <= 4096 and 1 <= height <= 4096):
        raise MediaError(f"A picture of {width} × {height} was asked for; sides run from 1 to 4096.")
    return wave


def waveform_peaks(wave: np.ndarray, bins: int) -> np.ndarray:
    """The lowest and highest sample of each of ``bins`` equal stretches of time.

    Args:
        wave: ``(samples,)``.
        bins: 1 … 4096; may exceed the number of samples.

    Returns:
        Float32 ``(bins, 2)``: minimum and maximum.

    Raises:
        MediaError: an empty or non-finite waveform, or ``bins`` out of range.
    """
    wave = _checked(wave, bins)
    starts = np.arange(bins) * wave.size // bins
    return np.stack([np.minimum.reduceat(wave, starts), np.maximum.reduceat(wave, starts)], axis=1).astype(np.float32)


def waveform_png(
    wave: np.ndarray, width: int = 640, height: int = 96, colour: tuple[int, int, int] = (107, 138, 181)
) -> bytes:
    """The waveform as a PNG on a transparent ground, scaled to its loudest sample; raises as :func:`waveform_peaks`."""
    peaks = waveform_peaks(_checked(wave, width, height), width)
    peaks = peaks / max(float(np.abs(peaks).max()), 1e-9)
    rows = (1.0 - peaks) / 2.0 * (height - 1)  # row 0 is the top: column 0 of peaks (minimum) gives the lower end
    row = np.arange(height)[:, None]
    inside = (row >= np.floor(rows[:, 1])) & (row <= np.ceil(rows[:, 0]))
    pixels = np.zeros((height, width, 4), dtype=np.uint8)
    pixels[inside] = (*colour, 255)
    return png(pixels)


def spectrogram_png(wave: np.ndarray, rate: int, width: int = 640, height: int = 160) -> bytes:
    """The spectrogram as a PNG: time from left to right, 0 Hz at the bottom, ``rate / 2`` at the top, linear.

    Power in dB below the loudest point, over ``RANGE_DB``, bright is loud; Hann windows of at least 25 ms.

    Raises:
        MediaError: an empty or non-finite waveform, or a rate or side out of range.
    """
    wave = _checked(wave, width, height)
    if not 1 <= rate <= 768_000:
        raise MediaError(f"A rate of {rate} Hz was found; rates run from 1 to 768000 Hz.")
    loudness = Image.fromarray(_decibels(wave, rate, width).T[::-1].astype(np.float32))
    # Pillow's bilinear filter averages over everything it shrinks, so no frame is dropped, and enlarges smoothly.
    loudness = np.asarray(loudness.resize((width, height), Image.Resampling.BILINEAR), dtype=np.float64)
    positions = np.clip(1.0 + loudness / RANGE_DB, 0.0, 1.0) * (len(_COLOURS) - 1)
    bands = [np.interp(positions, np.arange(len(_COLOURS)), _COLOURS[:, band]) for band in range(3)]
    return png(np.rint(np.stack(bands, axis=-1)).astype(np.uint8))


def _decibels(wave: np.ndarray, rate: int, width: int) -> np.ndarray:
    """``(frames, frequencies)`` dB relative to the loudest cell, all −``RANGE_DB`` for silence."""
    size = 2 ** max(4, int(np.ceil(np.log2(rate * _WINDOW_SECONDS))))
    frames = int(np.clip(2 * wave.size // size, width, _FRAMES_PER_COLUMN * width))
    centres = ((np.arange(frames) + 0.5) * wave.size / frames).astype(np.int64)
    power = np.concatenate([_power(wave, centres[at : at + _AT_ONCE], size) for at in range(0, frames, _AT_ONCE)])
    loudest = power.max()
    if loudest <= 0.0:
        return np.full(power.shape, -RANGE_DB)
    return np.maximum(10.0 * np.log10(np.maximum(power / loudest, 1e-30)), -RANGE_DB)


def _power(wave: np.ndarray, centres: np.ndarray, size: int) -> np.ndarray:
    """Power of the windows around ``centres``, silence beyond the ends; float32 ``(centres, size // 2 + 1)``."""
    first, last = int(centres[0]) - size // 2, int(centres[-1]) + size
    piece = np.pad(wave[max(first, 0) : last], (max(-first, 0), max(last - wave.size, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(piece, size)[centres - size // 2 - first]
    return (np.abs(np.fft.rfft(windows * np.hanning(size), axis=1)) ** 2).astype(np.float32)


def png(pixels: np.ndarray) -> bytes:
    """Pixels ``(height, width, 3 or 4)`` uint8 as a PNG file."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()
