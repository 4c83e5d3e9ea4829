"""The Browse page: look through the samples of one evaluation, and see why one of them is balanced or not."""

import streamlit as st

from app import data, selection_state
from app.state import chosen_run
from app.views import browse_sample, share
from app.views.browse_order import PER_PAGE, Order, current_page, pagination
from app.views.saved_views import saved_views
from app.widgets.cards import card, say_if_gone
from app.widgets.columns import offered
from app.widgets.filters import chips, filters
from app.widgets.gallery import gallery
from app.widgets.sorting import sorting
from app.widgets.tag_manager import tag_manager
from app.widgets.tags import tag_all, undo_tags
from bss_core.errors import BSSError
from bss_core.evaluations import Evaluation
from bss_core.runs import Run
from bss_core.selection import Selection

__all__ = ["show"]


def show() -> None:
    """Draw the page."""
    st.title("Browse", anchor=False)
    st.caption("Which samples are balanced, which are not, and why? Pick one to see what every modality makes of it.")
    run = chosen_run()
    if run is None:
        st.info("There is no run yet. Start one on the Train page.", icon=":material/model_training:")
        return
    try:
        _show(run)
    except BSSError as error:
        st.error(str(error), icon=":material/broken_image:")


def _show(run: Run) -> None:
    found = filters(run, "browse")
    if found is None:
        return
    about, chosen = found
    selected, total = data.sizes(run, about.number, chosen)
    chips(run, chosen, selected, total, "browse")
    _tools(run, about, chosen, selected)
    if not selected:
        st.info("No sample matches all filters. Remove one of them.", icon=":material/filter_alt_off:")
        return
    say_if_gone(run)
    left, right = st.columns([5, 4], gap="large")
    with left:
        order, picked = _samples(run, about, chosen, selected)
    with right:
        browse_sample.show(order, about, picked)


def _tools(run: Run, about: Evaluation, chosen: Selection, selected: int) -> None:
    """What can be done with the selected samples, each behind a button of one row."""
    order = selection_state.sort_order(offered(data.columns(run, about.number)))
    with st.container(horizontal=True, gap="xsmall"):
        tag_all(run, about, chosen, selected)
        undo_tags(run)
        tag_manager(run, about, chosen)
        saved_views(run, "browse")
        if selected:
            share.show(run, about, chosen, *order)


def _samples(run: Run, about: Evaluation, chosen: Selection, selected: int) -> tuple[Order, str]:
    """The gallery of one page; the order of all samples and the sample to show."""
    column, descending = sorting(run, about)
    order = Order(run, about.number, chosen, column, descending)
    number = current_page(order, selection_state.selected_sample(), selected)
    rows = order.rows(number)
    wanted = selection_state.selected_sample()
    marked = wanted or str(rows["sample_id"].iloc[0])
    cards = [card(run, row) for row in rows.to_dict("records")]
    picked = gallery(cards, key="browse_gallery", selected=marked, label="Samples of this page") or marked
    if picked != marked:
        selection_state.select_sample(picked)
    if selected > PER_PAGE:
        pagination(order, number, selected)
        first = (number - 1) * PER_PAGE
        st.caption(f"Samples {first + 1:,} to {first + len(rows):,} of {selected:,}.")
    return order, picked
