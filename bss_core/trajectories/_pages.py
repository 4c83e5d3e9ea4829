"""The table of courses, ``dynamics.parquet``: its pages in an order, the ends of its columns."""

import pandas as pd

from bss_core import dynamics
from bss_core.errors import ConfigError
from bss_core.queries import Source, check_columns, numeric_columns
from bss_core.runs import Run
from bss_core.tables import frame, parquet
from bss_core.trajectories._followed import Followed, check_order

__all__ = ["course_count", "course_ends", "course_page"]


def course_count(followed: Followed) -> int:
    """How many of the samples have a course.

    Raises:
        RunError: the run has no ``dynamics.parquet`` yet.
    """
    condition, values = followed.members()
    return int(frame(f"SELECT count(*) AS n FROM {parquet([followed.dynamics])} WHERE {condition}", values)["n"].item())


def course_page(followed: Followed, order: str, descending: bool, limit: int, offset: int = 0) -> pd.DataFrame:
    """Some of the samples in an order; ties are ordered by id, samples without a value stand last both ways.

    Args:
        followed: which samples.
        order: one of :data:`ORDERS`; ``balance_score`` is the last score of the course.
        descending: whether the highest come first.
        limit: at most this many.
        offset: so many are left out before.

    Returns:
        ``sample_id, label, first_score, last_score, value`` (of the order).

    Raises:
        ConfigError: an order that does not exist, or ``limit`` or ``offset`` is negative.
        RunError: the run has no ``dynamics.parquet`` yet.
    """
    if limit < 0 or offset < 0:
        raise ConfigError(f"A page cannot begin at {offset} and hold {limit} samples; both must be at least 0.")
    column, table = _column(followed, order), parquet([followed.dynamics])
    condition, values = followed.members()
    # The page's ids first: a sort that carries no other column along takes two thirds of the time.
    by = f'"{column}" {"DESC" if descending else "ASC"} NULLS LAST, sample_id'
    few = f"SELECT sample_id FROM {table} WHERE {condition} ORDER BY {by} LIMIT ? OFFSET ?"
    return frame(
        f"""SELECT sample_id, label, first_score, last_score, "{column}" AS value FROM {table}
        WHERE sample_id IN ({few}) ORDER BY {by}""",
        [*values, limit, offset],
    )


def _column(followed: Followed, order: str) -> str:
    check_order(order)
    column = "last_score" if order == "balance_score" else order
    check_columns([column], numeric_columns(Source(followed.dynamics)))
    return column


def course_ends(run: Run, column: str) -> tuple[float, float] | None:
    """The lowest and the highest value of a column of ``dynamics.parquet``; None if no sample has one.

    Raises:
        RunError: the run has no such table yet.
        ConfigError: ``column`` is no numeric column of it.
    """
    path = run.folder / dynamics.FILE
    if not path.exists():
        raise dynamics.not_written(run.id)
    check_columns([column], numeric_columns(Source(path)))
    values = f'SELECT "{column}"::DOUBLE AS value FROM {parquet([path])}'
    found = frame(f"SELECT min(value) AS low, max(value) AS high FROM ({values}) WHERE isfinite(value)")
    return None if found["low"].isna().item() else (float(found["low"].item()), float(found["high"].item()))
