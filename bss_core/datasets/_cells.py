"""The cells of a user's own table → what a manifest holds, by kind; every cell that cannot be used is named."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from bss_core.errors import ManifestError, MediaError
from bss_core.media import content_type, decode_grey, frames_of, head, media_file, read_bytes
from bss_core.media_files import files_in
from bss_core.series_pictures import features_values, series_values

__all__ = ["read_cells"]

_EXPECTED = {
    "image": "a picture was",
    "audio": "a sound was",
    "features": "a list of finite numbers was",
    "frames": "a list of pictures or a folder of them was",
    "video": "a video (mp4, webm or mkv) was",
    "depth": "a grey picture of 8 or 16 bits was",
    "series": "a list of finite numbers, or one per channel, was",
}
_NAMED = 5  # cells that an error names


def read_cells(values: pd.Series, kind: str, ids: list[str], root: Path, copy: bool) -> list[Any]:
    """What the manifest holds of one column.

    Args:
        values: the column.
        kind: of the modality.
        ids: of the samples, for errors.
        root: the folder in which paths start.
        copy: whether pictures and sounds become part of the manifest.

    Raises:
        ManifestError: cells that cannot be used, feature vectors of several lengths, or videos that shall be copied.
    """
    if kind == "text":
        return ["" if value is None or value is pd.NA or value != value else str(value) for value in values]
    if kind == "video" and copy and any(isinstance(value, str) for value in values):
        raise ManifestError(
            f"The videos of {values.name!r} cannot be copied into a table, from which one could not be played without "
            "reading many; leave them in place (--no-copy, or copy=False)."
        )
    found = _read_all(values, _READERS[kind], _EXPECTED[kind], ids, root)
    if kind == "features":
        _check_lengths(found, ids, str(values.name))
    return found if copy or kind in ("features", "series") else [_in_place(cell, kind, root) for cell in values]


def _read_all(
    values: pd.Series, read: Callable[[Any, Path], Any], expected: str, ids: list[str], root: Path
) -> list[Any]:
    found, problems = [], []
    for sample_id, cell in zip(ids, values, strict=True):
        try:
            found.append(read(cell, root))
        except MediaError as error:
            problems.append(f"{sample_id!r} ({error})")
    if problems:
        more = f", and {len(problems) - _NAMED} more" if len(problems) > _NAMED else ""
        raise ManifestError(
            f"{len(problems)} of {len(ids)} cells of {values.name!r} cannot be used: {', '.join(problems[:_NAMED])}"
            f"{more}; {expected} expected, paths start in {root}."
        )
    return found


def _in_place(cell: Any, kind: str, root: Path) -> Any:
    return _listed(cell, root) if kind == "frames" else cell


def _picture(cell: Any, root: Path) -> bytes:
    return _of_type(cell, root, "image/")


def _sound(cell: Any, root: Path) -> bytes:
    return _of_type(cell, root, "audio/")


def _depth(cell: Any, root: Path) -> bytes:
    content = _picture(cell, root)
    decode_grey(content)
    return content


def _of_type(cell: Any, root: Path, start: str) -> bytes:
    content = read_bytes(cell, root)
    _check_type(content_type(content), start, cell)
    return content


def _check_type(found: str, start: str, cell: Any) -> None:
    if not found.startswith(start):
        raise MediaError(f"The file {cell!r} is {found}." if isinstance(cell, str) else f"The bytes are {found}.")


def _video(cell: Any, root: Path) -> Any:
    """The cell as it is; of a file only the first bytes are looked at."""
    start = head(media_file(cell, root)) if isinstance(cell, str) else read_bytes(cell, root)
    _check_type(content_type(start), "video/", cell)
    return cell


def _frames(cell: Any, root: Path) -> list[bytes]:
    return [_picture(frame, root) for frame in _listed(cell, root)]


def _listed(cell: Any, root: Path) -> list[Any]:
    """The frames of a cell: a list, a folder's files in the order of their numbers, or paths parted by semicolons."""
    if not isinstance(cell, str):
        return frames_of(cell)
    words = [word.strip() for word in cell.split(";") if word.strip()]
    return frames_of(files_in(words[0], root) if len(words) == 1 else words)


def _features(cell: Any, root: Path) -> list[float]:
    if isinstance(cell, str):
        cell = _numbers(cell, r"[\s,;]+")
    return features_values(cell).tolist()


def _series(cell: Any, root: Path) -> list[Any]:
    if isinstance(cell, str):
        is_json = cell.lstrip().startswith("[")
        cell = _nested(cell) if is_json else [_numbers(part, r"[\s,]+") for part in cell.split(";")]
    numbers = series_values(cell).tolist()
    return numbers[0] if len(numbers) == 1 else numbers


def _numbers(text: str, between: str) -> list[float]:
    try:
        return [float(word) for word in re.split(between, text.strip().strip("[]").strip())]
    except ValueError:
        raise MediaError(f"{text!r} is no list of numbers.") from None


def _nested(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise MediaError(f"{text[:80]!r} is no list of numbers or of such lists.") from None


def _check_lengths(found: list[list[float]], ids: list[str], column: str) -> None:
    for sample_id, numbers in zip(ids, found, strict=True):
        if len(numbers) != len(found[0]):
            raise ManifestError(
                f"Sample {sample_id!r} has {len(numbers)} numbers in {column!r} and {ids[0]!r} has {len(found[0])}; "
                "all need the same number."
            )


_READERS: dict[str, Callable[[Any, Path], Any]] = {
    "image": _picture,
    "audio": _sound,
    "features": _features,
    "frames": _frames,
    "video": _video,
    "depth": _depth,
    "series": _series,
}
