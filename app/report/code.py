"""The selected samples as code: one SQL query that the export runs too, so both give the same rows.

The query needs the run's folder and DuckDB, nothing of this project. Values stand in it as quoted literals, as code
that is to be read and kept cannot have parameters beside it.
"""

import re
from pathlib import Path
from typing import Any

from app import data
from app.report.request import Shared
from bss_core import dynamics
from bss_core.manifest import FILE as MANIFEST
from bss_core.selection import Selection, band_sql

__all__ = ["literal", "python_code", "sql_code"]

_PLACE_OR_QUOTED = re.compile(r"""\?|"(?:[^"]|"")*"|'(?:[^']|'')*'""")


def sql_code(shared: Shared, folder: Path | None = None) -> str:
    """The query for the selected rows with all their columns, ``band`` and texts, in order.

    Args:
        shared: which rows.
        folder: of the run; by default the query is to be run inside it.
    """
    texts, base = _texts(shared), folder or Path()
    order = f"{_name(shared.sort)} {'DESC' if shared.descending else 'ASC'} NULLS LAST, sample_id"
    return (
        f"SELECT *\nFROM (\n{_rows(shared, texts, folder)}\n)\nWHERE {_condition(shared, texts)}"
        f"{_history(shared, base)}\nORDER BY {order}"
    )


def python_code(shared: Shared, folder: Path | None = None) -> str:
    """Python that puts those rows into a pandas frame; needs only ``duckdb`` and ``pandas``."""
    query = sql_code(shared, folder).replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return f'import duckdb\n\nrows = duckdb.sql("""\n{query}\n""").df()\nprint(rows)\n'


def _condition(shared: Shared, texts: list[str]) -> str:
    numbers = data.columns(shared.run, shared.about.number)
    row = data.page(shared.run, shared.about.number, Selection(), limit=1)
    return _filled(*shared.selection.where(numbers, texts, [name for name in row if name not in numbers]))


def _history(shared: Shared, base: Path) -> str:
    """What the selection asks of the samples' course, from the table that sums it up."""
    if not shared.selection.history:
        return ""
    known = list(data.most_variable(shared.run, 1))
    condition = _filled(*shared.selection.where_history([name for name in known if name != "sample_id"]))
    whole = " REPLACE (ever_balanced::INT AS ever_balanced)" if "ever_balanced" in known else ""
    rows = f"SELECT *{whole} FROM {_table(base / dynamics.FILE)}"
    return f"\n  AND sample_id IN (SELECT sample_id FROM ({rows}) WHERE {condition})"


def _rows(shared: Shared, texts: list[str], folder: Path | None) -> str:
    base = folder or Path()
    scores = _table(base / "scores" / f"evaluation={shared.about.number:03d}.parquet")
    scored = f"  SELECT *, {band_sql(shared.selection.thresholds)} AS band\n  FROM {scores}"
    if not texts:
        return scored
    known = Path(shared.run.details()["data"]["folder"])
    manifest = _table((shared.run.data if folder else known) / MANIFEST)
    names = ", ".join(map(_name, texts))
    return f"{scored}\n  LEFT JOIN (SELECT sample_id, {names} FROM {manifest}) USING (sample_id)"


def _texts(shared: Shared) -> list[str]:
    if not data.has_media(shared.run):
        return []
    return [name for name, kind in shared.run.modalities.items() if kind == "text"]


def _table(path: Path) -> str:
    return f"read_parquet({literal(str(path))}, hive_partitioning = false)"


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def literal(value: Any) -> str:
    """A value as SQL. Numbers travel as text, because a bare ``0.1`` is a decimal to SQL and not the nearest double."""
    if isinstance(value, float):
        return f"'{value!r}'::DOUBLE"
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"


def _filled(condition: str, values: list[Any]) -> str:
    """The condition with its ``?`` replaced, save those inside quotes."""
    rest = iter(values)
    return _PLACE_OR_QUOTED.sub(lambda found: literal(next(rest)) if found[0] == "?" else found[0], condition)
