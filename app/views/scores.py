"""Scores: how the scores of one evaluation are spread, and which of the two criteria they come from."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app import data, selection_state
from app.views import scores_criteria, scores_histogram, scores_map
from app.views.page_tools import page_tools
from app.widgets.evaluation_picker import evaluation_picker
from app.widgets.page_frame import page_frame
from app.widgets.scope import scope
from bss_core.evaluations import Evaluation
from bss_core.runs import Run
from bss_core.scores import THRESHOLDS
from bss_core.selection import Selection

__all__ = ["show"]


def show() -> None:
    """Draw the page."""
    page_frame(
        "Scores",
        "How are the balance scores spread, and does a low score come from modalities that disagree or from a high "
        "loss? Drag over a chart to mark a region and look at its samples.",
        _show,
    )


def _show(run: Run, beside: DeltaGenerator) -> None:
    left, right = st.columns(2, gap="large")
    with left:
        about = evaluation_picker(run, "scores_evaluation")
    if about is None:
        return
    with right:
        _thresholds()
    chosen = _samples(run, about)
    page_tools(beside, run, about, selection_state.selection(run), "scores")
    scores_histogram.show(run, about, chosen)
    scores_map.show(run, about, chosen)
    scores_criteria.show(run, about)


def _thresholds() -> None:
    key = "scores_thresholds"
    st.session_state[key] = selection_state.thresholds()
    st.slider(
        "Bands: imbalanced below the first value, balanced from the second on",
        -1.0,
        1.0,
        step=0.01,
        key=key,
        on_change=_move_thresholds,
        args=(key,),
        help=f"The paper names the bands without values; {THRESHOLDS[0]:g} and {THRESHOLDS[1]:g} are this app's "
        "defaults. The thresholds count on every page.",
    )


def _move_thresholds(key: str) -> None:
    low, high = st.session_state[key]
    if low == high:  # the two handles met; a band needs some width
        low, high = (low - 0.01, high) if high > 0 else (low, high + 0.01)
    selection_state.set_thresholds(round(low, 2), round(high, 2))


def _samples(run: Run, about: Evaluation) -> Selection:
    """What the charts show; always said how many."""
    chosen = selection_state.selection(run)
    selected, total = data.sizes(run, about.number, chosen)
    shown = scope(run, about, chosen, selected, total, "scores")
    st.caption(f"{selected if shown == chosen else total:,} of {total:,} samples shown · split {about.split}.")
    return shown
