"""Questions about single samples: pages of them, one of them, its place, its probabilities."""

from pathlib import Path
from typing import Any

import pandas as pd

from bss_core.errors import ConfigError, RunError
from bss_core.queries._selected import selected
from bss_core.queries._sorted import with_sort
from bss_core.queries._source import Source
from bss_core.scores import BANDS, THRESHOLDS
from bss_core.selection import Selection
from bss_core.tables import frame, parquet

__all__ = ["page", "place", "probabilities", "representatives", "sample", "samples"]

_IN_BANDS = " ".join(f"WHEN '{name}' THEN {place}" for place, name in enumerate(reversed(BANDS)))
_GROUPS = {"": "0", "label": "label", "band": f"CASE band {_IN_BANDS} END"}  # name → SQL of the group's place


def page(
    rows: Source,
    selection: Selection,
    sort: str = "balance_score",
    descending: bool = False,
    limit: int = 60,
    offset: int = 0,
    group: str = "",
) -> pd.DataFrame:
    """One page of the selected rows with all their columns, ``band`` and texts; ties are ordered by sample_id.

    Rows without a value stand last. With ``group`` (``label`` or ``band``, imbalanced first) the order is by group, and
    within each group by ``sort``: a numeric column, or one of ``dynamics.parquet``, which the rows then have too.

    Raises:
        ConfigError: ``sort`` is no such column, ``limit`` or ``offset`` is negative, or there is no such group.
    """
    if limit < 0 or offset < 0:
        raise ConfigError(f"A page cannot begin at {offset} and hold {limit} samples; both must be at least 0.")
    found, values = selected(rows, selection)
    found = with_sort(rows, found, sort)
    first = f"{_group(group)}, " if group else ""
    order = f'{first}"{sort}" {"DESC" if descending else "ASC"} NULLS LAST, sample_id'
    few = f"(SELECT * FROM {found} ORDER BY {order} LIMIT ? OFFSET ?)"
    joined = few if selection.text else rows.with_texts(few)
    return frame(f"SELECT * FROM {joined} ORDER BY {order}", [*values, limit, offset])


def _group(name: str) -> str:
    """SQL of a group's place among the groups."""
    if name not in _GROUPS:
        raise ConfigError(f"Samples cannot be grouped by {name!r}; choose 'label' or 'band'.")
    return _GROUPS[name]


def place(
    rows: Source, selection: Selection, sort: str, descending: bool, sample_id: str, group: str = ""
) -> int | None:
    """How many selected rows stand before a sample in the order of :func:`page`; None if it is not selected.

    Raises:
        ConfigError: ``sort`` is no column to sort by, or there is no such group.
    """
    found, values = selected(rows, selection)
    found = with_sort(rows, found, sort)
    value, beyond = f'"{sort}"', ">" if descending else "<"
    before = f"""part < own_part OR part = own_part AND ({value} {beyond} own OR (own IS NULL AND {value} IS NOT NULL)
        OR ({value} IS NOT DISTINCT FROM own AND sample_id < ?))"""
    counted = frame(
        f"""WITH one AS (SELECT {value} AS own, {_group(group)} AS own_part FROM {found} AND sample_id = ?)
        SELECT count(*) AS rows, count(*) FILTER (WHERE {before}) AS place
        FROM (SELECT sample_id, {value}, {_group(group)} AS part FROM {found}), one""",
        [*values, sample_id, sample_id, *values],
    )
    return int(counted["place"].item()) if counted["rows"].item() else None


def sample(rows: Source, sample_id: str, thresholds: tuple[float, float] = THRESHOLDS) -> dict[str, Any] | None:
    """All columns of one sample, or None if the evaluation has no such sample."""
    found = samples(rows, [sample_id], thresholds)
    return found[0] if found else None


def samples(rows: Source, sample_ids: list[str], thresholds: tuple[float, float] = THRESHOLDS) -> list[dict[str, Any]]:
    """All columns of a few samples, in the order of ``sample_ids``; those that the evaluation lacks are left out."""
    wanted = ", ".join("?" * len(sample_ids)) or "NULL"
    few = f"(SELECT * FROM {rows.sql(thresholds)} WHERE sample_id IN ({wanted}))"
    found = frame(f"SELECT * FROM {rows.with_texts(few)}", sample_ids).to_dict("records")
    by_id = {row["sample_id"]: row for row in found}
    return [by_id[name] for name in sample_ids if name in by_id]


def representatives(rows: Source, thresholds: tuple[float, float] = THRESHOLDS, count: int = 2) -> pd.DataFrame:
    """For each band the ``count`` samples nearest to the middle of its scores: what the band typically looks like."""
    banded = rows.sql(thresholds)
    middles = frame(f"SELECT band, median(balance_score) AS middle FROM {banded} GROUP BY band")
    nearest = f"""SELECT sample_id FROM {banded} WHERE band = ?
        ORDER BY abs(balance_score - ?::DOUBLE), sample_id LIMIT ?"""
    asked = [[*middle, count] for middle in middles.itertuples(index=False)]
    ids = [name for about in asked for name in frame(nearest, about)["sample_id"]]
    few = f"(SELECT * FROM {banded} WHERE sample_id IN ({', '.join('?' * len(ids)) or 'NULL'}))"
    return frame(f"SELECT * FROM {rows.with_texts(few)} ORDER BY balance_score DESC", ids)


def probabilities(path: Path, sample_id: str) -> dict[str, list[float]]:
    """Head → probabilities of all classes for one sample of a predictions file, heads in the file's order.

    Raises:
        RunError: the file is missing or damaged, or has no such sample.
    """
    found = frame(f"SELECT * FROM {parquet([path])} WHERE sample_id = ?", [sample_id])
    if found.empty:
        raise RunError(f"{path.name} holds no predictions for the sample {sample_id!r}.")
    prefix = "probabilities_"
    names = [name for name in found.columns if name.startswith(prefix)]
    return {name.removeprefix(prefix): [float(value) for value in found[name].iloc[0]] for name in names}
