"""How the values and bands of the samples followed are spread in each evaluation."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from bss_core.queries import check_columns, numeric_columns
from bss_core.scores import check_thresholds
from bss_core.selection import band_sql
from bss_core.tables import frame
from bss_core.trajectories._followed import Followed

__all__ = ["curves", "shares", "spread"]

_QUANTILES = (5, 25, 50, 75, 95)


def spread(followed: Followed, column: str = "balance_score") -> pd.DataFrame:
    """Per evaluation ``evaluation, epoch, count`` and the quantiles ``q05, q25, q50, q75, q95`` of the samples.

    Raises:
        ConfigError: ``column`` is no numeric column.
    """
    return _quantiles(followed, column, [q / 100 for q in _QUANTILES], [f"q{q:02d}" for q in _QUANTILES])


def _quantiles(followed: Followed, column: str, shares: Sequence[float], names: Sequence[str]) -> pd.DataFrame:
    check_columns([column], numeric_columns(followed.rows))
    condition, values = followed.members()
    cuts = ", ".join(f'cuts[{place}] AS "{name}"' for place, name in enumerate(names, 1))
    return frame(
        f"""SELECT evaluation, epoch, count, {cuts} FROM (
            SELECT evaluation, any_value(epoch) AS epoch, count(*) AS count,
                   quantile_cont("{column}", [{", ".join(map(str, shares))}]) AS cuts
            FROM {followed.tables} WHERE {condition} AND isfinite("{column}"::DOUBLE)
            GROUP BY evaluation) ORDER BY evaluation""",
        values,
    )


def curves(followed: Followed, column: str = "balance_score", points: int = 101) -> pd.DataFrame:
    """Value against rank in each evaluation: ``evaluation, epoch, place`` (0 = highest … 1 = lowest), ``value``.

    Exact quantiles of every table are costly: :meth:`Followed.at` leaves only the evaluations that are drawn.

    Raises:
        ConfigError: ``column`` is no numeric column.
    """
    places = np.linspace(0, 1, points).round(6)
    wide = _quantiles(followed, column, list(1 - places), [str(place) for place in places])
    long = wide.drop(columns="count").melt(["evaluation", "epoch"], var_name="place", value_name="value")
    return long.astype({"place": float}).sort_values(["evaluation", "place"], ignore_index=True)


def shares(followed: Followed) -> pd.DataFrame:
    """Per evaluation and band of the samples: ``evaluation, epoch, band, count, share``.

    Raises:
        ConfigError: thresholds that cannot be.
    """
    # Grouped by a number and named afterwards, which takes a fifth of the time that it takes to group by names.
    low, high = check_thresholds(followed.selection.thresholds)
    number = f"CASE WHEN balance_score >= {high!r} THEN 2 WHEN balance_score >= {low!r} THEN 1 ELSE 0 END"
    condition, values = followed.members()
    found = frame(
        f"""SELECT evaluation, epoch, {band_sql(followed.selection.thresholds)} AS band, count FROM (
            SELECT evaluation, any_value(epoch) AS epoch, any_value(balance_score) AS balance_score, count(*) AS count
            FROM {followed.tables} WHERE {condition} GROUP BY evaluation, {number}) ORDER BY evaluation, band""",
        values,
    )
    return found.assign(share=found["count"] / found.groupby("evaluation")["count"].transform("sum"))
