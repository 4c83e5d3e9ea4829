"""What a marked region holds: how many samples, the first of them as cards, and the ways to all of them."""

import streamlit as st

from app import data, selection_state
from app.widgets.cards import cards, say_if_gone
from app.widgets.gallery import gallery
from app.widgets.links import open_page
from bss_core.evaluations import Evaluation
from bss_core.runs import Run
from bss_core.selection import Selection

__all__ = ["MOST_CARDS", "region_panel"]

MOST_CARDS = 24


def region_panel(run: Run, about: Evaluation, region: Selection, told: str, key: str) -> None:
    """Draw the panel.

    Args:
        run, about: what is looked at.
        region: the samples of the region, among those that the chart shows.
        told: the region in words.
        key: of the widgets.
    """
    inside, total = data.sizes(run, about.number, region)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{inside:,} of {total:,} samples in the region** · {told}", width="content")
        _buttons(about, region, inside, key)
    if not inside:
        st.caption("No sample lies in it. Mark another region, or show all samples.")
        return
    rows = data.page(run, about.number, region, limit=MOST_CARDS)
    st.caption(f"{len(rows):,} of {inside:,} shown, the lowest balance score first.")
    say_if_gone(run)
    marked = selection_state.selected_sample()
    picked = gallery(
        cards(run, rows.to_dict("records")), key=f"{key}_cards", selected=marked,
        label="Samples of the region",
    )  # fmt: skip
    if picked and picked != marked:
        selection_state.select_sample(picked)


def _buttons(about: Evaluation, region: Selection, inside: int, key: str) -> None:
    is_selected = region == selection_state.selection()
    if st.button(
        "Selected on all pages" if is_selected else "Select these everywhere", key=f"{key}_select",
        type="primary", disabled=is_selected or not inside, icon=":material/check:",
        help="Make them the selection that all pages share; take it away with its chip.",
    ):  # fmt: skip
        _select(about, region)
        st.rerun()
    if st.button("Browse them", key=f"{key}_browse", disabled=not inside, icon=":material/grid_view:"):
        _select(about, region)
        open_page("browse")


def _select(about: Evaluation, region: Selection) -> None:
    """Make the region the shared selection, and its evaluation the one that is looked at."""
    selection_state.set_evaluation(about.number)
    selection_state.set_selection(region)
