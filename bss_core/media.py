"""Media: a manifest's cell → bytes → picture, waveform or text; without torch, so that the app may use it.

Everything here may meet a stranger's file. What a file is decides its first bytes, never its name; a path must stay
in the data's folder; sizes are checked before anything is decoded; every failure is a :class:`MediaError`.
"""

import io
import struct
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr
from PIL import Image, ImageOps

from bss_core.errors import MediaError
from bss_core.sound_pictures import spectrogram_png, waveform_peaks, waveform_png

__all__ = [
    "content_type",
    "decode_audio",
    "decode_image",
    "read_bytes",
    "read_text",
    "spectrogram_png",
    "thumbnail",
    "waveform_peaks",
    "waveform_png",
]

MAX_PIXELS = 2**26  # 8192 × 8192: a picture beyond it is no training sample but a decompression bomb
MAX_SAMPLES = 2**27  # over all channels, 512 MiB as float32: half an hour of 32 kHz stereo
_FORMATS = {"image/webp": "WEBP", "image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF"}
_SOUNDS = ("audio/ogg", "audio/wav", "audio/flac", "audio/mpeg")
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


def read_bytes(cell: Any, root: Path) -> bytes:
    """The media of one cell: the bytes themselves, or the content of the file at a path relative to ``root``.

    Raises:
        MediaError: no such file, an unreadable one, or a path that leads out of ``root`` (symbolic links resolved).
    """
    if isinstance(cell, bytes | bytearray | memoryview):
        return bytes(cell)
    if not isinstance(cell, str) or not cell:
        raise MediaError(f"A media cell must hold bytes or a relative path; this one holds {cell!r}.")
    path = _contained(cell, Path(root))
    try:
        if not path.is_file():
            raise MediaError(f"The media file {cell!r} does not exist in {root}.")
        return path.read_bytes()
    except OSError as error:  # no permission, a name too long
        raise MediaError(f"The media file {cell!r} cannot be read ({error.strerror or error}).") from None


def _contained(cell: str, root: Path) -> Path:
    try:
        root = root.resolve()
        path = (root / cell).resolve()
    except (OSError, ValueError, RuntimeError):  # a NUL byte, a loop of links
        raise MediaError(f"{cell!r} is not a usable file path.") from None
    if Path(cell).is_absolute() or not path.is_relative_to(root):
        raise MediaError(
            f"The media path {cell!r} leads out of the data folder; paths must be relative and stay in it."
        )
    return path


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


def content_type(content: bytes) -> str:
    """The media type that the first bytes tell, such as ``image/webp`` or ``audio/ogg``.

    Raises:
        MediaError: none of webp, png, jpeg, gif, ogg, wav, flac, mp3.
    """
    riff = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}
    if content[:4] == b"RIFF" and content[8:12] in riff:
        return riff[content[8:12]]
    starts = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF87a": "image/gif"}
    starts |= {b"GIF89a": "image/gif", b"OggS": "audio/ogg", b"fLaC": "audio/flac", b"ID3": "audio/mpeg"}
    for start, name in starts.items():
        if content.startswith(start):
            return name
    if content[:1] == b"\xff" and content[1:2] and content[1] & 0xE0 == 0xE0 and content[1] & 0x06 == 0x02:
        return "audio/mpeg"  # a frame header: eleven set bits, then version and layer III
    found = content[:8].hex(" ") or "nothing"
    raise MediaError(f"The media is neither webp, png, jpeg, gif, ogg, wav, flac nor mp3; it starts with {found}.")


def decode_image(content: bytes) -> Image.Image:
    """The picture in RGB, upright (EXIF), any transparency on white; of an animation the first frame.

    Raises:
        MediaError: not a picture, damaged, or larger than ``MAX_PIXELS``.
    """
    image = _opened(content)
    if image.mode != "RGBA":
        return image
    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")


def _opened(content: bytes, side: int = 0) -> Image.Image:
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
        return _coloured(ImageOps.exif_transpose(image))
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
    file = io.BytesIO()
    image.save(file, "WEBP", quality=82)
    return file.getvalue()


def decode_audio(content: bytes, sample_rate: int | None = None) -> tuple[np.ndarray, int]:
    """The sound as a mono waveform and its rate; of a file cut short, the part that is still there.

    Args:
        content: an ogg, wav, flac or mp3 file.
        sample_rate: in Hz, to resample to; ``None`` keeps the file's.

    Returns:
        Float32 ``(samples,)``, nominally within ±1, the mean over channels; and the rate in Hz.

    Raises:
        MediaError: not a sound, damaged, empty, not finite, or longer than ``MAX_SAMPLES``.
    """
    kind = content_type(content)
    if kind not in _SOUNDS:
        raise MediaError(f"The media is {kind}, not a sound.")
    if sample_rate is not None and not 1 <= sample_rate <= 768_000:
        raise MediaError(f"A sample rate of {sample_rate} Hz was asked for; rates run from 1 to 768000 Hz.")
    try:
        wave, rate = _samples(content)
    except soundfile.LibsndfileError as error:
        raise MediaError(f"The sound ({kind}) is damaged: {error.error_string}") from None
    except _DAMAGE as error:
        raise MediaError(f"The sound ({kind}) is damaged: {error}.") from None
    if not wave.size or not np.isfinite(wave).all():
        raise MediaError(f"The sound ({kind}) {'is not finite' if wave.size else 'has no samples'}.")
    wave = wave if sample_rate in (None, rate) else soxr.resample(wave, rate, sample_rate)
    return np.ascontiguousarray(wave, dtype=np.float32), sample_rate or rate


def _samples(content: bytes) -> tuple[np.ndarray, int]:
    with soundfile.SoundFile(io.BytesIO(content)) as file:
        if file.frames * file.channels > MAX_SAMPLES:
            raise MediaError(
                f"The sound has {file.frames} × {file.channels} samples; at most {MAX_SAMPLES} are decoded."
            )
        return file.read(dtype="float32", always_2d=True).mean(axis=1), file.samplerate
