"""The two panels of the case study in the report: samples with different scores, and the course of one of them."""

from app import data
from app.media_store import MediaStore
from app.report.figures import Chart
from app.report.media import SampleMedia, sample_media
from app.report.panels import course_panel, samples_panel
from app.report.request import Shared
from app.report.subjects import Followed, Subject, followed, representatives
from bss_core.runs import Run

__all__ = ["case_study"]


def case_study(shared: Shared, store: MediaStore) -> list[Chart]:
    """Panel (a) and, if a sample's score changed over the training evaluations, panel (b)."""
    subjects = representatives(shared)
    said = f"For each band the two samples nearest to the middle of its scores, evaluation {shared.about.number}."
    media = [_media(store, shared.run, subject) for subject in subjects]
    panels = [Chart("case-study-a", samples_panel(subjects, media), f"(a) {said}")]
    found = followed(shared)
    return panels if found is None else [*panels, _course_chart(shared, found, store)]


def _media(store: MediaStore, run: Run, subject: Subject) -> SampleMedia:
    return sample_media(store, run, subject.sample_id) if data.has_media(run) else SampleMedia(None, False, {})


def _course_chart(shared: Shared, found: Followed, store: MediaStore) -> Chart:
    subject, scores = found.subject, found.course["balance_score"]
    moved = "rose" if scores.iloc[-1] > scores.iloc[0] else "fell"
    media = _media(store, shared.run, subject)
    figure = course_panel(found.course, subject.label, subject.text, media, shared.selection.thresholds)
    said = f"(b) The sample whose score {moved} most: {subject.sample_id}, label {subject.label}."
    return Chart("case-study-b", figure, said)
