"""The courses of many samples in one picture: blocks of samples by evaluation, and flows from band to band."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from bss_core.errors import ConfigError
from bss_core.queries import Source, check_columns, numeric_columns
from bss_core.selection import band_sql
from bss_core.tables import frame, parquet
from bss_core.trajectories._followed import Followed, check_order

__all__ = ["flows", "heat"]


def heat(
    followed: Followed, order: str, descending: bool = True, column: str = "balance_score", blocks: int = 200
) -> pd.DataFrame:
    """Mean of a column per block of samples and evaluation; blocks follow one another in the order of ``order``.

    Args:
        followed: which samples.
        order: one of :data:`ORDERS`; ``balance_score`` is that of the last evaluation, the others are of dynamics.
        descending: the highest first; samples without a value stand last in both directions.
        column: what is averaged.
        blocks: at most this many, nearly equal in size; a block is a single sample if there are no more.

    Returns:
        ``block, evaluation, value, first, last`` (places of its samples, from 1), ``low, high`` (of ``order`` in the
        block), ``sample_id`` (of its first sample).

    Raises:
        ConfigError: an order or column that does not exist.
        RunError: the order is of dynamics, and the run has none yet.
    """
    check_columns([column], numeric_columns(followed.rows))
    condition, values = followed.members()
    way = "DESC" if descending else "ASC"
    return frame(
        f"""WITH ordered AS MATERIALIZED (
            SELECT sample_id, "{order}" AS key, count(*) OVER () AS n,
                   row_number() OVER (ORDER BY "{order}" {way} NULLS LAST, sample_id) - 1 AS place
            FROM {parquet([_table_of(followed, order)])} WHERE {condition}),
        blocked AS MATERIALIZED (SELECT *, (place * least(n, ?)) // n AS block FROM ordered),
        about AS (SELECT block, min(place) + 1 AS first, max(place) + 1 AS last, min(key) AS low, max(key) AS high,
                         arg_min(sample_id, place) AS sample_id FROM blocked GROUP BY block),
        means AS (SELECT block, evaluation, avg(value) AS value
                  FROM (SELECT sample_id, evaluation, "{column}"::DOUBLE AS value FROM {followed.tables})
                  JOIN blocked USING (sample_id) WHERE isfinite(value) GROUP BY block, evaluation)
        SELECT block, evaluation, value, first, last, low, high, sample_id
        FROM means JOIN about USING (block) ORDER BY block, evaluation""",
        [*values, blocks],
    )


def _table_of(followed: Followed, order: str) -> Path:
    """The table that has the order's column: the last evaluation for ``balance_score``, else the table of courses."""
    check_order(order)
    if order == "balance_score":
        return followed.rows.scores
    check_columns([order], numeric_columns(Source(followed.dynamics)))
    return followed.dynamics


def flows(followed: Followed, evaluations: Sequence[int]) -> pd.DataFrame:
    """How many samples go from band to band: ``evaluation, band, next_evaluation, next_band, count``.

    Args:
        followed: which samples; the bands are those of the selection's thresholds.
        evaluations: numbers in ascending order; flows are counted from each to the next one named.

    Raises:
        ConfigError: fewer than two evaluations, or one that is not there.
    """
    followed = followed.at(evaluations)
    if len(evaluations) < 2:
        raise ConfigError(f"Flows need two or more evaluations; got {len(evaluations)}.")
    condition, values = followed.members()
    pairs = list(zip(evaluations, evaluations[1:], strict=False))
    parts = " UNION ALL ".join(_flow(followed, *pair, condition) for pair in pairs)
    return frame(f"{parts} ORDER BY evaluation, band, next_band", values * len(pairs))


def _flow(followed: Followed, earlier: int, later: int, condition: str) -> str:
    band = band_sql(followed.selection.thresholds)
    first, second = (parquet([followed.files[number]]) for number in (earlier, later))
    return f"""SELECT {int(earlier)} AS evaluation, band, {int(later)} AS next_evaluation, next_band, count(*) AS count
        FROM (SELECT sample_id, {band} AS band FROM {first} WHERE {condition})
        JOIN (SELECT sample_id, {band} AS next_band FROM {second}) USING (sample_id) GROUP BY band, next_band"""
