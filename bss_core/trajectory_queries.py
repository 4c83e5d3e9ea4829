"""Questions about the courses of selected samples over the evaluations of a run; frames small at any number of samples.

The selection is asked of the last evaluation (and of ``dynamics.parquet``), then those samples are followed through
all of them. A sample that an evaluation lacks is not counted there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bss_core.errors import ConfigError, RunError
from bss_core.queries import Source, band_shares, check_columns, numeric_columns, selected
from bss_core.selection import Selection, band_sql
from bss_core.tables import frame, parquet

__all__ = ["ORDERS", "Followed", "curves", "flows", "heat", "leaders", "shares", "some", "spread"]

ORDERS = ("slope", "change", "variance", "first_crossing", "crossings", "forgetting", "balance_score")
_QUANTILES = (5, 25, 50, 75, 95)


@dataclass(frozen=True)
class Followed:
    """Which samples are followed through which tables.

    Attributes:
        files: number of an evaluation → its score table, in ascending order.
        rows: the source of the last of them, of which the selection is asked.
        selection: which samples are meant.
    """

    files: Mapping[int, Path]
    rows: Source
    selection: Selection = Selection()

    def at(self, evaluations: Sequence[int]) -> "Followed":
        """The same samples in only some of the evaluations.

        Raises:
            ConfigError: one that is not there.
        """
        unknown = [number for number in evaluations if number not in self.files]
        if unknown:
            known = ", ".join(map(str, self.files))
            raise ConfigError(f"There is no evaluation {', '.join(map(str, unknown))} to follow; there are {known}.")
        return replace(self, files={number: self.files[number] for number in evaluations})

    @property
    def tables(self) -> str:
        """All tables as one relation."""
        return parquet(list(self.files.values()))

    @property
    def dynamics(self) -> Path:
        """The summary of the samples' courses.

        Raises:
            RunError: the run has none yet.
        """
        if self.rows.dynamics is None:
            run = self.rows.scores.parent.parent.name
            raise RunError(f"{run} has no dynamics.parquet; it is written after the second evaluation.")
        return self.rows.dynamics

    def members(self) -> tuple[str, list[Any]]:
        """An SQL condition on ``sample_id`` and its parameters; costs nothing if everything is selected.

        Raises:
            ConfigError: a column that does not exist.
            RunError: the selection asks for the samples' history, and the run has none yet.
        """
        if self.selection == Selection(thresholds=self.selection.thresholds):
            return "true", []
        found, values = selected(self.rows, self.selection)
        return f"sample_id IN (SELECT sample_id FROM {found})", values


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
    """Per evaluation and band of the samples: ``evaluation, epoch, band, count, share``."""
    condition, values = followed.members()
    return band_shares([*followed.files.values()], followed.selection.thresholds, condition, values)


def some(followed: Followed, limit: int) -> list[str]:
    """Ids of at most ``limit`` of the samples: a pseudo-random choice that is the same each time."""
    condition, values = followed.members()
    found = frame(
        f"""SELECT sample_id FROM {parquet([followed.rows.scores])} WHERE {condition}
        ORDER BY hash(sample_id), sample_id LIMIT ?""",
        [*values, limit],
    )
    return found["sample_id"].tolist()


def leaders(followed: Followed, column: str, descending: bool, limit: int) -> pd.DataFrame:
    """The samples that lead by a column of ``dynamics.parquet``, with all its columns; ties are ordered by id.

    Only samples whose value has the direction's sign are there: what leads by the lowest change has fallen. ``total``
    says how many they are, of which ``limit`` are listed.

    Raises:
        RunError: the run has no such table yet.
        ConfigError: it has no such column.
    """
    path = followed.dynamics
    check_columns([column], numeric_columns(Source(path)))
    condition, values = followed.members()
    sign, way = (">", "DESC") if descending else ("<", "ASC")
    leading = f"""{parquet([path])} WHERE {condition} AND "{column}" {sign} 0"""
    return frame(
        f"""SELECT *, (SELECT count(*) FROM {leading}) AS total FROM {leading}
        ORDER BY "{column}" {way}, sample_id LIMIT ?""",
        [*values, *values, limit],
    )


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
    if order not in ORDERS:
        raise ConfigError(f"Samples cannot be put in the order of {order!r}; orders are {', '.join(ORDERS)}.")
    if order == "balance_score":
        return followed.rows.scores
    path = followed.dynamics
    check_columns([order], numeric_columns(Source(path)))
    return path


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
