"""The only module of the app that reads run folders: every answer a page needs, cached by the state of the files.

The key of an answer is the question, its arguments and the identity (path, modification time, size) of every file it
was read from; a frame is never hashed, a changed file is never served stale, and errors are not kept. What can change
without a file changing, such as whether a job's process lives, is asked afresh: :attr:`bss_core.runs.Run.status`.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from bss_core import dynamics, queries
from bss_core.errors import RunError
from bss_core.evaluations import Evaluation, damaged_evaluations, predictions_path, scores_path
from bss_core.manifest import FILE as MANIFEST
from bss_core.runs import FILE, Run
from bss_core.scores import THRESHOLDS
from bss_core.selection import Selection

__all__ = [
    "band_shares", "column", "columns", "counts", "damaged", "density", "details", "evaluations", "events",
    "has_dynamics", "has_media", "histogram", "history_columns", "identity", "log_tail", "most_variable", "movers",
    "name_columns", "page", "place", "points", "probabilities", "progress", "quantiles", "representatives", "sample",
    "selected_by", "sizes", "trajectories",
]  # fmt: skip

_EVERY_SAMPLE = 2**31 - 1


def identity(*paths: Path) -> tuple[tuple[str, int, int], ...]:
    """(path, modification time in ns, size in bytes) of each file; (path, 0, −1) for one that is not there."""
    return tuple(_identity(path) for path in paths)


def _identity(path: Path) -> tuple[str, int, int]:
    try:
        found = path.stat()
    except OSError:
        return str(path), 0, -1
    return str(path), found.st_mtime_ns, found.st_size


@st.cache_data(max_entries=256, show_spinner=False)
def _kept(key: str, _ask: Callable[[], Any]) -> Any:
    return _ask()


def _answer(question: str, files: list[Path], arguments: tuple[Any, ...], ask: Callable[[], Any]) -> Any:
    return _kept(repr((question, identity(*files), arguments)), ask)


def details(run: Run) -> dict[str, Any]:
    """``run.json``.

    Raises:
        RunError: see :meth:`bss_core.runs.Run.details`.
    """
    return _answer("details", [run.folder / FILE], (), run.details)


def events(run: Run) -> list[dict[str, Any]]:
    """One record per epoch, by epoch."""
    return _answer("events", [run.folder / "events.jsonl"], (), run.events)


def progress(run: Run) -> dict[str, Any]:
    """The training job's latest ``phase``, ``done`` of ``total`` epochs; empty before its first report. Not cached."""
    return run.state.progress()


def log_tail(run: Run, lines: int = 200) -> str:
    """The last lines of the training log. Not cached."""
    return run.state.log_tail(lines)


def _score_files(run: Run) -> list[Path]:
    return sorted((run.folder / "scores").glob("evaluation=*.parquet"))


def evaluations(run: Run, kind: str | None = None) -> list[Evaluation]:
    """Its readable evaluations by number, all or of one kind (``training`` or ``scoring``)."""
    found = _answer("evaluations", _score_files(run), (), run.evaluations)
    return [item for item in found if kind in (None, item.kind)]


def damaged(run: Run) -> list[str]:
    """Names of its score tables that cannot be read."""
    return _answer("damaged", _score_files(run), (), lambda: [path.name for path in damaged_evaluations(run.folder)])


def has_media(run: Run) -> bool:
    """Whether the data set's manifest, and with it pictures, sounds and texts, is still there."""
    return (run.data / MANIFEST).is_file()


def selected_by(run: Run, *arguments: Any) -> list[Path]:
    """The files that the selections among a question's arguments are answered from, besides the score table."""
    follows = any(isinstance(item, Selection) and item.history for item in arguments)
    return [run.folder / dynamics.FILE] if follows else []


def _about(run: Run, evaluation: int, question: Callable[..., Any], *arguments: Any) -> Any:
    """Ask one question about one evaluation.

    Raises:
        RunError: no such evaluation, or a table that is damaged.
        ConfigError: a column that does not exist.
    """
    files = [scores_path(run.folder, evaluation), run.data / MANIFEST, *selected_by(run, *arguments)]
    return _answer(question.__name__, files, arguments, lambda: question(queries.source(run, evaluation), *arguments))


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
) -> pd.DataFrame:
    """One page of the selected samples with all their columns, ``band`` and texts."""
    return _about(run, evaluation, queries.page, selection, sort, descending, limit, offset)


