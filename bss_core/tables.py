"""Parquet tables as SQL relations: one in-memory DuckDB per process, a cursor per question, errors naming the file."""

import functools
import os
import re
import secrets
import tempfile
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from bss_core.errors import RunError

__all__ = ["frame", "parquet"]

_MEMORY = "1GB"  # what does not fit goes to disk


@functools.cache
def _database() -> duckdb.DuckDBPyConnection:
    # DuckDB makes it when it is needed and removes it; by default it would be a folder in the current one.
    spill = Path(tempfile.gettempdir()) / f"bss-lens-{secrets.token_hex(8)}"
    return duckdb.connect(config={"threads": _threads(), "memory_limit": _MEMORY, "temp_directory": str(spill)})


def _threads() -> int:
    """All processors but one, which stays with the pages that wait for the answer."""
    return max(1, (os.cpu_count() or 1) - 1)


def parquet(files: list[Path], with_rows: bool = False) -> str:
    """Parquet files as a relation of SQL; the union of their columns, on request with ``file_row_number``."""
    names = ", ".join("'" + str(path).replace("'", "''") + "'" for path in files)
    rows = ", file_row_number = true" if with_rows else ""
    return f"read_parquet([{names}], hive_partitioning = false, union_by_name = true{rows})"


def frame(sql: str, parameters: Any = None) -> pd.DataFrame:
    """Run one query in a cursor of its own.

    Raises:
        RunError: a file in it is missing, damaged or lacks a column; the message names it.
    """
    try:
        with _database().cursor() as cursor:
            return cursor.execute(sql, parameters).df()
    except (duckdb.Error, UnicodeDecodeError) as error:  # a damaged file raises any of them, most without its name
        raise RunError(f"{_tables(sql)} cannot be read: {str(error).splitlines()[0]}") from None


def _tables(sql: str) -> str:
    """The files that a query reads, in words."""
    files = {Path(name.replace("''", "'")) for name in re.findall(r"'((?:[^']|'')+\.parquet)'", sql)}
    if len(files) <= 3:
        return " or ".join(sorted(map(str, files))) or "A table of the run"
    return f"One of {len(files)} tables in {min(files).parent}"
