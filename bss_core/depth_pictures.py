"""Depth pictures: a grey picture whose values are distances → false colours to look at, greys to train on.

Colours are those of matplotlib's cividis (CC0): even steps of lightness that people with any colour vision see alike,
bright for near. In a 16-bit picture 0 means that the camera had no reading there, as Kinect, RealSense and the data
sets made with them have it; an 8-bit picture is taken as drawn, 0 being the nearest.
"""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from bss_core.errors import MediaError
from bss_core.media import decode_grey, webp

__all__ = ["COLOURS", "Depth", "depth_image", "depth_thumbnail", "read_depth"]

COLOURS = (  # near → far: nine points of cividis from its bright end
    (254, 232, 56),
    (222, 201, 88),
    (188, 174, 108),
    (155, 148, 118),
    (125, 124, 120),
    (97, 101, 111),
    (67, 78, 108),
    (26, 56, 111),
    (0, 34, 78),
)


@dataclass(frozen=True)
class Depth:
    """One depth picture.

    Attributes:
        values: ``(height, width)`` int64, the file's own numbers.
        is_known: ``(height, width)`` bool, where the camera had a reading.
        lowest, highest: of the known values, in the file's own unit; both 0 if there is none.
    """

    values: np.ndarray
    is_known: np.ndarray
    lowest: int
    highest: int

    def share(self) -> np.ndarray:
        """``(height, width)`` in 0 … 1 from the lowest to the highest known value; 1 where there is none."""
        reach = max(self.highest - self.lowest, 1)
        return np.where(self.is_known, (self.values - self.lowest) / reach, 1.0).clip(0.0, 1.0)


def read_depth(content: bytes) -> Depth:
    """Decode a grey picture of 8 or 16 bits.

    Raises:
        MediaError: as :func:`bss_core.media.decode_grey`.
    """
    values, bits = decode_grey(content)
    is_known = values > 0 if bits == 16 else np.ones(values.shape, dtype=bool)
    known = values[is_known]
    return Depth(values, is_known, *((int(known.min()), int(known.max())) if known.size else (0, 0)))


def depth_image(depth: Depth) -> Image.Image:
    """Grey (RGB) to train on: near is bright and far dark, black where there is no reading; distances are relative."""
    return Image.fromarray(np.rint((1.0 - depth.share()) * 255.0).astype(np.uint8)).convert("RGB")


def depth_thumbnail(depth: Depth, side: int) -> bytes:
    """A WebP picture in false colours that fits ``side`` × ``side`` pixels; transparent where there is no reading.

    Raises:
        MediaError: a side outside 1 … 2048.
    """
    if not 1 <= side <= 2048:
        raise MediaError(f"A thumbnail of {side} pixels was asked for; sides run from 1 to 2048.")
    positions = np.rint(depth.share() * 255.0).astype(np.uint8)
    pixels = np.dstack([_table()[positions], np.where(depth.is_known, 255, 0).astype(np.uint8)])
    image = Image.fromarray(pixels)
    image.thumbnail((side, side), Image.Resampling.BOX)
    return webp(image, lossless=True)


def _table() -> np.ndarray:
    """``(256, 3)`` uint8: the colours from near to far."""
    points = np.array(COLOURS, dtype=np.float64)
    places = np.linspace(0.0, len(points) - 1.0, 256)
    bands = [np.interp(places, np.arange(len(points)), points[:, band]) for band in range(3)]
    return np.rint(np.stack(bands, axis=-1)).astype(np.uint8)
