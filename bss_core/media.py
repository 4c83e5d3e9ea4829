"""Media: a manifest's cell → bytes → picture, waveform or text; without torch, so that the app may use it.

Everything here may meet a stranger's file: sizes are checked before anything is decoded, and every failure is a
:class:`MediaError`. Where the bytes come from stands in :mod:`bss_core.media_files`.
"""

import io
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from bss_core.errors import MediaError
from bss_core.media_files import content_type, frames_of, head, media_file, read_bytes
from bss_core.sound_files import decode_audio, sound_facts
from bss_core.sound_pictures import spectrogram_png, waveform_peaks, waveform_png

__all__ = [
    "content_type",
    "decode_audio",
    "decode_grey",
    "decode_image",
    "frames_of",
    "head",
    "media_file",
    "read_bytes",
    "read_text",
    "sound_facts",
    "spectrogram_png",
    "thumbnail",
    "waveform_peaks",
    "waveform_png",
    "webp",
]

MAX_PIXELS = 2**26  # 8192 × 8192: a picture beyond it is no training sample but a decompression bomb
_FORMATS = {"image/webp": "WEBP", "image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF"}
_DAMAGE = (
    OSError,  # includes PIL.UnidentifiedImageError
    SyntaxError,  # Pillow's word for a broken PNG chunk or EXIF block
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    EOFError,
    OverflowError,
    struct.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,  # an exception where warnings are errors
)


def read_text(cell: Any) -> str:
    """The text of one cell; bytes are read as UTF-8.

    Raises:
        MediaError: neither text nor UTF-8 bytes.
    """
    if isinstance(cell, str):
        return cell
    try:
        return bytes(cell).decode() if isinstance(cell, bytes | bytearray | memoryview) else _not_text(cell)
    except UnicodeDecodeError:
        raise MediaError("A text cell holds bytes that are not UTF-8.") from None


def _not_text(cell: Any) -> str:
    raise MediaError(f"A text cell must hold text; this one holds {type(cell).__name__}.")


def decode_image(content: bytes) -> Image.Image:
    """The picture in RGB, upright (EXIF), any transparency on white; of an animation the first frame.

    Raises:
        MediaError: not a picture, damaged, or larger than ``MAX_PIXELS``.
    """
    image = _opened(content)
    if image.mode != "RGBA":
        return image
    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")


def decode_grey(content: bytes) -> tuple[np.ndarray, int]:
    """A grey picture's own values, upright.

    Returns:
        Int64 ``(height, width)``, and the bits of a value: 8 (0 … 255) or 16 (0 … 65535).

    Raises:
        MediaError: not a picture, damaged, larger than ``MAX_PIXELS``, or in colour.
    """
    image = _opened(content, convert=lambda picture: picture)
    if image.mode.startswith("I"):  # Pillow's names for more than 8 bits
        return np.asarray(image, dtype=np.int64).clip(0, 65535), 16
    values = np.asarray(image.convert("RGB"), dtype=np.int64)
    if not (values == values[..., :1]).all():
        raise MediaError("A depth picture must be grey, with 8 or 16 bits; this one is in colour.")
    return values[..., 0], 8


def _opened(content: bytes, side: int = 0, convert: Callable[[Image.Image], Image.Image] | None = None) -> Image.Image:
    """RGB or RGBA, upright; ``side`` lets the JPEG decoder skip detail that a thumbnail of that size cannot show."""
    kind = content_type(content)
    if kind not in _FORMATS:
        raise MediaError(f"The media is {kind}, not a picture.")
    try:
        image = Image.open(io.BytesIO(content), formats=[_FORMATS[kind]])
        if image.width * image.height > MAX_PIXELS:
            raise MediaError(
                f"The picture has {image.width} × {image.height} pixels; at most {MAX_PIXELS} are decoded."
            )
        if side:
            image.draft("RGB", (side, side))
        return (convert or _coloured)(ImageOps.exif_transpose(image))
    except _DAMAGE as error:
        raise MediaError(f"The picture ({kind}) is damaged: {error}.") from None


def _coloured(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):  # 16-bit greys, as depth cameras write: Pillow would clip them at 255
        return Image.fromarray((np.asarray(image, dtype=np.int64) >> 8).clip(0, 255).astype(np.uint8)).convert("RGB")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def thumbnail(content: bytes, side: int) -> bytes:
    """A WebP picture that fits ``side`` × ``side`` pixels, never enlarged; transparency is kept for any background.

    Raises:
        MediaError: as :func:`decode_image`, or a side outside 1 … 2048.
    """
    if not 1 <= side <= 2048:
        raise MediaError(f"A thumbnail of {side} pixels was asked for; sides run from 1 to 2048.")
    image = _opened(content, side)
    image.thumbnail((side, side), Image.Resampling.LANCZOS)
    return webp(image)


def webp(image: Image.Image, lossless: bool = False) -> bytes:
    """The picture as a small WebP file; ``lossless`` for colours that mean something.

    Made in less than half of the time of WebP's default method, for a file that is a tenth larger.
    """
    file, quality = io.BytesIO(), {"method": 0, "quality": 20} if lossless else {"method": 1, "quality": 82}
    image.save(file, "WEBP", lossless=lossless, **quality)
    return file.getvalue()
