"""Which samples the page follows: those of the shared selection, which can be narrowed to certain courses here."""

import streamlit as st

from app import data, data_trajectories, selection_state
from app.widgets.bound import bound, change
from app.widgets.filter_words import COURSE_WORDS, courses_help
from app.widgets.filters import chips
from app.widgets.history_filter import history_filter
from app.widgets.links import open_page
from bss_core.runs import Run
from bss_core.selection import Selection

__all__ = ["choose_selection"]


def choose_selection(run: Run) -> Selection:
    """Draw the controls and say how many samples are followed; the selection that all charts of the page show."""
    chosen = selection_state.selection(run)
    _courses(run, chosen)
    found, total = data_trajectories.count(run, chosen)
    chips(run, chosen, found, total, "trajectories")
    if chosen != Selection(thresholds=chosen.thresholds):
        _way_to_browse(run, found)
    return chosen


def _way_to_browse(run: Run, found: int) -> None:
    label, last = f"Show these {found:,} samples in Browse", data.evaluations(run, "training")[-1]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"Chosen as they are in the last evaluation, k = {last.number}.", width="content")
        if st.button(label, key="trajectories_show", icon=":material/grid_view:", disabled=not found):
            selection_state.set_evaluation(last.number)
            open_page("browse")


def _courses(run: Run, chosen: Selection) -> None:
    offered = data.courses(run)
    if not offered:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.pills(
            "Only samples that", offered, selection_mode="multi", key=bound("courses", list(chosen.courses)),
            on_change=change, args=("courses",), format_func=COURSE_WORDS.get, help=courses_help(chosen.thresholds[1]),
        )  # fmt: skip
        with st.popover("Course in numbers", icon=":material/tune:", width="content"):
            history_filter(run, chosen)
