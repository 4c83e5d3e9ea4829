"""A filter by the range of any column: margin, confidence, agreement, a criterion, the loss of one head …"""

import math
from dataclasses import replace

import streamlit as st

from app import data, selection_state
from app.widgets.columns import offered, words
from bss_core.evaluations import Evaluation
from bss_core.runs import Run
from bss_core.selection import Selection

__all__ = ["column_filter", "whole_steps"]

_COLUMN, _RANGE = "filter_column", "filter_range"


def column_filter(run: Run, about: Evaluation, chosen: Selection) -> None:
    """Draw the choice of a column and of its range, which becomes a chip like every other filter."""
    options = offered(data.columns(run, about.number))
    column = st.selectbox("Column", options, key=_COLUMN, format_func=words, persist_state="session")
    extent = _extent(run, about.number, column)
    if extent is None:
        st.caption("This column is the same, or empty, for all samples.")
        return
    low, high, step = extent
    now = next((item[1:] for item in chosen.ranges if item[0] == column), (low, high))
    st.session_state[_RANGE] = tuple(min(max(value, low), high) for value in now)
    st.slider("Range", low, high, step=step, key=_RANGE, format="%g", on_change=_change, args=(column, low, high))


def _extent(run: Run, number: int, column: str) -> tuple[float, float, float] | None:
    ends = [data.page(run, number, Selection(), column, descending, 1)[column].item() for descending in (False, True)]
    return whole_steps(*map(float, ends))


def whole_steps(low: float, high: float, finest: int = -300) -> tuple[float, float, float] | None:
    """The interval around ``low`` … ``high`` in 100 to 1000 whole steps, and the step; None if it is empty.

    The step is a power of ten, at least 10 to the ``finest``: 0 for what counts something.
    """
    if not (math.isfinite(low) and math.isfinite(high)) or low >= high:
        return None
    power = max(math.floor(math.log10(high - low)) - 2, finest)
    first, last = math.floor(low / 10.0**power), math.ceil(high / 10.0**power)
    return tuple(float(f"{whole}e{power}") for whole in (first, last, 1))


def _change(column: str, low: float, high: float) -> None:
    chosen, span = selection_state.current(), st.session_state[_RANGE]
    others = tuple(item for item in chosen.ranges if item[0] != column)
    added = () if tuple(span) == (low, high) else ((column, *span),)
    selection_state.set_selection(replace(chosen, ranges=(*others, *added)))