def place(run: Run, evaluation: int, selection: Selection, sort: str, descending: bool, sample_id: str) -> int | None:
    """How many selected samples come before this one in the order of :func:`page`; None if it is not selected."""
    return _about(run, evaluation, queries.place, selection, sort, descending, sample_id)


def sample(
    run: Run, evaluation: int, sample_id: str, thresholds: tuple[float, float] = THRESHOLDS
) -> dict[str, Any] | None:
    """All columns of one sample, or None if the evaluation has no such sample."""
    return _about(run, evaluation, queries.sample, sample_id, thresholds)


def probabilities(run: Run, evaluation: int, sample_id: str) -> dict[str, list[float]]:
    """Head → probability of every class for one sample, modalities by name, ``multimodal`` last.

    Raises:
        RunError: the predictions are missing or damaged, or have no such sample.
    """
    path = predictions_path(run.folder, evaluation)
    return _answer("probabilities", [path], (sample_id,), lambda: queries.probabilities(path, sample_id))


def histogram(
    run: Run, evaluation: int, selection: Selection, column: str = "balance_score", bins: int = 60, by: str = "band"
) -> pd.DataFrame:
    """See :func:`bss_core.queries.histogram`."""
    return _about(run, evaluation, queries.histogram, selection, column, bins, by)


def density(run: Run, evaluation: int, selection: Selection, x: str, y: str, bins: int = 80) -> pd.DataFrame:
    """See :func:`bss_core.queries.density`."""
    return _about(run, evaluation, queries.density, selection, x, y, bins)


def points(run: Run, evaluation: int, selection: Selection, names: list[str], limit: int = 5000) -> pd.DataFrame:
    """See :func:`bss_core.queries.points`."""
    return _about(run, evaluation, queries.points, selection, names, limit)


def column(run: Run, evaluation: int, name: str) -> np.ndarray:
    """(n,) one column of all samples, in no particular order."""
    return points(run, evaluation, Selection(), [name], _EVERY_SAMPLE)[name].to_numpy()


def representatives(
    run: Run, evaluation: int, thresholds: tuple[float, float] = THRESHOLDS, count: int = 2
) -> pd.DataFrame:
    """See :func:`bss_core.queries.representatives`."""
    return _about(run, evaluation, queries.representatives, thresholds, count)


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
    return _answer("quantiles", files, (column,), lambda: queries.quantiles(files, column))


def band_shares(run: Run, thresholds: tuple[float, float] = THRESHOLDS) -> pd.DataFrame:
    """Share of each band per training evaluation, see :func:`bss_core.queries.band_shares`."""
    files = _training_files(run)
    return _answer("band_shares", files, (thresholds,), lambda: queries.band_shares(files, thresholds))


def trajectories(run: Run, sample_ids: list[str]) -> pd.DataFrame:
    """All columns of a few samples in every training evaluation, by sample and evaluation."""
    files = _training_files(run)
    return _answer("trajectories", files, tuple(sample_ids), lambda: queries.trajectories(files, sample_ids))


def has_dynamics(run: Run) -> bool:
    """Whether it keeps a summary of every sample's course, which :func:`movers` and :func:`most_variable` ask."""
    return (run.folder / dynamics.FILE).is_file()


def history_columns(run: Run) -> list[str]:
    """What the summary of the samples' courses tells in numbers; empty without one."""
    return [name for name in most_variable(run, 1) if name != "sample_id"] if has_dynamics(run) else []


def movers(run: Run, count: int = 10, rising: bool = True) -> pd.DataFrame:
    """The samples whose score rose (or fell) most, see :func:`bss_core.queries.movers`."""
    files = [run.folder / dynamics.FILE]
    return _answer("movers", files, (count, rising), lambda: queries.movers(run, count, rising))


def most_variable(run: Run, count: int = 10) -> pd.DataFrame:
    """The samples whose score varied most, see :func:`bss_core.queries.most_variable`."""
    files = [run.folder / dynamics.FILE]
    return _answer("most_variable", files, (count,), lambda: queries.most_variable(run, count))
