"""What pages ask of the courses of selected samples, cached by the state of the files as in :mod:`app.data`.

All questions are about the training evaluations of a run; the selection is asked of the last of them.
"""

from collections.abc import Callable
from typing import Any

import pandas as pd

from app import data
from app.data_answers import answer, identity, selected_by
from bss_core import dynamics, queries, trajectory_pages, trajectory_queries
from bss_core.errors import RunError
from bss_core.evaluations import scores_path
from bss_core.manifest import FILE as MANIFEST
from bss_core.queries import Source
from bss_core.runs import Run
from bss_core.selection import Selection
from bss_core.trajectory_queries import ORDERS, Followed

__all__ = [
    "count", "course_count", "course_page", "curves", "flows", "heat", "leaders", "orders", "shares", "some", "spread",
]  # fmt: skip


def _answer(run: Run, question: Callable[..., Any], selection: Selection, *arguments: Any) -> Any:
    """Ask one question about the courses of the selected samples.

    Raises:
        RunError: no training evaluation yet, a damaged table, or no dynamics where they are needed.
        ConfigError: a column that does not exist.
    """
    files = {item.number: scores_path(run.folder, item.number) for item in data.evaluations(run, "training")}
    if not files:
        raise RunError(f"{run.id} has no evaluation of its training samples yet.")
    read = identity(*files.values(), run.folder / dynamics.FILE, run.data / MANIFEST)

    def ask() -> Any:
        return question(Followed(files, queries.source(run, max(files)), selection), *arguments)

    return answer(question.__name__, (*read, *selected_by(run, selection)), (selection, *arguments), ask)


def count(run: Run, selection: Selection) -> tuple[int, int]:
    """How many samples are selected, and how many the last training evaluation has."""
    return data.sizes(run, data.evaluations(run, "training")[-1].number, selection)


def spread(run: Run, selection: Selection, column: str) -> pd.DataFrame:
    """See :func:`bss_core.trajectory_queries.spread`."""
    return _answer(run, trajectory_queries.spread, selection, column)


def curves(run: Run, selection: Selection, column: str, evaluations: tuple[int, ...]) -> pd.DataFrame:
    """See :func:`bss_core.trajectory_queries.curves`, of some evaluations."""
    return _answer(run, _curves, selection, column, evaluations)


def _curves(followed: Followed, column: str, evaluations: tuple[int, ...]) -> pd.DataFrame:
    return trajectory_queries.curves(followed.at(evaluations), column)


def shares(run: Run, selection: Selection) -> pd.DataFrame:
    """See :func:`bss_core.trajectory_queries.shares`."""
    return _answer(run, trajectory_queries.shares, selection)


def some(run: Run, selection: Selection, limit: int) -> list[str]:
    """Ids of a fixed pseudo-random choice, see :func:`bss_core.trajectory_queries.some`."""
    return _answer(run, trajectory_queries.some, selection, limit)


def leaders(run: Run, selection: Selection, column: str, descending: bool, limit: int) -> pd.DataFrame:
    """See :func:`bss_core.trajectory_queries.leaders`."""
    return _answer(run, trajectory_queries.leaders, selection, column, descending, limit)


def course_count(run: Run, selection: Selection) -> int:
    """See :func:`bss_core.trajectory_pages.course_count`."""
    return _answer(run, trajectory_pages.course_count, selection)


def course_page(run: Run, selection: Selection, order: str, descending: bool, limit: int, offset: int) -> pd.DataFrame:
    """See :func:`bss_core.trajectory_pages.course_page`."""
    return _answer(run, trajectory_pages.course_page, selection, order, descending, limit, offset)


def heat(run: Run, selection: Selection, order: str, descending: bool, column: str, blocks: int) -> pd.DataFrame:
    """See :func:`bss_core.trajectory_queries.heat`."""
    return _answer(run, trajectory_queries.heat, selection, order, descending, column, blocks)


def flows(run: Run, selection: Selection, evaluations: tuple[int, ...]) -> pd.DataFrame:
    """See :func:`bss_core.trajectory_queries.flows`."""
    return _answer(run, trajectory_queries.flows, selection, evaluations)


def orders(run: Run) -> list[str]:
    """The orders that samples can be put in: older runs, and those without a summary of the courses, have fewer."""
    path = run.folder / dynamics.FILE
    if not path.is_file():
        return ["balance_score"]
    known = answer("orders", identity(path), (), lambda: queries.numeric_columns(Source(path)))
    return [name for name in ORDERS if name in known or name == "balance_score"]
