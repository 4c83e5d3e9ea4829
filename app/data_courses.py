"""What pages ask of the training evaluations of a run together, and of the summary of its samples' courses."""

from pathlib import Path

import pandas as pd

from app.data_answers import answer, identity
from app.data_runs import evaluations
from bss_core import dynamics, queries
from bss_core.errors import RunError
from bss_core.evaluations import scores_path
from bss_core.runs import Run
from bss_core.scores import THRESHOLDS
from bss_core.selection import COURSES

__all__ = [
    "band_shares", "course_ends", "courses", "has_dynamics", "history_columns", "most_variable", "movers", "quantiles",
    "trajectories",
]  # fmt: skip


def _training_files(run: Run) -> list[Path]:
    files = [scores_path(run.folder, item.number) for item in evaluations(run, "training")]
    if not files:
        raise RunError(f"{run.id} has no evaluation of its training samples yet.")
    return files


def quantiles(run: Run, column: str = "balance_score") -> pd.DataFrame:
    """Quantiles of a column per training evaluation, see :func:`bss_core.queries.quantiles`.

    Raises:
        RunError: no training evaluation yet, or a damaged table; so do the following.
    """
    files = _training_files(run)
    return answer("quantiles", identity(*files), (column,), lambda: queries.quantiles(files, column))


def band_shares(run: Run, thresholds: tuple[float, float] = THRESHOLDS) -> pd.DataFrame:
    """Share of each band per training evaluation, see :func:`bss_core.queries.band_shares`."""
    files = _training_files(run)
    return answer("band_shares", identity(*files), (thresholds,), lambda: queries.band_shares(files, thresholds))


def trajectories(run: Run, sample_ids: list[str], *columns: str) -> pd.DataFrame:
    """A few samples in every training evaluation, all columns or some, see :func:`bss_core.queries.trajectories`."""
    files, ids = _training_files(run), tuple(sample_ids)
    return answer(
        "trajectories", identity(*files), (ids, columns), lambda: queries.trajectories(files, sample_ids, columns)
    )


def has_dynamics(run: Run) -> bool:
    """Whether it keeps a summary of every sample's course, which :func:`movers` and :func:`most_variable` ask."""
    return (run.folder / dynamics.FILE).is_file()


def history_columns(run: Run) -> list[str]:
    """What the summary of the samples' courses tells in numbers; empty without one."""
    return [name for name in most_variable(run, 1) if name != "sample_id"] if has_dynamics(run) else []


def course_ends(run: Run, column: str) -> tuple[float, float] | None:
    """See :func:`bss_core.queries.course_ends`."""
    return answer(
        "course_ends", identity(run.folder / dynamics.FILE), (column,), lambda: queries.course_ends(run, column)
    )


def courses(run: Run) -> list[str]:
    """Those of :data:`bss_core.selection.COURSES` that the summary tells; older ones and none at all tell fewer."""
    known = set(history_columns(run))
    return [name for name, (needed, _) in COURSES.items() if known.issuperset(needed)]


def movers(run: Run, count: int = 10, rising: bool = True) -> pd.DataFrame:
    """The samples whose score rose (or fell) most, see :func:`bss_core.queries.movers`."""
    return answer(
        "movers", identity(run.folder / dynamics.FILE), (count, rising), lambda: queries.movers(run, count, rising)
    )


def most_variable(run: Run, count: int = 10) -> pd.DataFrame:
    """The samples whose score varied most, see :func:`bss_core.queries.most_variable`."""
    return answer(
        "most_variable", identity(run.folder / dynamics.FILE), (count,), lambda: queries.most_variable(run, count)
    )
