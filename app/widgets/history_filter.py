"""A filter by what became of each sample over the evaluations, in numbers: slope, variance, changes of band …"""

import math
from dataclasses import replace

import streamlit as st

from app import data, selection_state
from app.widgets.column_filter import whole_steps
from app.widgets.course_words import course_number, offered_numbers
from bss_core.runs import Run
from bss_core.selection import Selection

__all__ = ["history_filter"]

_COLUMN, _RANGE = "filter_history_column", "filter_history_range"
_HELP = (
    "What became of a sample over all training evaluations. Samples that were not trained on are left out, and so are "
    "those without a value, such as a first change of band for one that stayed in its band."
)

Item = tuple[str, float, float]


def history_filter(run: Run, chosen: Selection) -> None:
    """Draw the choice of a number and its range, and the range of every other number that is selected by."""
    offered = offered_numbers(data.history_columns(run))
    if not offered:
        return
    if _COLUMN not in st.session_state and chosen.history and chosen.history[0][0] in offered:
        st.session_state[_COLUMN] = chosen.history[0][0]
    column = st.selectbox(
        "Course in numbers", offered, key=_COLUMN, format_func=lambda name: course_number(name).name, help=_HELP,
        persist_state="session",
    )  # fmt: skip
    first = next((item for item in chosen.history if item[0] == column), None)
    _range(run, column, first, _RANGE)
    for place, item in enumerate(chosen.history):
        if item != first:
            _range(run, item[0], item, f"{_RANGE}_{place}")


def _range(run: Run, column: str, item: Item | None, key: str) -> None:
    """Draw the range of a number: of this item of the selection, or of one that is not there yet."""
    number, ends = course_number(column), data.course_ends(run, column)
    extent = ends and whole_steps(*ends, finest=0 if number.is_whole else -300)
    if extent is None:
        st.caption(f"{number.name.capitalize()}: the same, or without a value, for all samples.")
        return
    low, high, step = extent
    st.session_state[key] = tuple(min(max(value, low), high) for value in (item or (column, low, high))[1:])
    st.slider(
        number.name.capitalize(), low, high, step=step, key=key, format="%d" if number.is_whole else "%g",
        help=number.meaning or None, on_change=_change, args=(column, item, key, low, high),
    )  # fmt: skip


def _change(column: str, item: Item | None, key: str, low: float, high: float) -> None:
    """An end left where it was stays open: a running job may go beyond it."""
    first, last = st.session_state[key]
    meant = (column, -math.inf if first <= low else first, math.inf if last >= high else last)
    is_open = math.isinf(meant[1]) and math.isinf(meant[2])
    chosen = selection_state.current()
    kept = [meant if old == item else old for old in chosen.history] + ([] if item in chosen.history else [meant])
    history = dict.fromkeys(old for old in kept if not (is_open and old == meant))
    selection_state.set_selection(replace(chosen, history=tuple(history)))
