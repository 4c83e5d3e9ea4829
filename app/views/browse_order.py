"""The order in which Browse goes through the selected samples, across pages."""

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from app import data, selection_state
from bss_core.runs import Run
from bss_core.selection import Selection

__all__ = ["PER_PAGE", "Order", "current_page", "pagination"]

PER_PAGE = 48
_PAGE = "browse_page"
_ORDER = "browse_page_order"


@dataclass(frozen=True)
class Order:
    """Which samples, sorted how."""

    run: Run
    evaluation: int
    selection: Selection
    column: str
    descending: bool

    def rows(self, number: int) -> pd.DataFrame:
        """The samples of a page, counted from 1."""
        return self._slice((number - 1) * PER_PAGE, PER_PAGE)

    def place(self, sample_id: str) -> int | None:
        """How many samples stand before this one; None if it is not among them."""
        return data.place(self.run, self.evaluation, self.selection, self.column, self.descending, sample_id)

    def at(self, place: int) -> str | None:
        """The sample at a place; None beyond either end."""
        rows = self._slice(place, 1) if place >= 0 else None
        return None if rows is None or rows.empty else str(rows["sample_id"].iloc[0])

    def _slice(self, offset: int, limit: int) -> pd.DataFrame:
        return data.page(self.run, self.evaluation, self.selection, self.column, self.descending, limit, offset)

    def go(self, place: int) -> None:
        """Select the sample at a place and turn to its page."""
        sample_id = self.at(place)
        if sample_id is not None:
            selection_state.select_sample(sample_id)
            st.session_state[_PAGE] = place // PER_PAGE + 1


def current_page(order: Order, sample_id: str | None, selected: int) -> int:
    """The page to show: the one turned to or, in a new order, the one with the selected sample (else the first)."""
    known, last = st.session_state.get(_PAGE, 0), -(-selected // PER_PAGE)
    if st.session_state.get(_ORDER) != order or not 1 <= known <= last:
        place = order.place(sample_id) if sample_id else None
        st.session_state[_PAGE] = (place or 0) // PER_PAGE + 1
        st.session_state[_ORDER] = order
    return st.session_state[_PAGE]


def pagination(order: Order, number: int, selected: int) -> None:
    """Draw the buttons that turn pages; a new widget for every page, as its value cannot be set from outside."""
    key = f"{_PAGE}_at_{number}"
    st.pagination(-(-selected // PER_PAGE), default=number, key=key, on_change=_turn, args=(order, key))


def _turn(order: Order, key: str) -> None:
    order.go((st.session_state[key] - 1) * PER_PAGE)
