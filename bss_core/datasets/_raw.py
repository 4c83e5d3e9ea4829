"""A raw folder: an ``index.csv`` with one line per sample, and the media files that it names."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from bss_core.errors import ManifestError, MediaError
from bss_core.media import content_type, read_bytes

__all__ = ["read_files", "read_index"]

INDEX = "index.csv"


def read_index(root: Path, columns: Sequence[str]) -> pd.DataFrame:
    """The index as text, sorted by ``id``; empty fields stay empty text.

    Raises:
        ManifestError: no folder or index, or one that is no table or lacks a column; says what was expected.
    """
    path = Path(root) / INDEX
    if not path.is_file():
        raise ManifestError(
            f"{path} does not exist; a folder with {INDEX} (columns {', '.join(columns)}) was expected."
        )
    try:
        index = pd.read_csv(path, dtype=str, keep_default_na=False)
    except (OSError, ValueError, pd.errors.ParserError) as error:
        raise ManifestError(f"{path} is not a readable table: {error}") from None
    missing = [column for column in columns if column not in index]
    if missing:
        raise ManifestError(f"{path} lacks the column {missing[0]!r}; expected are {', '.join(columns)}.")
    return index.sort_values("id", kind="stable", ignore_index=True)


def read_files(root: Path, index: pd.DataFrame, column: str, kind: str) -> list[bytes]:
    """The content of each row's file in ``column``.

    Args:
        root: the raw folder; paths lead nowhere else.
        index: the rows, with ``id`` and ``column``.
        column: holds paths relative to ``root``.
        kind: ``image`` or ``audio``; a file that is something else is refused.

    Raises:
        ManifestError: a missing or wrong file; names the sample, the file and the folder.
    """
    return [_file(Path(root), *row, kind) for row in zip(index["id"], index[column], strict=True)]


def _file(root: Path, sample_id: str, cell: str, kind: str) -> bytes:
    try:
        content = read_bytes(cell, root)
        found = content_type(content)
    except MediaError as error:
        raise ManifestError(f"Sample {sample_id!r} needs {cell!r} in {root}: {error}") from None
    if not found.startswith(f"{kind}/"):
        raise ManifestError(f"Sample {sample_id!r} needs a file of kind {kind} at {cell!r} in {root}; found {found}.")
    return content
