"""What a marked region holds, and the way to its samples. A region is ranges of columns, never a list of samples."""

from dataclasses import replace

import streamlit as st

from app import data, selection_state
from app.widgets.columns import words
from app.widgets.links import open_page
from bss_core.evaluations import Evaluation
from bss_core.runs import Run
from bss_core.selection import Selection

__all__ = ["Ranges", "show_region", "within"]

_NAMES = {"prediction_similarity": "similarity", "total_loss": "loss"}  # shorter than the columns

Ranges = tuple[tuple[str, float, float], ...]


def within(chosen: Selection, ranges: Ranges) -> Selection:
    """The samples of ``chosen`` in a region; a range of the region takes the place of an older one of its column."""
    columns = {item[0] for item in ranges}
    return replace(chosen, ranges=(*(item for item in chosen.ranges if item[0] not in columns), *ranges))


def show_region(run: Run, about: Evaluation, chosen: Selection, ranges: Ranges, key: str) -> None:
    """Say how many of the samples lie in the region and offer to show exactly those in Browse."""
    if not ranges:
        st.caption("Drag over the chart to mark a region; double-click to clear it.")
        return
    region = within(chosen, ranges)
    inside, total = data.sizes(run, about.number, region)
    spans = ", ".join(
        f"{_NAMES.get(column, words(column))} {low:.3f} … {high:.3f}" for column, low, high in ranges
    ).replace("-", "−")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{inside:,} of {total:,} samples in the region** · {spans}")
        asked = st.button(
            f"Show these {inside:,} samples in Browse", key=f"{key}_show", type="primary", disabled=not inside,
            icon=":material/grid_view:",
        )  # fmt: skip
        st.button(
            "Use as filter", key=f"{key}_filter", disabled=not inside, icon=":material/filter_alt:",
            on_click=_filter, args=(region,),
            help="Select exactly these samples on all pages and stay here; take the filter away with its chip.",
        )  # fmt: skip
    if asked:
        selection_state.set_evaluation(about.number)
        selection_state.set_selection(region)
        open_page("browse")


def _filter(region: Selection) -> None:
    """Make the region the shared selection, and show only it here and on the Trajectories page."""
    selection_state.set_selection(region)
    for page in ("scores", "trajectories"):
        st.session_state[f"{page}_only_selected"] = True
