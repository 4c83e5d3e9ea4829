"""From a manifest's cell to a file or its bytes, and what those bytes are; nothing is decoded here.

Everything here may meet a stranger's file. What a file is decides its first bytes, never its name; a path must stay
in the data's folder; a file too large to be a sample is refused before it is read.
"""

import re
from pathlib import Path
from typing import Any

import numpy as np

from bss_core.errors import MediaError

__all__ = ["MAX_BYTES", "content_type", "files_in", "frames_of", "head", "media_file", "read_bytes"]

MAX_BYTES = 2**29  # 512 MiB: of one file that is read whole; the browser gets larger ones in pieces
_HEAD_BYTES = 4096
_STARTS = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
    b"OggS": "audio/ogg",
    b"fLaC": "audio/flac",
    b"ID3": "audio/mpeg",
}
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}
_FILM_BRANDS = (b"iso", b"mp4", b"avc1", b"M4V", b"MSNV", b"dash", b"qt  ")  # not M4A (sound), heic or avif (pictures)
_EBML = {b"webm": "video/webm", b"matroska": "video/x-matroska"}
_KNOWN = "webp, png, jpeg, gif, ogg, wav, flac, mp3, mp4, webm nor mkv"


def read_bytes(cell: Any, root: Path) -> bytes:
    """The media of one cell: the bytes themselves, or the content of the file at a path relative to ``root``.

    Raises:
        MediaError: as :func:`media_file`, or a file larger than ``MAX_BYTES``.
    """
    if isinstance(cell, bytes | bytearray | memoryview):
        return bytes(cell)
    path = media_file(cell, root)
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise MediaError(f"The media file {cell!r} has {size} bytes; at most {MAX_BYTES} are read.")
        return path.read_bytes()
    except OSError as error:
        raise MediaError(f"The media file {cell!r} cannot be read ({error.strerror or error}).") from None


def media_file(cell: Any, root: Path) -> Path:
    """The file that a cell names by its path relative to ``root``, with symbolic links resolved.

    Raises:
        MediaError: no path, no such file, an unreadable one, or a path that leads out of ``root``.
    """
    if not isinstance(cell, str) or not cell:
        raise MediaError(f"A media cell must hold bytes or a relative path; this one holds {str(cell)[:80]!r}.")
    path = _contained(cell, Path(root))
    try:
        if path.is_file():
            return path
    except OSError as error:  # no permission, a name too long
        raise MediaError(f"The media file {cell[:80]!r} cannot be read ({error.strerror or error}).") from None
    raise MediaError(f"The media file {cell!r} does not exist in {root}.")


def files_in(cell: str, root: Path) -> list[str]:
    """The files of the folder ``cell``, as paths relative to ``root``, in the order of the numbers in their names.

    Raises:
        MediaError: no such folder, an unreadable one, or a path that leads out of ``root``; a file stands for itself.
    """
    folder = _contained(cell, Path(root))
    try:
        if not folder.is_dir():
            return [cell]
        names = [path.name for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")]
    except OSError as error:
        raise MediaError(f"The folder {cell[:80]!r} cannot be read ({error.strerror or error}).") from None
    return [f"{cell.rstrip('/')}/{name}" for name in sorted(names, key=_natural)]


def _natural(name: str) -> list[tuple[int, str]]:
    """Sorts frame-9 before frame-10."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"([0-9]+)", name)]


def head(path: Path) -> bytes:
    """A file's first bytes, which tell what it is.

    Raises:
        MediaError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(_HEAD_BYTES)
    except OSError as error:
        raise MediaError(f"The media file {path.name!r} cannot be read ({error.strerror or error}).") from None


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


def frames_of(cell: Any) -> list[Any]:
    """The pictures of a cell of kind frames, each bytes or a path, in the order of time.

    Raises:
        MediaError: no list, or an empty one.
    """
    if not isinstance(cell, list | tuple | np.ndarray) or not len(cell):
        found = "an empty list" if isinstance(cell, list | tuple | np.ndarray) else type(cell).__name__
        raise MediaError(f"A cell of frames must hold a list of pictures; this one holds {found}.")
    return list(cell)


def content_type(content: bytes) -> str:
    """The media type that the first bytes tell, such as ``image/webp`` or ``audio/ogg``.

    Raises:
        MediaError: none of webp, png, jpeg, gif, ogg, wav, flac, mp3, mp4, webm, mkv.
    """
    if content[:4] == b"RIFF" and content[8:12] in _RIFF:
        return _RIFF[content[8:12]]
    for start, name in _STARTS.items():
        if content.startswith(start):
            return name
    if content[4:8] == b"ftyp" and content[8:12].startswith(_FILM_BRANDS):
        return "video/mp4"
    if content[:4] == b"\x1a\x45\xdf\xa3":  # EBML: its header names what it contains
        found = next((name for word, name in _EBML.items() if word in content[:64]), None)
        if found:
            return found
    if content[:1] == b"\xff" and content[1:2] and content[1] & 0xE0 == 0xE0 and content[1] & 0x06 == 0x02:
        return "audio/mpeg"  # a frame header: eleven set bits, then version and layer III
    raise MediaError(f"The media is neither {_KNOWN}; it starts with {content[:8].hex(' ') or 'nothing'}.")
