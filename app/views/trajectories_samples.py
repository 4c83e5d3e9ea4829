"""Which samples the page follows: those of the shared selection, which can be narrowed to certain courses here."""

import streamlit as st

from app import data, data_trajectories, selection_state
from app.widgets.chips import chips
from app.widgets.filters import filter_button
from app.widgets.links import open_page
from app.widgets.more_filters import course_filter
from bss_core.evaluations import Evaluation
from bss_core.runs import Run
from bss_core.selection import Selection

__all__ = ["choose_selection"]


def choose_selection(run: Run) -> Selection:
    """Draw the controls and say how many samples are followed; the selection that all charts of the page show."""
    chosen = selection_state.selection(run)
    course_filter(run, chosen)
    found, total = data_trajectories.count(run, chosen)
    last = data.evaluations(run, "training")[-1]
    chips(
        run, chosen, found, total, "trajectories",
        lambda: filter_button(run, last, chosen, "trajectories", has_courses=bool(data.courses(run))),
    )  # fmt: skip
    if chosen != Selection(thresholds=chosen.thresholds):
        _way_to_browse(last, found)
    return chosen


def _way_to_browse(last: Evaluation, found: int) -> None:
    label = f"Show these {found:,} samples in Browse"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"Chosen as they are in the last evaluation, k = {last.number}.", width="content")
        if st.button(label, key="trajectories_show", icon=":material/grid_view:", disabled=not found):
            selection_state.set_evaluation(last.number)
            open_page("browse")
