"""Frames and videos as one still picture: the middle frame; for a video, which is not decoded here, a drawn sign."""

import io
from typing import Any

from PIL import Image, ImageDraw

from bss_core.errors import MediaError
from bss_core.media_files import frames_of

__all__ = ["frame_of", "video_sign"]

_INK = (128, 140, 155, 255)  # shows on light and dark grounds


def frame_of(cell: Any, index: int | None = None) -> Any:
    """One frame (bytes or a path), counted from 0; without an index the middle one, ``count // 2``.

    Raises:
        MediaError: as :func:`bss_core.media_files.frames_of`, or an index beyond the last frame.
    """
    frames = frames_of(cell)
    index = len(frames) // 2 if index is None else index
    if not 0 <= index < len(frames):
        raise MediaError(f"Frame {index} was asked for; the frames run from 0 to {len(frames) - 1}.")
    return frames[index]


def video_sign(side: int) -> bytes:
    """A film frame with a triangle, as a PNG of ``side`` × ``side`` pixels (1 … 2048) on a transparent ground."""
    if not 1 <= side <= 2048:
        raise MediaError(f"A picture of {side} pixels was asked for; sides run from 1 to 2048.")
    image = Image.new("RGBA", (256, 256), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((36, 60, 220, 196), radius=14, outline=_INK, width=10)
    draw.polygon([(108, 96), (108, 160), (160, 128)], fill=_INK)
    for x in range(60, 210, 38):
        draw.rectangle((x, 74, x + 14, 82), fill=_INK)
        draw.rectangle((x, 174, x + 14, 182), fill=_INK)
    file = io.BytesIO()
    image.resize((side, side), Image.Resampling.LANCZOS).save(file, "PNG")
    return file.getvalue()
