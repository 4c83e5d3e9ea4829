"""The choice of what samples are sorted by; it is shared and in the address, as the selection is."""

import streamlit as st

from app import data, selection_state
from app.widgets.columns import offered
from app.widgets.course_words import is_of_course, measure_words, offered_numbers
from bss_core.evaluations import Evaluation
from bss_core.runs import Run

__all__ = ["sort_order", "sorting"]

_COLUMN, _DIRECTION = "browse_sort", "browse_order"
_DIRECTIONS = ("lowest first", "highest first")
_HELP = (
    "What stands after “course:” is told of a sample over all training evaluations, the same in each of them. Samples "
    "without a value, such as those that were not trained on, stand last."
)


def sorting(run: Run, about: Evaluation) -> tuple[str, bool]:
    """Draw the choice of a column to sort by and the direction; most imbalanced first by default."""
    options = _offered(run, about)
    column, descending = selection_state.sort_order(options)
    st.session_state.update({_COLUMN: column, _DIRECTION: _DIRECTIONS[descending]})
    st.selectbox("Sort by", options, key=_COLUMN, width=230, format_func=_named, help=_HELP, on_change=_change)
    st.selectbox("Order", _DIRECTIONS, key=_DIRECTION, width=140, on_change=_change)
    return column, descending


def sort_order(run: Run, about: Evaluation) -> tuple[str, bool]:
    """The column and whether the highest stand first, without the controls."""
    return selection_state.sort_order(_offered(run, about))


def _offered(run: Run, about: Evaluation) -> list[str]:
    """The columns of the evaluation, then the numbers told of the samples' courses."""
    own = data.columns(run, about.number)
    return [*offered(own), *(name for name in offered_numbers(data.history_columns(run)) if name not in own)]


def _named(column: str) -> str:
    return f"course: {measure_words(column)}" if is_of_course(column) else measure_words(column)


def _change() -> None:
    selection_state.set_order(st.session_state[_COLUMN], st.session_state[_DIRECTION] == _DIRECTIONS[1])
