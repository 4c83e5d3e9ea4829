"""The filters behind a button: who is right, what became of the sample, and the range of any column."""

from dataclasses import replace

import streamlit as st

from app import data
from app.widgets.bound import bound, change
from app.widgets.column_filter import column_filter
from app.widgets.filter_words import COURSE_WORDS, courses_help, right_in_words
from app.widgets.history_filter import history_filter
from bss_core.evaluations import Evaluation
from bss_core.runs import Run
from bss_core.selection import Selection

__all__ = ["course_filter", "further_filters", "more_filters"]


def more_filters(run: Run, about: Evaluation, chosen: Selection) -> None:
    """Draw the button; what is set behind it becomes chips like every other filter."""
    with st.popover("More filters", icon=":material/tune:", width="content"):
        further_filters(run, about, chosen)


def further_filters(run: Run, about: Evaluation, chosen: Selection, with_courses: bool = True) -> None:
    """Draw what is behind it, on request without what became of the samples."""
    if "dominant_modality" in data.name_columns(run, about.number):
        _dominant(run, about, chosen)
        _correct(run, about, chosen)
    if with_courses:
        course_filter(run, chosen)
    column_filter(run, about, chosen)
    history_filter(run, chosen)


def _dominant(run: Run, about: Evaluation, chosen: Selection) -> None:
    counts = data.counts(run, about.number, replace(chosen, dominant=()), "dominant_modality")
    st.pills(
        "Dominant modality", sorted(run.modalities), selection_mode="multi",
        key=bound("dominant", list(chosen.dominant)), on_change=change, args=("dominant",),
        format_func=lambda name: f"{name} {counts.get(name, 0):,}",
        help="The modality that gives the label the highest probability on its own.",
    )  # fmt: skip


def _correct(run: Run, about: Evaluation, chosen: Selection) -> None:
    counts = data.counts(run, about.number, replace(chosen, correct=()), "correct_modalities")
    st.multiselect(
        "Right modalities", list(dict.fromkeys([*counts, *chosen.correct])), placeholder="any",
        key=bound("correct", list(chosen.correct)), on_change=change, args=("correct",),
        format_func=lambda name: f"{right_in_words(name, run.modalities)} ({counts.get(name, 0):,})",
        help="The modalities that predict the label on their own: these and no others.",
    )  # fmt: skip


def course_filter(run: Run, chosen: Selection) -> None:
    """Draw the choice by what became of the samples; nothing for a run that does not tell."""
    offered = data.courses(run)
    if offered:
        st.pills(
            "Over all training evaluations", offered, selection_mode="multi",
            key=bound("courses", list(chosen.courses)), on_change=change, args=("courses",),
            format_func=COURSE_WORDS.get, help=courses_help(chosen.thresholds[1]),
        )  # fmt: skip
