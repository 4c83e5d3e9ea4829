"""Atomic files: a reader never sees half of one, and a killed or full-disk write leaves the old one in place."""

import contextlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from bss_core.errors import RunError

__all__ = ["append_line", "atomic", "write_bytes", "write_json", "write_table"]


@contextlib.contextmanager
def atomic(path: Path) -> Iterator[BinaryIO]:
    """Open a temporary file beside ``path``; on success fsync and rename it, on failure remove it.

    Raises:
        RunError: the system refuses (disk full, no permission); names the file and the reason.
    """
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise _refusal(path, error) from error
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except OSError as error:
        raise _refusal(path, error) from error
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)


def _refusal(path: Path, error: OSError) -> RunError:
    return RunError(f"{path} could not be written ({error.strerror or error}); what was there before is unchanged.")


def _write(path: Path, fill: Callable[[BinaryIO], Any]) -> None:
    with atomic(path) as file:
        fill(file)


def write_bytes(path: Path, content: bytes) -> None:
    """Write bytes atomically."""
    _write(path, lambda file: file.write(content))


def write_json(path: Path, content: Any) -> None:
    """Write a JSON document atomically, readable by people."""
    write_bytes(path, (json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode())


def write_table(table: pa.Table, path: Path, row_group_size: int | None = None, compression: str = "zstd") -> None:
    """Write a Parquet file atomically; floats, which hardly repeat, get no dictionary.

    ``row_group_size`` is the most rows that a reader has to fetch to get one; ``None`` leaves it to Parquet. ``lz4``
    instead of zstd makes files about a seventh larger that are read twice as fast.
    """
    repeating = [field.name for field in table.schema if not pa.types.is_floating(field.type)]
    options = {"compression": compression, "row_group_size": row_group_size, "use_dictionary": repeating}
    _write(path, lambda file: pq.write_table(table, file, **options))


def append_line(path: Path, content: dict[str, Any]) -> None:
    """Append one JSON line; the line is complete or absent after a crash, and readers skip a torn last line."""
    line = (json.dumps(content, ensure_ascii=False, allow_nan=False) + "\n").encode()
    try:
        with open(path, "a+b") as file:
            if file.tell() and (file.seek(-1, os.SEEK_END), file.read(1))[1] != b"\n":
                line = b"\n" + line  # a crash tore the last line: do not glue this one to it
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise _refusal(path, error) from error
