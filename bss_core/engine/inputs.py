"""One cell of the manifest → one CPU tensor of a fixed shape, by the modality's kind.

========  =====================================================================================  ==================
kind      decoding                                                                               tensor
========  =====================================================================================  ==================
image     shorter side resized, centre crop                                                      uint8 (3, S, S)
frames    the middle frame, as an image                                                          uint8 (3, S, S)
depth     greys from the nearest (bright) to the farthest value, as an image                     uint8 (3, S, S)
audio     resampled to ``sample_rate``, cut or padded with silence to ``seconds``                float32 (L,)
text      open_clip's byte-pair tokens: start, words, end, then zeros                            int64 (77,)
features  a list or array of numbers as it is                                                    float32 (d,)
series    the channels one after the other; all samples need the same number of steps            float32 (c·t,)
========  =====================================================================================  ==================

A video is not decoded: to train on it, bring its frames, its sound or features of it.

Tensors stay as small as decoding leaves them (bytes, not floats; a waveform, not a spectrogram), so that many fit into
memory and augmentation can act on them; :mod:`bss_core.engine.preprocess` does the rest on the device, batched.
"""

import functools
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor

from bss_core import media
from bss_core.config import option
from bss_core.depth_pictures import depth_image, read_depth
from bss_core.errors import ConfigError, MediaError
from bss_core.manifest import Modality
from bss_core.moving_pictures import frame_of
from bss_core.series_pictures import features_values, series_values

__all__ = ["CONTEXT", "InputConfig", "decode", "samples_of", "tokenizer"]

CONTEXT = 77
_LONGEST_TEXT = 1000  # characters read; 77 tokens rarely reach it, and the tokenizer is quadratic in a word's length


@dataclass(frozen=True)
class InputConfig:
    """How media become network inputs; a sound's rate and length belong to the data set (``Modality``)."""

    image_size: int = option(64, "side of the square image", min=16, max=1024, unit="pixels")
    mels: int = option(40, "mel bands of the spectrogram", min=8, max=256)
    window: float = option(64.0, "length of the spectrogram's analysis window", min=5, max=500, unit="ms")
    hop: float = option(32.0, "step between two spectrogram frames", min=2, max=500, unit="ms")
    augment: float = option(0.3, "strength of random shifts and word dropout in training; 0 is none", min=0, max=1)


def samples_of(modality: Modality) -> int:
    """The number of waveform samples of one clip: ``sample_rate`` (Hz) · ``seconds``, at least 1."""
    return max(1, round(modality.sample_rate * modality.seconds))


def decode(cell: Any, modality: Modality, config: InputConfig, root: Path) -> Tensor:
    """Decode one cell; shapes and types stand in the module's table.

    Raises:
        MediaError: the cell is empty, cannot be found or cannot be decoded.
        ConfigError: it is a video, of which no sample can be decoded.
    """
    if cell is None or (isinstance(cell, float) and np.isnan(cell)):
        raise MediaError(f"The {modality.kind} is missing: its cell in the manifest is empty.")
    return _DECODERS[modality.kind](cell, modality, config, root)


def _picture(cell: Any, modality: Modality, config: InputConfig, root: Path) -> Tensor:
    return _fitted(media.decode_image(media.read_bytes(cell, root)), config.image_size)


def _middle_frame(cell: Any, modality: Modality, config: InputConfig, root: Path) -> Tensor:
    return _picture(frame_of(cell), modality, config, root)


def _depth(cell: Any, modality: Modality, config: InputConfig, root: Path) -> Tensor:
    return _fitted(depth_image(read_depth(media.read_bytes(cell, root))), config.image_size)


def _fitted(image: Image.Image, side: int) -> Tensor:
    picture = ImageOps.fit(image, (side, side), Image.Resampling.BICUBIC)
    return torch.from_numpy(np.array(picture)).permute(2, 0, 1).contiguous()


def _audio(cell: Any, modality: Modality, config: InputConfig, root: Path) -> Tensor:
    wave, _ = media.decode_audio(media.read_bytes(cell, root), modality.sample_rate)
    wave = wave[: samples_of(modality)]
    clip = torch.zeros(samples_of(modality))
    clip[: len(wave)] = torch.from_numpy(np.ascontiguousarray(wave, dtype=np.float32))
    return clip


def _text(cell: Any, modality: Modality, config: InputConfig, root: Path) -> Tensor:
    return tokenizer()([media.read_text(cell)[:_LONGEST_TEXT]], context_length=CONTEXT)[0]


def _features(cell: Any, modality: Modality, config: InputConfig, root: Path) -> Tensor:
    return _floats(features_values(cell))


def _series(cell: Any, modality: Modality, config: InputConfig, root: Path) -> Tensor:
    return _floats(series_values(cell).ravel())


def _floats(values: np.ndarray) -> Tensor:
    if np.abs(values).max() > np.finfo(np.float32).max:
        raise MediaError("The numbers must be finite; one is beyond what float32 holds.")
    return torch.from_numpy(values.astype(np.float32))


def _video(cell: Any, modality: Modality, config: InputConfig, root: Path) -> Tensor:
    raise ConfigError(
        "A video is shown but cannot be trained on, as nothing here decodes it; bring its frames, its sound or "
        "features of it as a modality instead."
    )


_DECODERS: dict[str, Callable[[Any, Modality, InputConfig, Path], Tensor]] = {
    "image": _picture,
    "frames": _middle_frame,
    "depth": _depth,
    "audio": _audio,
    "text": _text,
    "features": _features,
    "series": _series,
    "video": _video,
}


@functools.cache
def tokenizer() -> Callable[..., Tensor]:
    """open_clip's ``tokenize(texts, context_length)``; offline, its vocabulary comes with the package.

    The module is loaded from its file: importing the whole package takes seconds, which every loader process would pay.
    """
    package = importlib.util.find_spec("open_clip")
    path = Path(package.origin).with_name("tokenizer.py")
    spec = importlib.util.spec_from_file_location("bss_core.engine._open_clip_tokenizer", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.tokenize
