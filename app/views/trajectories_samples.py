"""Which samples the page follows: all or those selected in Browse, on request only those with a certain course."""

from dataclasses import replace

import streamlit as st

from app import data, data_trajectories, selection_state
from app.widgets.links import open_page
from bss_core.runs import Run
from bss_core.selection import Selection

__all__ = ["COURSES", "choose_selection", "course_ranges"]

COURSES = ("Rose above", "Never balanced", "Fell back", "Forgot")
_MANY = 1e9  # more evaluations than any run has
_STEP = 1e-9  # what is just below a threshold must still be below it in the ten digits of an address
_KEY = "trajectories_courses"


def course_ranges(course: str, thresholds: tuple[float, float]) -> tuple[tuple[str, float, float], ...]:
    """What a course means, as ranges of the columns of :mod:`bss_core.dynamics`; both ends are included.

    The scores, not ``first_balanced``, are asked, as that keeps to the thresholds that the run was written with.
    """
    high = thresholds[1]
    below, above = (-1.0, round(high - _STEP, 9)), (high, 1.0)
    return {
        "Rose above": (("first_score", *below), ("highest", *above)),
        "Never balanced": (("highest", *below),),
        "Fell back": (("highest", *above), ("last_score", *below)),
        "Forgot": (("forgetting", 1.0, _MANY),),
    }[course]


def choose_selection(run: Run) -> Selection:
    """Draw the controls and say how many samples are followed; the selection that all charts of the page show."""
    chosen = selection_state.selection(run)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        courses = _courses(run, chosen.thresholds)
        chosen = _only_selected(run, chosen)
    asked = tuple(dict.fromkeys(item for course in courses for item in course_ranges(course, chosen.thresholds)))
    chosen = replace(chosen, history=(*chosen.history, *asked))
    found, total = data_trajectories.count(run, chosen)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{found:,} of {total:,} samples followed, as they are in the last evaluation.", width="content")
        if asked:
            _way_to_browse(run, chosen, found)
    return chosen


def _way_to_browse(run: Run, chosen: Selection, found: int) -> None:
    label, key = f"Show these {found:,} samples in Browse", "trajectories_show"
    if st.button(label, key=key, icon=":material/grid_view:", disabled=not found):
        selection_state.set_evaluation(data.evaluations(run, "training")[-1].number)
        selection_state.set_selection(chosen)
        open_page("browse")


def _courses(run: Run, thresholds: tuple[float, float]) -> list[str]:
    if not data.has_dynamics(run):
        return []
    return st.pills(
        "Only samples that", COURSES, selection_mode="multi", key=_KEY, persist_state="session",
        help=f"Rose above: first below the balanced band (s < {thresholds[1]:g}), later in it. Never balanced: never "
        "in it. Fell back: once in it, at last below. Forgot: the multimodal head was right and then wrong at least "
        "once; nobody forgot in a run without that head. Several count together.",
    )  # fmt: skip


def _only_selected(run: Run, chosen: Selection) -> Selection:
    everything = Selection(thresholds=chosen.thresholds)
    if chosen == everything:
        return everything
    selected, _ = data_trajectories.count(run, chosen)
    label = f"Only the {selected:,} selected samples"
    return chosen if st.toggle(label, key="trajectories_only_selected", persist_state="session") else everything
