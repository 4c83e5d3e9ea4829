"""The order in which Browse goes through the selected samples, across pages."""

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from app import data, selection_state
from app.views import browse_choices
from bss_core.runs import Run
from bss_core.selection import Selection

__all__ = ["ALL", "BESIDE", "Order", "current_page", "look_at", "pagination", "sample_shown"]

ALL, BESIDE = "browse_all", "browse_beside_part"  # keys of the fragments that callbacks draw again

_ORDER = "browse_page_order"
_BLOCK = 480  # samples asked for at a time, whole pages of every size


@dataclass(frozen=True)
class Order:
    """Which samples, sorted how, in what groups (see :data:`app.views.browse_choices.GROUPS`), how many to a page."""

    run: Run
    evaluation: int
    selection: Selection
    column: str
    descending: bool
    group: str = ""
    size: int = browse_choices.Choices.size

    def rows(self, number: int, pages: int = 1) -> pd.DataFrame:
        """The samples of a page, counted from 1, and of those after it."""
        return self._slice((number - 1) * self.size, pages * self.size)

    def pages(self, selected: int) -> int:
        """How many pages there are."""
        return -(-selected // self.size)

    def place(self, sample_id: str) -> int | None:
        """How many samples stand before this one; None if it is not among them."""
        grouped = browse_choices.GROUPS[self.group]
        return data.place(self.run, self.evaluation, self.selection, self.column, self.descending, sample_id, grouped)

    def at(self, place: int) -> str | None:
        """The sample at a place; None beyond either end."""
        rows = self._slice(place, 1) if place >= 0 else None
        return None if rows is None or rows.empty else str(rows["sample_id"].iloc[0])

    def _slice(self, offset: int, limit: int) -> pd.DataFrame:
        blocks = [self._block(start) for start in range(offset - offset % _BLOCK, offset + limit, _BLOCK)]
        found = [block for block in blocks if len(block)] or blocks[:1]
        return pd.concat(found).iloc[offset % _BLOCK :].head(limit)

    def _block(self, start: int) -> pd.DataFrame:
        """Many pages for the price of one, which is the order: the pages after it and single steps come for nothing."""
        grouped = browse_choices.GROUPS[self.group]
        return data.page(
            self.run, self.evaluation, self.selection, self.column, self.descending, _BLOCK, start, grouped
        )

    def go(self, place: int) -> None:
        """Callback: select the sample at a place, turn to its page, and draw both."""
        sample_id = self.at(place)
        if sample_id is not None:
            look_at(sample_id)
        st.rerun(ALL)


def look_at(sample_id: str) -> None:
    """Select a sample, and with it its page."""
    selection_state.select_sample(sample_id)
    browse_choices.change(page=0)


def sample_shown(order: Order) -> str:
    """The sample looked at, the first of all before any choice."""
    return selection_state.sample_looked_at() or str(order.at(0))


def current_page(order: Order, sample_id: str | None, selected: int) -> int:
    """The page to show: the one turned to or, in a new order, the one with the selected sample (else the first)."""
    asked, before = browse_choices.now().page, st.session_state.get(_ORDER)
    st.session_state[_ORDER] = order
    if before not in (None, order) or asked > order.pages(selected):
        browse_choices.change(page=0)
        asked = 0
    place = order.place(sample_id) if sample_id and not asked else None
    return asked or (place or 0) // order.size + 1


def pagination(order: Order, number: int, selected: int, key: str) -> None:
    """Draw the buttons that turn pages; a new widget for every page, as its value cannot be set from outside."""
    key = f"{key}_at_{number}"
    st.pagination(order.pages(selected), default=number, key=key, on_change=_turn, args=(key,))


def _turn(key: str) -> None:
    browse_choices.change(page=st.session_state[key])
