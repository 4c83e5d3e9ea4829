"""Trajectories: how the scores move over the evaluations of a run, as a whole and sample by sample."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app import data, data_trajectories
from app.figures.trajectories import band_share_bars
from app.page_choices import addressed, choose
from app.views import (
    trajectories_cases,
    trajectories_flow,
    trajectories_heat,
    trajectories_lines,
    trajectories_movers,
    trajectories_ranks,
    trajectories_table,
)
from app.views.page_tools import page_tools
from app.views.trajectories_samples import choose_selection
from app.widgets.cards import say_if_gone
from app.widgets.chart import draw
from app.widgets.page_frame import page_frame
from app.widgets.run_kind import is_trained_here
from bss_core.evaluations import Evaluation
from bss_core.runs import Run
from bss_core.selection import Selection

__all__ = ["show"]

_LINES = "lines"
_VIEWS = {  # name in the address → label, what draws it
    _LINES: ("Lines", trajectories_lines.show),
    "heat": ("Heat map", trajectories_heat.show),
    "flow": ("Flow between bands", trajectories_flow.show),
    "ranks": ("Rank and value", trajectories_ranks.show),
    "table": ("Table", trajectories_table.show),
}


def show() -> None:
    """Draw the page."""
    page_frame(
        "Trajectories",
        "Which samples become balanced while the model trains, which fall back, and which never settle? Scores of the "
        "training samples, evaluation by evaluation.",
        _show,
    )


def _can_show(run: Run, evaluations: list[Evaluation]) -> bool:
    """Whether there is anything to follow; else one sentence on why not and what to do."""
    damaged = data.damaged(run)
    if damaged:
        st.warning(f"Left out, as they cannot be read: {', '.join(damaged)}.", icon=":material/broken_image:")
    if len(evaluations) >= 2:
        return True
    found = "one evaluation" if evaluations else "no evaluation"
    if run.is_active:
        going = "it is running, so look again after the next epochs"
    else:
        going = "continue it on the Train page" if is_trained_here(run) else "record or import another one"
    st.info(f"{run.id} has {found} of its training samples so far; a trajectory needs two: {going}.")
    return False


def _show(run: Run, beside: DeltaGenerator) -> None:
    evaluations = data.evaluations(run, "training")
    if not _can_show(run, evaluations):
        return
    say_if_gone(run)
    selection = choose_selection(run)
    page_tools(beside, run, evaluations[-1], selection, "trajectories")
    with st.container(border=True):
        _chart(run, selection, evaluations)
    with st.container(border=True):
        shares = data_trajectories.shares(run, selection)
        draw(band_share_bars(shares), "trajectories_shares", "Share of the samples in each band per evaluation")
        found, total = data_trajectories.count(run, selection)
        st.caption(f"{found:,} of {total:,} samples counted in {len(evaluations)} evaluations.")
    if data.has_dynamics(run):
        with st.container(border=True):
            trajectories_movers.show(run, selection)
    with st.container():  # no border: six cards fit beside each other at 1440 px
        trajectories_cases.show(run, evaluations)


def _chart(run: Run, selection: Selection, evaluations: list[Evaluation]) -> None:
    """One view of the courses at a time: only what is looked at is asked for."""
    view = st.segmented_control(
        "View", list(_VIEWS), required=True, format_func=lambda name: _VIEWS[name][0], on_change=choose,
        key=addressed("view", _VIEWS, _LINES), args=("view", _LINES), label_visibility="collapsed",
        help="Five views of the same samples over the same evaluations.",
    )  # fmt: skip
    _VIEWS[view][1](run, selection, evaluations)
