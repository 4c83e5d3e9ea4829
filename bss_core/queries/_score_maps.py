"""Two columns of a score table against each other: its samples as points or as cells, coloured by what is asked."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

import pandas as pd

from bss_core.queries._colours import cells_sql, coloured_sql
from bss_core.queries._selected import selected
from bss_core.queries._source import Source, check_columns, numeric_columns
from bss_core.selection import Selection
from bss_core.tables import frame, parquet

__all__ = ["score_cells", "score_points"]


def score_points(
    rows: Source, selection: Selection, axes: tuple[str, str], by: str, modalities: Collection[str],
    limit: int = 5000, before: Path | None = None,
) -> pd.DataFrame:  # fmt: skip
    """At most ``limit`` selected samples, a fixed pseudo-random choice if there are more.

    ``sample_id, label, band, balance_score, x, y, key`` and the texts; rows without a finite value in both columns are
    left out.

    Args:
        rows: of an evaluation.
        selection: which of them.
        axes: the columns across and upwards.
        by, modalities, before: see :func:`bss_core.queries.coloured_sql`.
        limit: the most points.

    Raises:
        ConfigError: a column or ``by`` that does not exist.
    """
    placed, values = _placed(rows, selection, axes)
    coloured = coloured_sql(placed, by, modalities, before)
    columns = "sample_id, label, band, balance_score, x, y, key"
    few = f"(SELECT {columns} FROM ({coloured}) ORDER BY hash(sample_id) LIMIT {int(limit)})"
    return frame(f"SELECT * FROM {rows.with_texts(few)} ORDER BY hash(sample_id)", values)


def score_cells(
    rows: Source, selection: Selection, axes: tuple[str, str], by: str, modalities: Collection[str],
    bins: int = 80, before: Path | None = None,
) -> pd.DataFrame:  # fmt: skip
    """The selected samples counted on a grid over both columns' whole ranges, see :func:`bss_core.queries.cells_sql`.

    Raises:
        ConfigError: a column or ``by`` that does not exist.
    """
    placed, values = _placed(rows, selection, axes)
    coloured = f"SELECT x, y, key FROM ({coloured_sql(placed, by, modalities, before)})"
    extent = f"SELECT {_named(axes)} FROM {parquet([rows.scores])} WHERE {_finite(axes)}"
    return frame(cells_sql(coloured, extent, by, bins), values)


def _placed(rows: Source, selection: Selection, axes: tuple[str, str]) -> tuple[str, list[Any]]:
    check_columns(list(axes), numeric_columns(rows))
    found, values = selected(rows, selection)
    return f"SELECT *, {_named(axes)} FROM (SELECT * FROM {found}) WHERE {_finite(axes)}", values


def _named(axes: tuple[str, str]) -> str:
    return f'"{axes[0]}" AS x, "{axes[1]}" AS y'


def _finite(axes: tuple[str, str]) -> str:
    return " AND ".join(f'isfinite("{axis}"::DOUBLE)' for axis in axes)
