"""The right half of Browse: the card of one sample, and the way to the previous and next one."""

import streamlit as st

from app import data, selection_state
from app.views.browse_order import Order
from app.widgets.links import open_page
from app.widgets.sample_card import sample_card
from bss_core.evaluations import Evaluation

__all__ = ["show"]


def show(order: Order, about: Evaluation, sample_id: str) -> None:
    """Draw the card of a sample; says so if the evaluation does not have it."""
    thresholds = order.selection.thresholds
    place, count = order.place(sample_id), data.sizes(order.run, about.number, order.selection)[0]
    if _steps(order, place, count):
        selection_state.select_sample(sample_id)
        open_page("trajectories")
    row = data.sample(order.run, about.number, sample_id, thresholds)
    if row is None:
        st.info(
            f"Evaluation {about.number} has no sample `{sample_id}`: it scored the "
            f"{'samples of all splits' if about.split == 'all' else about.split + ' split'}. Pick another sample.",
            icon=":material/search_off:",
        )
        return
    if place is None:
        st.caption(":material/filter_alt: This sample is not among the filtered ones.")
    sample_card(order.run, about, {**row, "thresholds": thresholds})


def _steps(order: Order, place: int | None, count: int) -> bool:
    """Previous and next; whether the sample's trajectory was asked for."""
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.button(
            "Previous", key="browse_previous", icon=":material/chevron_left:", shortcut="Left",
            disabled=place in (None, 0), on_click=order.go, args=((place or 0) - 1,),
        )  # fmt: skip
        st.button(
            "Next", key="browse_next", icon=":material/chevron_right:", icon_position="right", shortcut="Right",
            disabled=place is None or place + 1 >= count, on_click=order.go, args=((place or 0) + 1,),
        )  # fmt: skip
        st.caption(f"{place + 1:,} of {count:,}" if place is not None else "", width="content")
        return st.button("Trajectory", key="browse_trajectory", type="tertiary", icon=":material/timeline:")
