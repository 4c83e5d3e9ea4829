"""Spoken and written digits: 3,000 recordings, each paired with a picture of the same digit, with a dial for imbalance.

Content: ``image`` (28 px PNG, MNIST), ``audio`` (8 kHz WAV, Free Spoken Digit Dataset, six speakers); ten classes of
300. Left as they are, both are nearly solved, so the dial makes them as hard as wanted: pictures are cut to their
``image_components`` strongest principal components (of the training pictures; 0 leaves them whole), and in a random
``noisy_share`` of the samples, drawn for each modality on its own and in every split, white noise is added:
``image_noise`` in units of the full range of grey values, ``audio_noise`` in units of the recording's own effective
value (RMS). The columns ``noisy_image`` and ``noisy_audio`` keep which samples those are: the known truth that a
balance score can be held against. ``speaker`` names the voice. The same options and ``seed`` give the same data.
Good for: controlled comparisons, since the truth is known. When not: as evidence for natural data.
Splits: 2,100 / 300 / 600 by the number of the recording (test 0–9, validation 10–14, train 15–49 of each speaker and
digit); every recording and every picture occurs once, so none is in two splits. All speakers are in all splits.
Raw folder: ``av_digits.npz`` (arrays ``mnist`` (n, 28, 28) uint8 and ``mnist_y``) and ``recordings/`` of the spoken
digits (``7_theo_23.wav``: digit, speaker, number).
Licence: recordings CC BY-SA 4.0 (Free Spoken Digit Dataset), pictures CC BY-SA 3.0 (MNIST); not bundled.
Source: https://github.com/Jakobovski/free-spoken-digit-dataset; Y. LeCun et al., MNIST.
"""

import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import soundfile
from PIL import Image

from bss_core.config import check_fields, option
from bss_core.errors import ManifestError, MediaError
from bss_core.manifest import Info, Manifest, Modality
from bss_core.media import decode_audio

__all__ = ["prepare"]

CLASSES = tuple(str(digit) for digit in range(10))
SAMPLE_RATE = 8000
SECONDS = 0.7  # 95 % of the recordings are shorter
ABOUT = (
    "Spoken digits (Free Spoken Digit Dataset, CC BY-SA 4.0) paired with written ones (MNIST, CC BY-SA 3.0); "
    "{components}, noise of {image:g} in pictures and {audio:g} in recordings, each in {share:.0%} of the samples."
)
_NAME = re.compile(r"(\d)_([a-z]+)_(\d+)")
_ARCHIVE = "av_digits.npz"


@dataclass(frozen=True)
class Dial:
    """How hard each modality is made."""

    image_components: int = option(0, "principal components kept of a picture; 0 keeps all", min=0, max=784)
    audio_noise: float = option(10.0, "noise in recordings", min=0.0, max=100.0, unit="RMS of the recording")
    image_noise: float = option(2.0, "noise in pictures", min=0.0, max=100.0, unit="range of grey values")
    noisy_share: float = option(0.4, "share of the samples with noise, in each modality", min=0.0, max=1.0)
    seed: int = option(0, "seed of the pairing and of the noise", min=0, max=2**31 - 1)

    def __post_init__(self) -> None:
        check_fields(self)


def prepare(
    root: Path,
    image_components: int = Dial.image_components,
    audio_noise: float = Dial.audio_noise,
    image_noise: float = Dial.image_noise,
    noisy_share: float = Dial.noisy_share,
    seed: int = Dial.seed,
) -> Manifest:
    """The digits as a manifest with the media inside.

    Args:
        root: the raw folder.
        image_components, audio_noise, image_noise, noisy_share, seed: the dial; see the module's text.

    Raises:
        ConfigError: an option that is out of range.
        ManifestError: a missing or unusable file; says what was expected.
    """
    dial = Dial(image_components, audio_noise, image_noise, noisy_share, seed)
    rows = _recordings(Path(root))
    # one generator per purpose: turning one knob leaves what the others draw as it is
    pairing, noise, chosen = (np.random.default_rng([dial.seed, purpose]) for purpose in range(3))
    pictures = _pictures(Path(root), rows, pairing)
    noisy = {name: chosen.random(len(rows)) < dial.noisy_share for name in ("image", "audio")}
    is_train = (rows["split"] == "train").to_numpy()
    grey = _noisy_pictures(_cut(pictures, is_train, dial.image_components), noisy["image"], dial.image_noise, noise)
    rows["image"] = [_png(picture) for picture in grey]
    rows["audio"] = [
        _wav(_noisy_wave(path, strength, noise))
        for path, strength in zip(rows.pop("path"), noisy["audio"] * dial.audio_noise, strict=True)
    ]
    rows = rows.assign(noisy_image=noisy["image"], noisy_audio=noisy["audio"])
    modalities = {"image": Modality("image"), "audio": Modality("audio", SAMPLE_RATE, SECONDS)}
    return Manifest(Info("av_digits", CLASSES, modalities, about=_about(dial)), rows)


