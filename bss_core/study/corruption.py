"""Damage on purpose: a copy of a data set in which one modality of some training samples tells nothing of its label.

``swap`` gives a sample the media of another training sample with another label; ``noise`` gives it white noise of the
medium's own size (pictures and sounds). The column ``noisy_<modality>`` keeps which samples were changed: the known
truth that a score can be held against. Validation and test samples stay as they are.
"""

import io
import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import soundfile
from PIL import Image

from bss_core import media
from bss_core.config import check_fields, option
from bss_core.errors import ConfigError
from bss_core.manifest import FILE, Info, Manifest, read_manifest, write_manifest

__all__ = ["Corruption", "corrupted_copy"]


@dataclass(frozen=True)
class Corruption:
    """What is damaged."""

    modality: str = option("", "the modality to damage")
    share: float = option(0.2, "share of the training samples", above=0.0, max=1.0)
    how: str = option("swap", "what they get instead", choices=("swap", "noise"))
    seed: int = option(0, "seed of the choice", min=0, max=2**31 - 1)

    def __post_init__(self) -> None:
        check_fields(self)

    @property
    def name(self) -> str:
        """The copy's folder: ``image-swap-0.2``."""
        return f"{self.modality}-{self.how}-{self.share:g}"


def corrupted_copy(source: Path, target: Path, corruption: Corruption) -> Path:
    """Write the damaged copy of the data set in ``source`` to ``target`` (once; the same call gives the same copy).

    Raises:
        ConfigError: a modality that the data set does not have, or noise for one that is neither picture nor sound.
        ManifestError: the data set cannot be used.
    """
    if not (target / FILE).exists():
        manifest = read_manifest(source)
        _check(manifest.info, corruption)
        write_manifest(target, replace(manifest, rows=_damaged(manifest, corruption)))
    return target


def _check(info: Info, corruption: Corruption) -> None:
    name = corruption.modality
    if name not in info.modalities:
        raise ConfigError(f"There is no modality {name!r} to corrupt; {info.name!r} has {', '.join(info.modalities)}.")
    kind = info.modalities[name].kind
    if corruption.how == "noise" and kind not in _NOISE:
        raise ConfigError(f"The modality {name!r} is {kind}, of which there is no noise; use how = 'swap'.")


def _damaged(manifest: Manifest, corruption: Corruption) -> pd.DataFrame:
    rows, name = manifest.rows.copy(), corruption.modality
    generator = np.random.default_rng(corruption.seed)
    train = np.flatnonzero(rows["split"] == "train")
    chosen = np.sort(generator.permutation(train)[: max(1, math.ceil(corruption.share * len(train)))])
    cells = rows[name].to_numpy(dtype=object, copy=True)
    if corruption.how == "swap":
        cells[chosen] = [cells[_stranger(rows, train, row, generator)] for row in chosen]
    else:
        kind, root = manifest.info.modalities[name].kind, manifest.info.folder
        cells[chosen] = [_NOISE[kind](media.read_bytes(cells[row], root), generator) for row in chosen]
    return _within(rows.assign(**{f"noisy_{name}": np.isin(np.arange(len(rows)), chosen)}), name, cells, manifest.info)


def _within(rows: pd.DataFrame, name: str, cells: np.ndarray, info: Info) -> pd.DataFrame:
    """The rows with the new cells; media that were files are taken in, since the copy stands in another folder."""
    rows[name] = cells
    for column, modality in info.modalities.items():
        if modality.kind in ("image", "audio", "video", "depth"):
            rows[column] = [media.read_bytes(cell, info.folder) for cell in rows[column]]
        if modality.kind == "frames":
            frames = map(media.frames_of, rows[column])
            rows[column] = [[media.read_bytes(frame, info.folder) for frame in cell] for cell in frames]
    return rows


def _stranger(rows: pd.DataFrame, train: np.ndarray, row: int, generator: np.random.Generator) -> int:
    labels = rows["label"].to_numpy()
    others = train[labels[train] != labels[row]]
    if not len(others):
        raise ConfigError("All training samples have one label, so none can be given the media of another; use noise.")
    return int(generator.choice(others))


def _noise_picture(content: bytes, generator: np.random.Generator) -> bytes:
    image, file = media.decode_image(content), io.BytesIO()
    Image.fromarray(generator.integers(0, 256, (image.height, image.width, 3), dtype=np.uint8)).save(file, "PNG")
    return file.getvalue()


def _noise_sound(content: bytes, generator: np.random.Generator) -> bytes:
    wave, rate = media.decode_audio(content)
    file = io.BytesIO()
    noise = generator.standard_normal(len(wave)) * 0.2
    soundfile.write(file, np.clip(noise, -1, 1), rate, format="WAV", subtype="PCM_16")
    return file.getvalue()


_NOISE: dict[str, Any] = {"image": _noise_picture, "audio": _noise_sound}
