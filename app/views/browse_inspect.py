"""The part of Browse below the filters: the gallery, and beside it the sample looked at, or two compared.

It is a fragment of two fragments. A turned page draws the gallery alone, a picked sample its card alone, a step to
another page or a comparison both; what changes the page around them, as a tag or a new evaluation does, draws all.
The pictures come first: a session's first figures wait until the browser shows them.
"""

from pathlib import Path

import streamlit as st

from app import data
from app.views import browse_choices, browse_compare, browse_gallery, browse_sample
from app.views.browse_order import ALL, BESIDE, Order, sample_shown
from app.widgets.chart import is_first_figure, later
from bss_core import annotations
from bss_core.errors import BSSError
from bss_core.evaluations import Evaluation
from bss_core.runs import Run

__all__ = ["show", "state_of"]

_STYLE = Path(__file__).with_name("browse.css").read_text(encoding="utf-8")
Seen = tuple[tuple[int, int], tuple[int, ...]]
_ALONE, _COMPARING = (5, 4), (4, 9)  # widths of the gallery and of what is beside it


@st.fragment(key=ALL)
def show(order: Order, about: Evaluation, selected: int, seen: Seen) -> None:
    """Draw the part.

    Args:
        order: of the selected samples.
        about: the evaluation.
        selected: how many samples are selected, at least one.
        seen: :func:`state_of` the run that the rest of the page shows; the page is drawn again when it has changed.
    """
    st.html(f"<style>{_STYLE}</style>")
    with st.container(key="browse_body"):
        left, right = st.columns(_COMPARING if browse_choices.now().compare else _ALONE, gap="medium")
    with left:
        _gallery(order, selected, seen)
    with right, st.container(key="browse_beside"):
        _beside(order, about, selected, seen)


def state_of(run: Run) -> Seen:
    """What others may change while a run is looked at: its tags, its evaluations, and whether it is there at all."""
    return annotations.revision(run.folder), tuple(item.number for item in data.evaluations(run))


@st.fragment
def _gallery(order: Order, selected: int, seen: Seen) -> None:
    _keep_up(order.run, seen)
    try:
        browse_gallery.show(order, selected)
    except BSSError as error:
        browse_gallery.note_seen()  # nothing to wait for
        st.error(str(error), icon=":material/broken_image:")


@st.fragment(key=BESIDE)
def _beside(order: Order, about: Evaluation, selected: int, seen: Seen) -> None:
    _keep_up(order.run, seen)
    compared = browse_choices.now().compare
    try:
        with later(is_first_figure() and not browse_gallery.is_seen()):
            if compared:
                browse_compare.show(order, about, sample_shown(order), compared)
            else:
                browse_sample.show(order, about, sample_shown(order), selected)
    except BSSError as error:
        st.error(str(error), icon=":material/broken_image:")


def _keep_up(run: Run, seen: Seen) -> None:
    if state_of(run) != seen:
        st.rerun()