def _about(dial: Dial) -> str:
    kept = f"pictures cut to {dial.image_components} components" if dial.image_components else "whole pictures"
    return ABOUT.format(components=kept, image=dial.image_noise, audio=dial.audio_noise, share=dial.noisy_share)


def _recordings(root: Path) -> pd.DataFrame:
    """One row per recording, by name: sample_id, split, label, speaker, path."""
    folder = root / "recordings"
    paths = sorted(folder.glob("*.wav"))
    if not paths:
        fault = "holds no recordings" if folder.is_dir() else "does not exist"
        raise ManifestError(f"{folder} {fault}; files like 7_theo_23.wav were expected there.")
    rows = []
    for path in paths:
        found = _NAME.fullmatch(path.stem)
        if not found:
            raise ManifestError(f"{path} is not named like a spoken digit; 7_theo_23.wav was expected, say.")
        split = _split(int(found[3]))
        rows.append((path.stem, split, int(found[1]), found[2], path))
    return pd.DataFrame(rows, columns=["sample_id", "split", "label", "speaker", "path"])


def _split(number: int) -> str:
    return "test" if number < 10 else "validation" if number < 15 else "train"


def _pictures(root: Path, rows: pd.DataFrame, generator: np.random.Generator) -> np.ndarray:
    """(n, 28, 28) in [0, 1]: for each row another picture of its digit."""
    images, digits = _archive(root / _ARCHIVE)
    chosen = np.empty(len(rows), dtype=np.intp)
    for digit, places in rows.groupby("label").indices.items():
        known = np.flatnonzero(digits == digit)
        if len(known) < len(places):
            raise ManifestError(
                f"{_ARCHIVE} has {len(known)} pictures of {digit}, but there are {len(places)} recordings."
            )
        chosen[places] = generator.choice(known, len(places), replace=False)
    return images[chosen].astype(np.float32) / 255


def _archive(path: Path) -> tuple[np.ndarray, np.ndarray]:
    if not path.is_file():
        raise ManifestError(f"{path} does not exist; an archive with the arrays mnist and mnist_y was expected.")
    try:
        with np.load(path, allow_pickle=False) as archive:
            images, digits = archive["mnist"], archive["mnist_y"]
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise ManifestError(f"{path} is not an archive with the arrays mnist and mnist_y: {error}") from None
    if images.dtype != np.uint8 or images.shape != (len(digits), 28, 28):
        raise ManifestError(
            f"{path} holds mnist as {images.dtype} {images.shape}; uint8 ({len(digits)}, 28, 28) was expected."
        )
    return images, digits


def _cut(pictures: np.ndarray, is_train: np.ndarray, components: int) -> np.ndarray:
    """The pictures as the mean training picture and its strongest principal components tell them."""
    if not components:
        return pictures
    flat = pictures.reshape(len(pictures), -1)
    mean = flat[is_train].mean(axis=0)
    axes = np.linalg.eigh(np.cov(flat[is_train].T, ddof=0))[1][:, ::-1][:, :components].astype(np.float32)
    return ((flat - mean) @ axes @ axes.T + mean).reshape(pictures.shape)


def _noisy_pictures(
    pictures: np.ndarray, noisy: np.ndarray, strength: float, generator: np.random.Generator
) -> np.ndarray:
    drawn = generator.standard_normal(pictures.shape, dtype=np.float32)
    return np.clip(pictures + drawn * strength * noisy[:, None, None], 0, 1)


def _noisy_wave(path: Path, strength: float, generator: np.random.Generator) -> np.ndarray:
    """The recording with noise over its whole length; loudness is not kept where it would clip."""
    try:
        wave, _ = decode_audio(path.read_bytes(), SAMPLE_RATE)
    except MediaError as error:
        raise ManifestError(f"The recording {path} cannot be used: {error}") from None
    wave = wave + generator.standard_normal(len(wave)) * strength * np.sqrt(np.mean(np.square(wave)))
    return wave / max(1.0, float(np.abs(wave).max()))


def _png(picture: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.round(picture * 255).astype(np.uint8)).save(file, "PNG")
    return file.getvalue()


def _wav(wave: np.ndarray) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, wave, SAMPLE_RATE, format="WAV", subtype="PCM_16")
    return file.getvalue()
