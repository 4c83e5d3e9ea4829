"""What pages ask of the training evaluations of a run together, and of the summary of its samples' courses."""

from pathlib import Path

import pandas as pd

from app.data_answers import answer, identity
from app.data_runs import evaluations
from bss_core import dynamics, queries
from bss_core import trajectories as asked
from bss_core.errors import RunError
from bss_core.evaluations import scores_path
from bss_core.queries import Source
from bss_core.runs import Run
from bss_core.selection import COURSES

__all__ = ["course_ends", "courses", "has_dynamics", "history_columns", "training_files", "trajectories"]


def training_files(run: Run) -> dict[int, Path]:
    """Number of a training evaluation → its score table, in ascending order.

    Raises:
        RunError: there is none yet.
    """
    files = {item.number: scores_path(run.folder, item.number) for item in evaluations(run, "training")}
    if not files:
        raise RunError(f"{run.id} has no evaluation of its training samples yet.")
    return files


def trajectories(run: Run, sample_ids: list[str], *columns: str) -> pd.DataFrame:
    """A few samples in every training evaluation, all columns or some, see :func:`bss_core.trajectories.trajectories`.

    Raises:
        RunError: no training evaluation yet, or a damaged table.
    """
    files, ids = [*training_files(run).values()], tuple(sample_ids)
    return answer(
        "trajectories", identity(*files), (ids, columns), lambda: asked.trajectories(files, sample_ids, columns)
    )


def has_dynamics(run: Run) -> bool:
    """Whether it keeps a summary of every sample's course."""
    return (run.folder / dynamics.FILE).is_file()


def history_columns(run: Run) -> list[str]:
    """What the summary of the samples' courses tells in numbers; empty without one."""
    path = run.folder / dynamics.FILE
    ask = lambda: queries.numeric_columns(Source(path))  # noqa: E731
    return answer("history_columns", identity(path), (), ask) if path.is_file() else []


def course_ends(run: Run, column: str) -> tuple[float, float] | None:
    """See :func:`bss_core.trajectories.course_ends`."""
    return answer(
        "course_ends", identity(run.folder / dynamics.FILE), (column,), lambda: asked.course_ends(run, column)
    )


def courses(run: Run) -> list[str]:
    """Those of :data:`bss_core.selection.COURSES` that the summary tells; older ones and none at all tell fewer."""
    known = set(history_columns(run))
    return [name for name, (needed, _) in COURSES.items() if known.issuperset(needed)]
