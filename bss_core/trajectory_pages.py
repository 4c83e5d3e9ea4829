"""Pages of the samples followed, in the order of what became of them: what a table of courses is made of.

Both questions are asked of ``dynamics.parquet``, which holds the training samples only.
"""

import pandas as pd

from bss_core.errors import ConfigError
from bss_core.queries import Source, check_columns, numeric_columns
from bss_core.tables import frame, parquet
from bss_core.trajectory_queries import ORDERS, Followed

__all__ = ["course_count", "course_page"]


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
        order: one of :data:`bss_core.trajectory_queries.ORDERS`; ``balance_score`` is the last score of the course.
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
    if order not in ORDERS:
        raise ConfigError(f"Samples cannot be put in the order of {order!r}; orders are {', '.join(ORDERS)}.")
    column = "last_score" if order == "balance_score" else order
    check_columns([column], numeric_columns(Source(followed.dynamics)))
    return column
