"""The Browse page: look through the samples of one evaluation, and see why one of them is balanced or not."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app import data
from app.views import browse_choices, browse_inspect
from app.views.browse_order import Order
from app.views.page_tools import page_tools
from app.widgets.cards import say_if_gone
from app.widgets.chips import chips
from app.widgets.filters import filters
from app.widgets.page_frame import page_frame
from app.widgets.sorting import sorting
from app.widgets.tag_manager import tag_manager
from app.widgets.tags import tag_all, undo_tags
from bss_core.evaluations import Evaluation
from bss_core.runs import Run
from bss_core.selection import Selection

__all__ = ["show"]

_UNGROUPED = "not grouped"


def show() -> None:
    """Draw the page."""
    page_frame(
        "Browse",
        "Which samples are balanced, which are not, and why? Pick one to see what every modality makes of it.",
        _show,
    )


def _show(run: Run, beside: DeltaGenerator) -> None:
    found = filters(run, "browse")
    if found is None:
        return
    about, chosen = found
    selected, total = data.sizes(run, about.number, chosen)
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container():
            chips(run, chosen, selected, total, "browse")
        _tags(run, about, chosen, selected)
    page_tools(beside, run, about, chosen, "browse")
    if not selected:
        st.info("No sample matches all filters. Remove one of them.", icon=":material/filter_alt_off:")
        return
    say_if_gone(run)
    order = _order(run, about, chosen)
    browse_inspect.show(order, about, selected, browse_inspect.state_of(run))


def _tags(run: Run, about: Evaluation, chosen: Selection, selected: int) -> None:
    """What can be noted about the selected samples, each behind a button of one row."""
    with st.container(horizontal=True, gap="xsmall", width="content"):
        tag_all(run, about, chosen, selected)
        undo_tags(run)
        tag_manager(run)


def _order(run: Run, about: Evaluation, chosen: Selection) -> Order:
    """Draw the choice of the order, the groups and the size of a page."""
    now = browse_choices.choices()
    st.session_state.update({"browse_group": now.group, "browse_size": now.size})
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        column, descending = sorting(run, about)
        st.selectbox(
            "Group by", list(browse_choices.GROUPS), key="browse_group", width=150, on_change=_change,
            args=("group", "browse_group"), format_func=lambda word: word or _UNGROUPED,
        )  # fmt: skip
        st.selectbox(
            "Per page", browse_choices.SIZES, key="browse_size", width=100, on_change=_change,
            args=("size", "browse_size"),
        )  # fmt: skip
    return Order(run, about.number, chosen, column, descending, now.group, now.size)


def _change(name: str, key: str) -> None:
    browse_choices.change(**{name: st.session_state[key], "page": 0})
