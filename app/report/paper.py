"""A panel of the case study as a file for a paper: SVG or PDF with text that stays text, or PNG at 300 dpi.

Matplotlib is imported only with this module, which only the worker thread that answers a download imports: the pages
never wait for it. Its settings belong to the process, so one figure is drawn at a time; pyplot is not used.
"""

import io
import threading

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from app.media_pieces import make_piece
from app.media_store import MediaStore
from app.report.media import pictured
from app.report.paper_panels import PrintSample, course_figure, samples_figure
from app.report.request import Shared
from app.report.subjects import Subject, followed, representatives
from bss_core.errors import BSSError, RunError

__all__ = ["DPI", "paper_figure"]

DPI = 300
_SIDE = 480  # px of a picture: 300 dpi at 40 mm
_STYLE = {"svg.fonttype": "none", "svg.hashsalt": "bss-lens", "pdf.fonttype": 42, "axes.unicode_minus": True}
_UNDATED = {"svg": {"Date": None}, "pdf": {"CreationDate": None}, "png": {}}  # the same figure gives the same file
_one_at_a_time = threading.Lock()


def paper_figure(shared: Shared, store: MediaStore, panel: str, width: str, kind: str) -> bytes:
    """Draw one panel.

    Args:
        shared: run, evaluation and thresholds.
        store: where the pictures come from.
        panel: ``a`` or ``b``.
        width: a key of :data:`app.report.paper_panels.WIDTHS`.
        kind: ``svg``, ``pdf`` or ``png``.

    Raises:
        RunError: panel (b) of a run in which no score changed, or a table that is gone or damaged.
    """
    with _one_at_a_time, mpl.rc_context(_STYLE):
        figure = _samples(shared, store, width) if panel == "a" else _course(shared, store, width)
        file = io.BytesIO()
        figure.savefig(file, format=kind, dpi=DPI, metadata=_UNDATED[kind])
        return file.getvalue()


def _samples(shared: Shared, store: MediaStore, width: str) -> Figure:
    return samples_figure([_print(shared, store, item) for item in representatives(shared)], width)


def _course(shared: Shared, store: MediaStore, width: str) -> Figure:
    found = followed(shared)
    if found is None:
        raise RunError(f"{shared.run.id} has no sample whose score changed; panel (b) needs two training evaluations.")
    return course_figure(_print(shared, store, found.subject), found.course, shared.selection.thresholds, width)


def _print(shared: Shared, store: MediaStore, subject: Subject) -> PrintSample:
    return PrintSample(
        subject.label, subject.text, subject.score, subject.band, _picture(shared, store, subject.sample_id)
    )


def _picture(shared: Shared, store: MediaStore, sample_id: str) -> np.ndarray | None:
    """On white, as the paper is; None for a sample without a picture or with one that is gone or damaged."""
    run, modality = shared.run, pictured(shared.run)
    if modality is None:
        return None
    try:
        cell = store.cell(store.data_set(run.id), run.id, sample_id, modality)
        picture = Image.open(io.BytesIO(make_piece("thumb", cell, _SIDE).content)).convert("RGBA")
    except BSSError:  # the sample is printed without it, as the report shows it
        return None
    ground = Image.new("RGBA", picture.size, "white")
    return np.asarray(Image.alpha_composite(ground, picture).convert("RGB"))
