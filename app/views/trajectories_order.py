"""The order that samples are put in on the Trajectories page: heat map and table share it, and links name it."""

import streamlit as st

from app import data_trajectories
from app.page_choices import addressed, keep
from app.widgets.course_words import course_number
from bss_core.runs import Run

__all__ = ["TABLE_PAGE", "choose_order", "order_in_words"]

TABLE_PAGE = "table_page"  # the page of the table, in the address
_ORDER, _WAY = "heat_sort", "heat_order"  # named when the heat map alone had an order; links must outlive that
_HIGHEST = "highest"
_WAYS = {_HIGHEST: "highest first", "lowest": "lowest first"}


def choose_order(run: Run) -> tuple[str, bool]:
    """Draw the controls; one of :data:`bss_core.trajectories.ORDERS`, and whether the highest come first."""
    orders = data_trajectories.orders(run)
    order = st.selectbox(
        "Sort by", orders, format_func=order_in_words, key=addressed(_ORDER, orders, orders[0]), width=230,
        on_change=_change, args=(_ORDER, orders[0]), help=_meanings(orders),
    )  # fmt: skip
    way = st.segmented_control(
        "Order", list(_WAYS), required=True, format_func=_WAYS.get, key=addressed(_WAY, _WAYS, _HIGHEST),
        on_change=_change, args=(_WAY, _HIGHEST),
    )  # fmt: skip
    return order, way == _HIGHEST


def _change(name: str, default: str) -> None:
    """Another order begins with its first page; written together, for each writing is a step of the history."""
    chosen = st.session_state[name]
    keep({name: "" if chosen == default else chosen, TABLE_PAGE: ""})


def order_in_words(order: str) -> str:
    """Such as ``changes of band``."""
    return course_number(_column(order)).name


def _column(order: str) -> str:
    return "last_score" if order == "balance_score" else order


def _meanings(orders: list[str]) -> str:
    said = [course_number(_column(order)) for order in orders]
    return "\n".join(f"- {number.name}: {number.meaning}" for number in said)
