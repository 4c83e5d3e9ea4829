"""The selected rows of an evaluation as SQL: what its own table says, and what other tables say of its samples."""

from pathlib import Path
from typing import Any

from bss_core.annotations import tag_condition
from bss_core.maps.regions import region_condition
from bss_core.queries._sorted import with_sort
from bss_core.queries._source import Source, columns_of
from bss_core.selection import Selection
from bss_core.tables import parquet

__all__ = ["selected", "selected_sql"]

Condition = tuple[str, list[Any]]


def selected(rows: Source, selection: Selection) -> Condition:
    """The selected rows, ready to follow FROM and to be narrowed by AND, and the parameters; texts only if searched.

    Raises:
        ConfigError: a column or band that does not exist.
        RunError: the selection asks for the samples' history and the run has none yet, for tags that cannot be read,
            or for a region of a map that is not there or holds no longer.
    """
    return _selected(rows, selection, tags=None)


def selected_sql(
    rows: Source, selection: Selection, tags: Path | None = None, sort: str = "balance_score"
) -> Condition:
    """The same rows with all columns, ``band``, texts and the column sorted by, as a query, and its parameters.

    Args:
        rows: see :func:`bss_core.queries.source`.
        selection: which rows.
        tags: a Parquet file as :func:`bss_core.annotations.exports.tags_table` makes it. With it, any DuckDB can run
            the query; without it, only this process, which keeps the tagged samples in memory.
        sort: the column that the rows are to be sorted by; the query leaves their order open.

    Raises:
        ConfigError, RunError: see :func:`selected` and :func:`bss_core.queries.page`.
    """
    found, values = _selected(rows, selection, tags)
    found = with_sort(rows, found, sort)
    if selection.text:  # a search has joined the texts already
        return f"SELECT * FROM {found}", values
    return f"SELECT * FROM {rows.with_texts(f'(SELECT * FROM {found})')}", values


def _selected(rows: Source, selection: Selection, tags: Path | None) -> Condition:
    numbers, names = columns_of(rows.scores)
    parts = [selection.where(numbers, rows.texts if rows.manifest else (), names)]
    parts += [_followed(rows, selection)] if selection.asks_history else []
    parts += [_tagged(rows, selection, tags)] if selection.tags else []
    parts += [region_condition(rows.known_run, region) for region in selection.regions]
    condition = " AND ".join(condition for condition, _ in parts)
    values = [value for _, some in parts for value in some]
    return f"{rows.sql(selection.thresholds, bool(selection.text))} WHERE {condition}", values


def _followed(rows: Source, selection: Selection) -> Condition:
    numbers, _ = columns_of(rows.known_dynamics)
    condition, values = selection.where_history(numbers)
    return f"sample_id IN (SELECT sample_id FROM {parquet([rows.known_dynamics])} WHERE {condition})", values


def _tagged(rows: Source, selection: Selection, tags: Path | None) -> Condition:
    if tags is None:
        return tag_condition(rows.known_run.folder, selection.tags), []
    one = f"sample_id IN (SELECT sample_id FROM {parquet([tags])} WHERE tag = ?)"
    return " AND ".join([one] * len(selection.tags)), list(selection.tags)
