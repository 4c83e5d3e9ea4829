"""Single samples and their courses: some of those followed, those that lead, their rows in every evaluation."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from bss_core.places import places
from bss_core.queries import Source, check_columns, numeric_columns
from bss_core.tables import frame, parquet
from bss_core.trajectories._followed import Followed

__all__ = ["leaders", "some", "trajectories"]

_BY_COURSE = "ORDER BY sample_id, evaluation"


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


def trajectories(files: list[Path], sample_ids: list[str], columns: Sequence[str] = ()) -> pd.DataFrame:
    """A few samples in every evaluation, by sample and evaluation: all columns, or id, evaluation, epoch and some.

    The samples are looked for where the first table has them: evaluations list the same samples in the same order. All
    tables are searched only if that does not find every sample in every one.

    Raises:
        ConfigError: a column that the last table does not have.
    """
    if columns:
        check_columns(list(columns), numeric_columns(Source(files[-1])))
    names = ", ".join(f'"{name}"' for name in dict.fromkeys(["sample_id", "evaluation", "epoch", *columns]))
    asked = f"SELECT {names if columns else '* EXCLUDE (file_row_number)'} FROM {parquet(files, True)}"
    ids = list(dict.fromkeys(sample_ids))
    wanted = f"sample_id IN ({', '.join('?' * len(ids)) or 'NULL'})"
    rows = places(files[0]).of(*ids)
    at = f"file_row_number IN ({', '.join(map(str, rows)) or 'NULL'})"
    found = frame(f"{asked} WHERE {at} AND {wanted} {_BY_COURSE}", ids)
    if len(found) == len(ids) * len(files):
        return found
    return frame(f"{asked} WHERE {wanted} {_BY_COURSE}", ids)
