"""The choice of what samples are sorted by; it is shared and in the address, as the selection is."""

import streamlit as st

from app import data, selection_state
from app.widgets.columns import offered, words
from bss_core.evaluations import Evaluation
from bss_core.runs import Run

__all__ = ["sorting"]

_COLUMN, _DIRECTION = "browse_sort", "browse_order"
_DIRECTIONS = ("lowest first", "highest first")


def sorting(run: Run, about: Evaluation) -> tuple[str, bool]:
    """Draw the choice of a column to sort by and the direction; most imbalanced first by default."""
    options = offered(data.columns(run, about.number))
    column, descending = selection_state.sort_order(options)
    st.session_state.update({_COLUMN: column, _DIRECTION: _DIRECTIONS[descending]})
    st.selectbox("Sort by", options, key=_COLUMN, width=230, format_func=words, on_change=_change)
    st.selectbox("Order", _DIRECTIONS, key=_DIRECTION, width=140, on_change=_change)
    return column, descending


def _change() -> None:
    selection_state.set_order(st.session_state[_COLUMN], st.session_state[_DIRECTION] == _DIRECTIONS[1])
