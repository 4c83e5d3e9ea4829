"""What pages ask of the map of two criteria, cached by the state of the files as in :mod:`app.data`."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from app.data_answers import answer, identity, selected_by
from bss_core import queries
from bss_core.evaluations import scores_path
from bss_core.manifest import FILE as MANIFEST
from bss_core.runs import Run
from bss_core.selection import Selection

__all__ = ["cells", "points"]


def points(
    run: Run, evaluation: int, selection: Selection, axes: tuple[str, str], by: str, limit: int, before: int | None
) -> pd.DataFrame:
    """See :func:`bss_core.queries.score_points`; ``before`` is an earlier evaluation's number."""
    return _asked(queries.score_points, run, evaluation, (selection, axes, by, tuple(run.modalities), limit), before)


def cells(
    run: Run, evaluation: int, selection: Selection, axes: tuple[str, str], by: str, before: int | None, bins: int = 80
) -> pd.DataFrame:
    """See :func:`bss_core.queries.score_cells`; ``before`` is an earlier evaluation's number."""
    return _asked(queries.score_cells, run, evaluation, (selection, axes, by, tuple(run.modalities), bins), before)


def _asked(
    question: Callable[..., pd.DataFrame], run: Run, evaluation: int, given: tuple[Any, ...], before: int | None
) -> pd.DataFrame:
    earlier = None if before is None else scores_path(run.folder, before)
    files = [scores_path(run.folder, evaluation), run.data / MANIFEST, *([earlier] if earlier else [])]
    read = (*identity(*files), *selected_by(run, *given))
    return answer(
        question.__name__, read, given, lambda: question(queries.source(run, evaluation), *given, before=earlier)
    )
