"""The left half of Browse: one page of the selected samples as cards."""

import pandas as pd
import streamlit as st

from app import data, selection_state
from app.views import browse_choices
from app.views.browse_order import ALL, BESIDE, Order, current_page, look_at, pagination, sample_shown
from app.widgets.cards import cards, picture_urls
from app.widgets.gallery import Card, Paging, gallery

__all__ = ["group_names", "is_seen", "note_seen", "show"]

_SEEN = "browse_pictures_seen"


def show(order: Order, selected: int) -> None:
    """Draw the page of cards.

    Args:
        order: of the selected samples.
        selected: how many samples are selected, at least one.
    """
    number = current_page(order, selection_state.sample_looked_at(), selected)
    both = order.rows(number, pages=2)  # the next page is asked for too: its pictures are fetched early
    rows, following = both.head(order.size), both.iloc[order.size :]
    _where(order, number, selected, len(rows))
    prefetch = [address for address in picture_urls(order.run, following["sample_id"]) if address]
    gallery(
        _cards(order, rows), "browse_gallery", sample_shown(order), "Samples of this page",
        _paging(order, number, selected, prefetch),
    )  # fmt: skip
    if order.pages(selected) > 1:
        pagination(order, number, selected, "browse_page_below")


def is_seen() -> bool:
    """Whether the browser has shown pictures of the gallery."""
    return _SEEN in st.session_state


def note_seen() -> None:
    """What waits for the pictures need wait no longer."""
    st.session_state[_SEEN] = True


def _where(order: Order, number: int, selected: int, shown: int) -> None:
    first = (number - 1) * order.size
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", gap="small"):
        st.caption(f"Samples {first + 1:,} to {first + shown:,} of {selected:,}.", width="content")
        if order.pages(selected) > 1:
            pagination(order, number, selected, "browse_page")


def _paging(order: Order, number: int, selected: int, prefetch: list[str]) -> Paging:
    """What the gallery can ask for, as callbacks: each draws again what it changes."""

    def choose(sample_id: str) -> None:
        look_at(sample_id)
        st.rerun(BESIDE)

    def turn(way: int) -> None:
        browse_choices.change(page=number + way)

    def step(way: int) -> None:
        place = order.place(sample_shown(order))
        order.go((place or 0) + way)

    def compare(sample_id: str) -> None:
        browse_choices.change(compare=sample_id)
        st.rerun(ALL)

    def shown() -> None:
        note_seen()
        st.rerun(BESIDE)

    compared = browse_choices.now().compare or None
    return Paging(
        number, order.pages(selected), choose, turn, step, compare, None if is_seen() else shown, compared, prefetch
    )


def _cards(order: Order, rows: pd.DataFrame) -> list[Card]:
    """The cards of a page, each under the heading of its group."""
    found = cards(order.run, rows.to_dict("records"), order.column)
    for card, name in zip(found, group_names(order, rows), strict=True):
        card["group"] = name
    return found


def group_names(order: Order, rows: pd.DataFrame) -> list[str]:
    """Such as ``imbalanced · 12 of 341`` for every row: how many of its group this page shows; empty if not grouped."""
    column = browse_choices.GROUPS[order.group]
    if not column:
        return [""] * len(rows)
    shown, counts = rows[column].value_counts(), data.counts(order.run, order.evaluation, order.selection, column)
    return [f"{_named(order, value)} · {shown[value]:,} of {counts[value]:,}" for value in rows[column]]


def _named(order: Order, value: str | int) -> str:
    return value if isinstance(value, str) else order.run.classes[value]
