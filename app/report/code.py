"""The selected samples as code: one SQL query that the export runs too, so both give the same rows.

The query needs the run's folder and DuckDB, nothing of this project. Values stand in it as quoted literals, as code
that is to be read and kept cannot have parameters beside it.
"""

import re
from pathlib import Path
from typing import Any

from app.data_sharing import rows_sql
from app.report.request import Shared

__all__ = ["TAGS_FILE", "literal", "order_sql", "ordered_rows", "python_code", "sql_code"]

TAGS_FILE = "tags.parquet"
_ABOUT_TAGS = (
    "Tags are kept in an SQLite file beside the run, which DuckDB reads only with an extension.",
    f"Put {TAGS_FILE}, the table of all tags from the app’s Share panel, into the working folder.",
)
_QUOTED = r""""(?:[^"]|"")*"|'(?:[^']|'')*'"""
_PLACE_OR_QUOTED = re.compile(rf"\?|{_QUOTED}")
_BREAK_OR_KEPT = re.compile(rf"{_QUOTED}|BETWEEN \? AND \?| (?=(?:FROM|WHERE|AND|LEFT JOIN|ORDER BY) )")


def sql_code(shared: Shared, folder: Path | None = None) -> str:
    """The query for the selected rows with all their columns, ``band`` and texts, in order.

    Args:
        shared: which rows.
        folder: of the run; by default the query is to be run inside it.
    """
    return "".join(f"-- {line}\n" for line in _notes(shared)) + ordered_rows(shared, folder)


def python_code(shared: Shared, folder: Path | None = None) -> str:
    """Python that puts those rows into a pandas frame; needs only ``duckdb`` and ``pandas``."""
    query = ordered_rows(shared, folder).replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    notes = "".join(f"# {line}\n" for line in _notes(shared))
    return f'import duckdb\n\n{notes}rows = duckdb.sql("""\n{query}\n""").df()\nprint(rows)\n'


def _notes(shared: Shared) -> tuple[str, ...]:
    return _ABOUT_TAGS if shared.selection.tags else ()


def ordered_rows(shared: Shared, folder: Path | None, tags_file: Path = Path(TAGS_FILE)) -> str:
    """The query without comments; ``tags_file`` is read only if the selection asks for tags."""
    sql, values = rows_sql(shared.run, shared.about.number, shared.selection, shared.sort, tags_file, folder)
    whole = f"{sql} ORDER BY {order_sql(shared)}"
    return _filled(_BREAK_OR_KEPT.sub(lambda found: "\n" if found[0] == " " else found[0], whole), values)


def order_sql(shared: Shared) -> str:
    """What follows ORDER BY; equal values are ordered by sample id."""
    name = '"' + shared.sort.replace('"', '""') + '"'
    return f"{name} {'DESC' if shared.descending else 'ASC'} NULLS LAST, sample_id"


def literal(value: Any) -> str:
    """A value as SQL. Numbers travel as text, because a bare ``0.1`` is a decimal to SQL and not the nearest double."""
    if isinstance(value, float):
        return f"'{value!r}'::DOUBLE"
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"


def _filled(condition: str, values: list[Any]) -> str:
    """The condition with its ``?`` replaced, save those inside quotes."""
    rest = iter(values)
    return _PLACE_OR_QUOTED.sub(lambda found: literal(next(rest)) if found[0] == "?" else found[0], condition)
