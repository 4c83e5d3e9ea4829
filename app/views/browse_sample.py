"""The right half of Browse: the card of one sample, and the way to the previous and next one."""

import streamlit as st

from app import data, selection_state
from app.plain_text import plain
from app.views import browse_choices
from app.views.browse_order import ALL, Order
from app.widgets.links import open_page
from app.widgets.sample_card import sample_card
from bss_core.evaluations import Evaluation

__all__ = ["say_if_absent", "show"]


def show(order: Order, about: Evaluation, sample_id: str, selected: int) -> None:
    """Draw the card of a sample; says so if the evaluation does not have it.

    Args:
        order: of the selected samples.
        about: the evaluation.
        sample_id: the sample.
        selected: how many samples are selected.
    """
    thresholds, place = order.selection.thresholds, order.place(sample_id)
    if _steps(order, place, selected, sample_id):
        selection_state.select_sample(sample_id)
        open_page("trajectories")
    row = data.sample(order.run, about.number, sample_id, thresholds)
    if row is None:
        say_if_absent(about, sample_id)
        return
    if place is None:
        st.caption(":material/filter_alt: This sample is not among the filtered ones.")
    sample_card(order.run, about, {**row, "thresholds": thresholds})


def say_if_absent(about: Evaluation, sample_id: str) -> None:
    """One sentence for a sample that the evaluation does not have."""
    scored = "samples of all splits" if about.split == "all" else f"{about.split} split"
    st.info(
        f"Evaluation {about.number} has no sample {plain(sample_id)}: it scored the {scored}. Pick another sample.",
        icon=":material/search_off:",
    )


def _steps(order: Order, place: int | None, count: int, sample_id: str) -> bool:
    """Previous and next, and comparing; whether the sample's trajectory was asked for."""
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
    with st.container(horizontal=True, gap="xsmall"):
        st.button(
            "Compare", key="browse_compare", type="tertiary", icon=":material/compare_arrows:", on_click=_pin,
            args=(sample_id,), help="Keep this sample beside the next one you pick; on a card, the key C does it.",
        )  # fmt: skip
        return st.button("Trajectory", key="browse_trajectory", type="tertiary", icon=":material/timeline:")


def _pin(sample_id: str) -> None:
    browse_choices.change(compare=sample_id)
    st.rerun(ALL)
