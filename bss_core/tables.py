"""Parquet tables as SQL relations: one in-memory DuckDB per process, a cursor per question, errors naming the file."""

import functools
import re
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from bss_core.errors import RunError

__all__ = ["frame", "parquet"]


@functools.cache
def _database() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def parquet(files: list[Path]) -> str:
    """Parquet files as a relation of SQL; the union of their columns."""
    names = ", ".join("'" + str(path).replace("'", "''") + "'" for path in files)
    return f"read_parquet([{names}], hive_partitioning = false, union_by_name = true)"


def frame(sql: str, parameters: Any = None) -> pd.DataFrame:
    """Run one query in a cursor of its own.

    Raises:
        RunError: a file in it is missing, damaged or lacks a column; the message names it.
    """
    try:
        with _database().cursor() as cursor:
            return cursor.execute(sql, parameters).df()
    except duckdb.Error as error:  # a damaged Parquet file raises any of them, most without its name
        raise RunError(f"{_tables(sql)} cannot be read: {str(error).splitlines()[0]}") from None


def _tables(sql: str) -> str:
    """The files that a query reads, in words."""
    files = {Path(name.replace("''", "'")) for name in re.findall(r"'((?:[^']|'')+\.parquet)'", sql)}
    if len(files) <= 3:
        return " or ".join(sorted(map(str, files))) or "A table of the run"
    return f"One of {len(files)} tables in {min(files).parent}"
