"""The samples that a report shows: picture, sound, text, and the anatomy of each one's score."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from app import data, data_trajectories
from app.data_sharing import tags_of
from app.figures import anatomy as figures
from app.figures.trajectories import trajectory_lines
from app.media_store import MediaStore
from app.report.figures import Chart, plain_names
from app.report.media import SampleMedia, sample_media
from app.report.request import Shared
from app.widgets.anatomy import top_predictions
from app.widgets.explanation import explain
from app.widgets.score_parts import measurer_of, parts_of
from bss_core.errors import BSSError
from bss_core.runs import Run
from bss_core.selection import Selection

__all__ = ["MOST_SAMPLES", "Sample", "captioned", "samples"]

MOST_SAMPLES = 48


@dataclass(frozen=True)
class Sample:
    """One sample of a report.

    Attributes:
        row: of the score table, with ``band``.
        label: class name.
        texts: modality → text.
        tags: names.
        why: one sentence on what makes it balanced or not.
        media: picture and sounds.
        charts: the anatomy of its score, its predictions, its course; what the run has data for.
        notes: what is missing, a sentence each.
    """

    row: dict[str, Any]
    label: str
    texts: dict[str, str]
    tags: tuple[str, ...]
    why: str
    media: SampleMedia
    charts: tuple[Chart, ...]
    notes: tuple[str, ...]


def captioned(run: Run, rows: pd.DataFrame) -> pd.DataFrame:
    """Add ``name``: the class and the first text, or the id without one, as short as a legend needs."""
    text = next((name for name, kind in run.modalities.items() if kind == "text" and name in rows), None)
    said = rows["sample_id"] if text is None else rows[text].fillna(rows["sample_id"])
    names = [f"{run.classes[int(label)]}: {word}" for label, word in zip(rows["label"], said, strict=True)]
    return rows.assign(name=[name if len(name) <= 42 else f"{name[:41]}…" for name in names])


def samples(shared: Shared, rows: pd.DataFrame, store: MediaStore) -> list[Sample]:
    """One per row of :func:`app.data.page`, in its order."""
    ids = rows["sample_id"].tolist()
    courses = data.trajectories(shared.run, ids, "balance_score") if _is_followed(shared.run) else None
    tags = tags_of(shared.run, ids)
    return [_sample(shared, row, store, courses, tags[row["sample_id"]]) for row in rows.to_dict("records")]


def _is_followed(run: Run) -> bool:
    return bool(data.evaluations(run, "training"))


def _sample(
    shared: Shared, row: dict[str, Any], store: MediaStore, courses: pd.DataFrame | None, tags: list[str]
) -> Sample:
    run, classes = shared.run, shared.run.classes
    texts = {name: str(row[name]) for name, kind in run.modalities.items() if kind == "text" and _is_text(row, name)}
    media = sample_media(store, run, str(row["sample_id"])) if data.has_media(run) else SampleMedia(None, False, {})
    charts: list[Chart] = []
    notes = list(media.missing)
    for draw in (_waterfall, _predictions):
        try:
            charts.append(draw(shared, row))
        except BSSError as error:
            notes.append(str(error).replace(f"{run.folder}/", ""))  # a reader elsewhere has no use for our folders
    if courses is not None and row["sample_id"] in set(courses["sample_id"]):
        charts.append(_course(shared, row, courses))
    label, why = classes[int(row["label"])], explain(row, classes)
    return Sample(row, label, texts, tuple(tags), why, media, tuple(charts), tuple(notes))


def _is_text(row: dict[str, Any], name: str) -> bool:
    return isinstance(row.get(name), str)


def _waterfall(shared: Shared, row: dict[str, Any]) -> Chart:
    run, about = shared.run, shared.about
    parts = parts_of(row, about, measurer_of(about), lambda name: data.column(run, about.number, name))
    score = float(row["balance_score"])
    figure = figures.waterfall(parts, score, str(row["band"]), shared.selection.thresholds)
    said = ", ".join(f"{name} {value:.2f}" for name, value in parts)
    return Chart("anatomy", figure, f"Balance score {score:.3f}, {row['band']}: {said}.")


def _predictions(shared: Shared, row: dict[str, Any]) -> Chart:
    chances = data.probabilities(shared.run, shared.about.number, str(row["sample_id"]))
    shown = top_predictions(chances, int(row["label"]), shared.run.classes)
    best = shown.groupby("head", sort=False)["name"].first()
    said = ", ".join(f"{head} {name}" for head, name in best.items())
    figure = figures.predictions(shown.assign(name=shown["name"].map(plain_names)))
    return Chart("predictions", figure, f"Likeliest class: {said}.")


def _course(shared: Shared, row: dict[str, Any], courses: pd.DataFrame) -> Chart:
    known = plain_names(str(row["sample_id"]))
    own = courses[courses["sample_id"] == row["sample_id"]].assign(name="this sample", sample_id=known)
    spread = data_trajectories.spread(shared.run, Selection(), "balance_score")
    figure = trajectory_lines(spread, own, "balance_score", shared.selection.thresholds, known)
    figure.update_layout(height=320, title_text="Balance score over the evaluations", showlegend=False, margin_r=96)
    ends = own.sort_values("evaluation")["balance_score"]
    said = f"From {ends.iloc[0]:.3f} in the first to {ends.iloc[-1]:.3f} in the last of {len(ends)} evaluations."
    return Chart("course", figure, said)
