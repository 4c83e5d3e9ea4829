"""The only modules of the app that read run folders: this and its parts, with every answer a page needs.

Answers are cached by the state of the files, see :mod:`app.data_answers`. What can change without a file changing, such
as whether a job's process lives, is asked afresh: :attr:`bss_core.runs.Run.status`. Maps of samples and the courses of
selected samples have modules of their own: :mod:`app.data_maps`, :mod:`app.data_trajectories`.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from app.data_answers import answer, forget, identity, large_answer, selected_by
from app.data_courses import course_ends, courses, has_dynamics, history_columns, trajectories
from app.data_runs import damaged, details, evaluations, events, has_media, log_tail, progress
from bss_core import dynamics, queries
from bss_core.evaluations import predictions_path, scores_path
from bss_core.manifest import FILE as MANIFEST
from bss_core.runs import Run
from bss_core.scores import THRESHOLDS
from bss_core.selection import Selection

__all__ = [
    "column", "columns", "counts", "course_ends", "courses", "damaged", "details", "evaluations", "events", "forget",
    "has_dynamics", "has_media", "histogram", "history_columns", "identity", "log_tail", "median", "name_columns",
    "page", "place", "probabilities", "progress", "ranked", "representatives", "sample", "samples", "sizes",
    "trajectories",
]  # fmt: skip


def _about(run: Run, evaluation: int, question: Callable[..., Any], *arguments: Any) -> Any:
    """Ask one question about one evaluation.

    Raises:
        RunError: no such evaluation, or a table that is damaged.
        ConfigError: a column that does not exist.
    """
    files = (scores_path(run.folder, evaluation), run.data / MANIFEST, run.folder / dynamics.FILE)
    read = (*identity(*files), *selected_by(run, *arguments))
    return answer(question.__name__, read, arguments, lambda: question(queries.source(run, evaluation), *arguments))


def columns(run: Run, evaluation: int) -> list[str]:
    """The columns that can be sorted by, ranged over and drawn."""
    return _about(run, evaluation, queries.numeric_columns)


def name_columns(run: Run, evaluation: int) -> list[str]:
    """The columns that hold names, such as ``dominant_modality``."""
    return _about(run, evaluation, queries.name_columns)


def sizes(run: Run, evaluation: int, selection: Selection) -> tuple[int, int]:
    """How many samples are selected, and how many there are."""
    return _about(run, evaluation, queries.sizes, selection)


def counts(run: Run, evaluation: int, selection: Selection, by: str) -> dict[Any, int]:
    """Selected samples per ``band``, ``label``, ``split``, ``dominant_modality`` or ``correct_modalities``."""
    return _about(run, evaluation, queries.counts, selection, by)


def page(
    run: Run,
    evaluation: int,
    selection: Selection,
    sort: str = "balance_score",
    descending: bool = False,
    limit: int = 48,
    offset: int = 0,
    group: str = "",
) -> pd.DataFrame:
    """One page of the selected samples with all their columns, ``band`` and texts; grouped by ``label`` or ``band``."""
    return _about(run, evaluation, queries.page, selection, sort, descending, limit, offset, group)


def place(
    run: Run, evaluation: int, selection: Selection, sort: str, descending: bool, sample_id: str, group: str = ""
) -> int | None:
    """How many selected samples come before this one in the order of :func:`page`; None if it is not selected."""
    return _about(run, evaluation, queries.place, selection, sort, descending, sample_id, group)


def sample(
    run: Run, evaluation: int, sample_id: str, thresholds: tuple[float, float] = THRESHOLDS
) -> dict[str, Any] | None:
    """All columns of one sample, or None if the evaluation has no such sample."""
    return _about(run, evaluation, queries.sample, sample_id, thresholds)


def samples(
    run: Run, evaluation: int, sample_ids: list[str], thresholds: tuple[float, float] = THRESHOLDS
) -> list[dict[str, Any]]:
    """See :func:`bss_core.queries.samples`."""
    return _about(run, evaluation, queries.samples, sample_ids, thresholds)


def probabilities(run: Run, evaluation: int, sample_id: str) -> dict[str, list[float]]:
    """Head → probability of every class for one sample, modalities by name, ``multimodal`` last.

    Raises:
        RunError: the predictions are missing or damaged, or have no such sample.
    """
    path = predictions_path(run.folder, evaluation)
    return answer("probabilities", identity(path), (sample_id,), lambda: queries.probabilities(path, sample_id))


def histogram(
    run: Run, evaluation: int, selection: Selection, column: str = "balance_score", bins: int = 60, by: str = "band"
) -> pd.DataFrame:
    """See :func:`bss_core.queries.histogram`."""
    return _about(run, evaluation, queries.histogram, selection, column, bins, by)


def ranked(run: Run, evaluation: int, column: str, earlier: tuple[int, ...] = ()) -> queries.Ranked:
    """See :func:`bss_core.queries.ranked`; ``earlier`` are numbers of evaluations. The arrays must not be changed."""
    files = [scores_path(run.folder, number) for number in earlier]
    read = identity(scores_path(run.folder, evaluation), *files)
    asked = queries.source(run, evaluation)
    return large_answer("ranked", read, (column,), lambda: queries.ranked(asked, column, files))


def column(run: Run, evaluation: int, name: str) -> np.ndarray:
    """(n,) one column of all samples, by rank. It must not be changed."""
    return ranked(run, evaluation, name).values


def median(run: Run, evaluation: int, name: str) -> float:
    """See :func:`bss_core.queries.median`."""
    return _about(run, evaluation, queries.median, name)


def representatives(
    run: Run, evaluation: int, thresholds: tuple[float, float] = THRESHOLDS, count: int = 2
) -> pd.DataFrame:
    """See :func:`bss_core.queries.representatives`."""
    return _about(run, evaluation, queries.representatives, thresholds, count)
