"""Two samples side by side in Browse: what they are, both anatomies on one scale, and how their values differ."""

from typing import Any

import streamlit as st

from app import data
from app.plain_text import plain
from app.views import browse_choices
from app.views.browse_order import ALL, Order, look_at
from app.views.browse_sample import say_if_absent
from app.widgets.differences import draw_differences
from app.widgets.sample_card import sample_card, sample_pair
from bss_core.evaluations import Evaluation

__all__ = ["show"]


def show(order: Order, about: Evaluation, sample_id: str, other_id: str) -> None:
    """Draw both samples, or one sentence on what is missing.

    Args:
        order: of the selected samples.
        about: the evaluation.
        sample_id: the sample looked at.
        other_id: the one it is compared with.
    """
    _tools(sample_id, other_id)
    names = list(dict.fromkeys((sample_id, other_id)))
    found = [_row(order, about, name) for name in names]
    for name, row in zip(names, found, strict=True):
        if row is None:
            say_if_absent(about, name)
    rows = [row for row in found if row is not None]
    if len(rows) == 2:
        sample_pair(order.run, about, (rows[0], rows[1]))
        draw_differences(*rows)
    elif rows:
        _say_how()
        sample_card(order.run, about, rows[0])


def _say_how() -> None:
    st.info(
        "Pick another sample in the gallery to see both side by side; J and K step through the samples.",
        icon=":material/compare_arrows:",
    )


def _tools(sample_id: str, other_id: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.markdown(f"**Comparing** {plain(sample_id)} with {plain(other_id)}", width="stretch")
        st.button(
            "Swap", key="browse_swap", type="tertiary", icon=":material/swap_horiz:", on_click=_swap,
            args=(sample_id, other_id), disabled=sample_id == other_id,
        )  # fmt: skip
        st.button("Close", key="browse_compare_close", icon=":material/close:", on_click=_close, args=(sample_id,))


def _swap(sample_id: str, other_id: str) -> None:
    look_at(other_id)
    browse_choices.change(compare=sample_id)
    st.rerun(ALL)


def _close(sample_id: str) -> None:
    look_at(sample_id)
    browse_choices.change(compare="")
    st.rerun(ALL)


def _row(order: Order, about: Evaluation, sample_id: str) -> dict[str, Any] | None:
    thresholds = order.selection.thresholds
    row = data.sample(order.run, about.number, sample_id, thresholds)
    return None if row is None else {**row, "thresholds": thresholds}
