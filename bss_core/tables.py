"""Parquet tables as SQL relations: one in-memory DuckDB per process, a cursor per question, errors naming the file.

What stands in no Parquet file, such as the samples with a tag, is kept as a table in memory under a name that every
question can use, so that it never travels as parameters.
"""

import functools
import hashlib
import os
import re
import secrets
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from bss_core.errors import RunError

__all__ = ["columns", "frame", "kept", "parquet"]

_MEMORY = "1GB"  # what does not fit goes to disk
_MOST_KEPT = 2**27  # bytes
_LEAST_SECONDS = 60.0  # nothing is dropped sooner, as a question that names it may be under way
_KEPT: dict[str, tuple[pa.Table, float]] = {}  # name → table and when it was last asked for, the latest last
_LOCK = threading.Lock()


@functools.cache
def _database() -> duckdb.DuckDBPyConnection:
    # DuckDB makes it when it is needed and removes it; by default it would be a folder in the current one.
    spill = Path(tempfile.gettempdir()) / f"bss-lens-{secrets.token_hex(8)}"
    return duckdb.connect(
        config={
            "threads": _threads(), "memory_limit": _MEMORY, "temp_directory": str(spill),
            "allocator_background_threads": True,  # else what a large question was answered in is kept till the next
        }
    )  # fmt: skip


def _threads() -> int:
    """All processors but one, which stays with the pages that wait for the answer."""
    return max(1, (os.cpu_count() or 1) - 1)


def parquet(files: list[Path], with_rows: bool = False) -> str:
    """Parquet files as a relation of SQL; the union of their columns, on request with ``file_row_number``."""
    names = ", ".join("'" + str(path).replace("'", "''") + "'" for path in files)
    rows = ", file_row_number = true" if with_rows else ""
    return f"read_parquet([{names}], hive_partitioning = false, union_by_name = true{rows})"


def kept(key: object, make: Callable[[], pa.Table]) -> str:
    """A table in memory as a relation of SQL, made once per ``key``.

    Args:
        key: says with its ``repr`` what the table holds; other contents need another key.
        make: called when the table is not there (any more).
    """
    name = f"kept_{hashlib.sha256(repr(key).encode()).hexdigest()[:24]}"
    with _LOCK:
        found = _KEPT.pop(name, None)
    table = make() if found is None else found[0]
    with _LOCK:
        _KEPT[name] = table, time.monotonic()
        _drop_oldest()
    return name


def _drop_oldest() -> None:
    """Keep the tables' size bounded; the lock is held."""
    total = sum(table.nbytes for table, _ in _KEPT.values())
    for name, (table, last) in list(_KEPT.items()):
        if total <= _MOST_KEPT or time.monotonic() - last < _LEAST_SECONDS:
            return
        del _KEPT[name]
        total -= table.nbytes


def frame(sql: str, parameters: Any = None) -> pd.DataFrame:
    """Run one query in a cursor of its own.

    Raises:
        RunError: a file in it is missing, damaged or lacks a column; the message names it.
    """
    try:
        with _database().cursor() as cursor:
            for name in set(re.findall(r"\bkept_[0-9a-f]{24}\b", sql)) & _KEPT.keys():
                cursor.register(name, _KEPT[name][0])
            return cursor.execute(sql, parameters).df()
    except (duckdb.Error, UnicodeDecodeError) as error:  # a damaged file raises any of them, most without its name
        raise RunError(f"{_tables(sql)} cannot be read: {str(error).splitlines()[0]}") from None


def columns(path: Path, names: list[str]) -> pa.Table:
    """Some columns of one file, all rows in the file's order.

    Raises:
        RunError: the file is missing, damaged or lacks a column; the message names it.
    """
    try:
        with pq.ParquetFile(path) as file:  # not read_table: it makes columns of folders called key=value
            return file.read(names).select(list(dict.fromkeys(names)))
    except (OSError, pa.ArrowException, KeyError) as error:
        raise RunError(f"{path} cannot be read: {str(error).splitlines()[0]}") from None


def _tables(sql: str) -> str:
    """The files that a query reads, in words."""
    files = {Path(name.replace("''", "'")) for name in re.findall(r"'((?:[^']|'')+\.parquet)'", sql)}
    if len(files) <= 3:
        return " or ".join(sorted(map(str, files))) or "A table of the run"
    return f"One of {len(files)} tables in {min(files).parent}"
