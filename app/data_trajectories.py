"""What pages ask of the courses of selected samples, cached by the state of the files as in :mod:`app.data`.

All questions are about the training evaluations of a run; the selection is asked of the last of them.
"""

from collections.abc import Callable
from typing import Any

import pandas as pd

from app import data
from app.data_answers import answer, identity, selected_by
from app.data_courses import training_files
from bss_core import dynamics, queries, trajectories
from bss_core.manifest import FILE as MANIFEST
from bss_core.runs import Run
from bss_core.selection import Selection
from bss_core.trajectories import ORDERS, Followed

__all__ = [
    "count", "course_count", "course_page", "curves", "flows", "heat", "leaders", "orders", "shares", "some", "spread",
]  # fmt: skip


def _answer(run: Run, question: Callable[..., Any], selection: Selection, *arguments: Any) -> Any:
    """Ask one question about the courses of the selected samples.

    Raises:
        RunError: no training evaluation yet, a damaged table, or no dynamics where they are needed.
        ConfigError: a column that does not exist.
    """
    files = training_files(run)
    read = identity(*files.values(), run.folder / dynamics.FILE, run.data / MANIFEST)

    def ask() -> Any:
        return question(Followed(files, queries.source(run, max(files)), selection), *arguments)

    return answer(question.__name__, (*read, *selected_by(run, selection)), (selection, *arguments), ask)


def count(run: Run, selection: Selection) -> tuple[int, int]:
    """How many samples are selected, and how many the last training evaluation has."""
    return data.sizes(run, data.evaluations(run, "training")[-1].number, selection)


def spread(run: Run, selection: Selection, column: str) -> pd.DataFrame:
    """See :func:`bss_core.trajectories.spread`."""
    return _answer(run, trajectories.spread, selection, column)


def curves(run: Run, selection: Selection, column: str, evaluations: tuple[int, ...]) -> pd.DataFrame:
    """See :func:`bss_core.trajectories.curves`, of some evaluations."""
    return _answer(run, _curves, selection, column, evaluations)


def _curves(followed: Followed, column: str, evaluations: tuple[int, ...]) -> pd.DataFrame:
    return trajectories.curves(followed.at(evaluations), column)


def shares(run: Run, selection: Selection) -> pd.DataFrame:
    """See :func:`bss_core.trajectories.shares`."""
    return _answer(run, trajectories.shares, selection)


def some(run: Run, selection: Selection, limit: int) -> list[str]:
    """Ids of a fixed pseudo-random choice, see :func:`bss_core.trajectories.some`."""
    return _answer(run, trajectories.some, selection, limit)


def leaders(run: Run, selection: Selection, column: str, descending: bool, limit: int) -> pd.DataFrame:
    """See :func:`bss_core.trajectories.leaders`."""
    return _answer(run, trajectories.leaders, selection, column, descending, limit)


def course_count(run: Run, selection: Selection) -> int:
    """See :func:`bss_core.trajectories.course_count`."""
    return _answer(run, trajectories.course_count, selection)


def course_page(run: Run, selection: Selection, order: str, descending: bool, limit: int, offset: int) -> pd.DataFrame:
    """See :func:`bss_core.trajectories.course_page`."""
    return _answer(run, trajectories.course_page, selection, order, descending, limit, offset)


def heat(run: Run, selection: Selection, order: str, descending: bool, column: str, blocks: int) -> pd.DataFrame:
    """See :func:`bss_core.trajectories.heat`."""
    return _answer(run, trajectories.heat, selection, order, descending, column, blocks)


def flows(run: Run, selection: Selection, evaluations: tuple[int, ...]) -> pd.DataFrame:
    """See :func:`bss_core.trajectories.flows`."""
    return _answer(run, trajectories.flows, selection, evaluations)


def orders(run: Run) -> list[str]:
    """The orders that samples can be put in: older runs, and those without a summary of the courses, have fewer."""
    known = data.history_columns(run)
    return [name for name in ORDERS if name in known or name == "balance_score"]
