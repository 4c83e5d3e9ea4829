"""A small data set with every kind of modality, its files made here: paths beside the manifest or bytes within it."""

import io
from pathlib import Path

import numpy as np
import pandas as pd
import soundfile
from PIL import Image, ImageDraw

from bss_core.manifest import Info, Manifest, Modality

SAMPLES = 4
FRAMES = 15
# The first bytes of real files: what a container is known by. They hold no film.
MP4 = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + b"\x00" * 40
_EBML = bytes.fromhex("1a45dfa3 a3 428681 01 42f781 01 42f281 04 42f381 08 4282")
WEBM = _EBML + b"\x84webm" + b"\x00" * 40
MKV = _EBML + b"\x88matroska" + b"\x00" * 40
KINDS = {
    "photo": Modality("image"),
    "voice": Modality("audio", 8000, 0.5),
    "words": Modality("text"),
    "vector": Modality("features"),
    "gesture": Modality("frames"),
    "clip": Modality("video"),
    "range": Modality("depth"),
    "pulse": Modality("series"),
}


def png(pixels: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def picture(number: int) -> bytes:
    """A disc on a ground whose colour tells the number."""
    image = Image.new("RGB", (48, 36), (40 * number % 256, 120, 200 - 30 * number % 200))
    ImageDraw.Draw(image).ellipse((14, 8, 34, 28), fill="white")
    return png(np.asarray(image))


def frame(number: int, index: int) -> bytes:
    """A square that moves from left to right with the index."""
    pixels = np.full((36, 64, 3), (30, 40, 60 + 40 * number), dtype=np.uint8)
    left = index * (64 - 12) // (FRAMES - 1)
    pixels[12:24, left : left + 12] = (250, 220, 40)
    return png(pixels)


def depth(number: int) -> bytes:
    """A slope from 800 at the left to 2900 at the right, a nearer disc, and a corner without a reading (0), 16 bits."""
    y, x = np.mgrid[0:36, 0:64]
    values = 800 + x * 2100 // 63
    values[(x - 32) ** 2 + (y - 18) ** 2 < 80] = 1000 + number
    values[:6, -10:] = 0
    return png(values.astype(np.uint16))


def sound(number: int, seconds: float = 0.5, rate: int = 8000) -> bytes:
    time = np.arange(int(rate * seconds)) / rate
    file = io.BytesIO()
    soundfile.write(file, 0.4 * np.sin(2 * np.pi * (300 + 200 * number) * time), rate, format="WAV", subtype="PCM_16")
    return file.getvalue()


def series(number: int) -> list[list[float]]:
    """Three channels of 120 steps from −1 to 2."""
    steps = np.arange(120)
    rows = [np.sin(steps / (5 + number)), 0.5 * np.cos(steps / 9), 3 * steps / 119 - 1]
    return [row.tolist() for row in rows]


def vector(number: int) -> list[float]:
    return (np.arange(32) % 7 - 2.5 + number).tolist()


def long_text(number: int) -> str:
    return f"Sample {number}: <b>not bold</b> & 'quoted'. " + "A long description goes on. " * 60


def everything(folder: Path, film: bytes = WEBM) -> Manifest:
    """The data set with its files under ``folder``."""
    rows = []
    for number in range(SAMPLES):
        files = {"photo": picture(number), "voice": sound(number), "clip": film, "range": depth(number)}
        for name, content in files.items():
            _write(folder / name / str(number), content)
        frames = [f"gesture/{number}/{index}" for index in range(FRAMES)]
        for index, name in enumerate(frames):
            _write(folder / name, frame(number, index))
        row = {"sample_id": f"s{number}", "split": "train", "label": number % 2}
        row |= {name: f"{name}/{number}" for name in files} | {"gesture": frames}
        rows.append(row | {"words": long_text(number), "vector": vector(number), "pulse": series(number)})
    return Manifest(Info("everything", ("left", "right"), KINDS), pd.DataFrame(rows))


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
