"""The two panels of the paper's case study, for any run: samples with different scores, and one sample's course.

Source: BSS (IJCAI 2025), Fig. C1. (a) representative samples of each band with label and score; (b) how the score of
one sample changes with the evaluations of the learned scheduler.
"""

from collections.abc import Mapping
from typing import Any

from app import data
from app.media_store import MediaStore
from app.report.figures import Chart
from app.report.media import SampleMedia, sample_media
from app.report.panels import course_panel, samples_panel
from app.report.request import Shared
from bss_core.errors import RunError
from bss_core.runs import Run

__all__ = ["case_study"]


def case_study(shared: Shared, store: MediaStore) -> list[Chart]:
    """Panel (a) and, if a sample's score changed over the training evaluations, panel (b)."""
    run, thresholds = shared.run, shared.selection.thresholds
    rows = data.representatives(run, shared.about.number, thresholds, 2).to_dict("records")
    media = [_media(store, run, row) for row in rows]
    texts = [_text(run, row) for row in rows]
    said = f"For each band the two samples nearest to the middle of its scores, evaluation {shared.about.number}."
    panels = [Chart("case-study-a", samples_panel(rows, texts, media, run.classes), f"(a) {said}")]
    followed = _most_changed(run)
    if followed is not None:
        panels.append(_course_chart(shared, followed, store))
    return panels


def _media(store: MediaStore, run: Run, row: Mapping[str, Any]) -> SampleMedia:
    return sample_media(store, run, str(row["sample_id"])) if data.has_media(run) else SampleMedia(None, False, {})


def _text(run: Run, row: Mapping[str, Any]) -> str:
    name = next((name for name, kind in run.modalities.items() if kind == "text" and name in row), None)
    return str(row[name]) if name and isinstance(row[name], str) else str(row["sample_id"])


def _most_changed(run: Run) -> str | None:
    """The sample whose score rose most, as in the paper; else the one that fell most; None if none moved."""
    try:
        found = next((rows for rows in (data.movers(run, 1, True), data.movers(run, 1, False)) if len(rows)), None)
    except RunError:  # no dynamics before the second evaluation
        return None
    return None if found is None else str(found["sample_id"].iloc[0])


def _course_chart(shared: Shared, sample_id: str, store: MediaStore) -> Chart:
    run = shared.run
    rows = data.trajectories(run, [sample_id]).sort_values("evaluation")
    row = data.sample(run, int(rows["evaluation"].iloc[-1]), sample_id, shared.selection.thresholds) or {}
    label, text = run.classes[int(rows["label"].iloc[0])], _text(run, {"sample_id": sample_id, **row})
    media = _media(store, run, {"sample_id": sample_id})
    moved = "rose" if rows["balance_score"].iloc[-1] > rows["balance_score"].iloc[0] else "fell"
    figure = course_panel(rows, label, text, media, shared.selection.thresholds)
    return Chart("case-study-b", figure, f"(b) The sample whose score {moved} most: {sample_id}, label {label}.")
