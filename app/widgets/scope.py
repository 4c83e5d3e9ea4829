"""The selection on a page of charts: its chips, the filters behind a button, and whether the charts show only it; and
on a page that does not follow it.
"""

import streamlit as st

from app import data, selection_state
from app.page_choices import addressed, choose
from app.widgets.chips import chips
from app.widgets.filters import filter_button
from bss_core.errors import BSSError
from bss_core.evaluations import Evaluation
from bss_core.runs import Run
from bss_core.selection import Selection

__all__ = ["aside", "scope"]

_NAME, _SELECTED, _ALL = "show", "selected", "all"


def scope(run: Run, about: Evaluation, chosen: Selection, selected: int, total: int, key: str) -> Selection:
    """Draw them; the samples that the charts show: those selected, or on request all.

    It is one element of the page however much it holds: the charts below stay where they are, and with them their
    fragments, for Streamlit drops a click that comes from a fragment which has moved since.

    Args:
        run: the run.
        about: the evaluation looked at.
        chosen: the selection.
        selected: how many samples that are.
        total: of how many.
        key: of the widgets.
    """
    everything = Selection(thresholds=chosen.thresholds)
    with st.container():
        chips(run, chosen, selected, total, key, lambda: filter_button(run, about, chosen, key))
        return chosen if chosen == everything or _only_selected(selected, total) else everything


def _only_selected(selected: int, total: int) -> bool:
    """Draw the choice between the selected samples and all."""
    words = {_SELECTED: f"the {selected:,} selected", _ALL: f"all {total:,}"}
    shown = st.segmented_control(
        "Samples in the charts", list(words), required=True, format_func=words.get,
        key=addressed(_NAME, words, _SELECTED), on_change=choose, args=(_NAME, _SELECTED),
    )  # fmt: skip
    return shown == _SELECTED


def aside(run: Run) -> None:
    """Draw the chips of a selection in the sidebar of a page that is about all samples, and say so."""
    try:
        number, chosen = selection_state.evaluation(run), selection_state.selection(run)
        if number is None or chosen == Selection(thresholds=chosen.thresholds):
            return
        selected, total = data.sizes(run, number, chosen)
    except BSSError:  # the page itself says what cannot be read
        return
    with st.sidebar, st.container(border=True, key="aside"):
        chips(run, chosen, selected, total, "aside")
        st.caption("Selected on the other pages; this one is about all samples.")
