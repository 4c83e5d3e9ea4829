"""What pages ask of a run as a whole: its description, its log, which evaluations it has."""

from pathlib import Path
from typing import Any

from app.data_answers import answer, identity
from bss_core.evaluations import Evaluation, damaged_evaluations
from bss_core.manifest import FILE as MANIFEST
from bss_core.runs import FILE, Run

__all__ = ["damaged", "details", "evaluations", "events", "has_media", "log_tail", "progress"]


def details(run: Run) -> dict[str, Any]:
    """``run.json``.

    Raises:
        RunError: see :meth:`bss_core.runs.Run.details`.
    """
    return answer("details", identity(run.folder / FILE), (), run.details)


def events(run: Run) -> list[dict[str, Any]]:
    """One record per epoch, by epoch."""
    return answer("events", identity(run.folder / "events.jsonl"), (), run.events)


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
    found = answer("evaluations", identity(*_score_files(run)), (), run.evaluations)
    return [item for item in found if kind in (None, item.kind)]


def damaged(run: Run) -> list[str]:
    """Names of its score tables that cannot be read."""
    read = identity(*_score_files(run))
    return answer("damaged", read, (), lambda: [path.name for path in damaged_evaluations(run.folder)])


def has_media(run: Run) -> bool:
    """Whether the data set's manifest, and with it pictures, sounds and texts, is still there."""
    return (run.data / MANIFEST).is_file()
