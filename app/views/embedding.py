"""The embedding map: the samples of a split laid out by their features or predictions, and the nearest of one."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app import data_maps, selection_state
from app.map_words import what
from app.views import embedding_map
from app.views.embedding_choice import map_choice
from app.views.embedding_jobs import compute, followed_job
from app.views.page_tools import page_tools
from app.widgets.evaluation_picker import evaluation_picker
from app.widgets.page_frame import page_frame
from app.widgets.scope import scope
from bss_core.evaluations import Evaluation
from bss_core.maps.requests import MapAbout
from bss_core.runs import Run
from bss_core.selection import Selection

__all__ = ["show"]


def show() -> None:
    """Draw the page."""
    page_frame(
        "Map",
        "Which samples look alike to the model? Every sample is a point, near those with similar features or "
        "predictions. Mark a region to see its samples, or pick one to see its nearest neighbours.",
        _show,
    )


def _show(run: Run, beside: DeltaGenerator) -> None:
    about = evaluation_picker(run, "embedding_evaluation")
    if about is None:
        return
    request = map_choice(run, about)
    found = data_maps.current(run, request)
    with st.container():  # as in :func:`app.widgets.scope.scope`, what comes and goes is one element
        followed_job(run, request, is_there=found is not None)
    if found is None:
        compute(run, request)
        return
    chosen = _samples(run, about, found)
    if chosen is not None:
        page_tools(beside, run, about, selection_state.selection(run), "map")
        embedding_map.show(run, about, found, chosen)


def _samples(run: Run, about: Evaluation, found: MapAbout) -> Selection | None:
    """What the map shows; None if it can show none."""
    request, chosen = found.request, selection_state.selection(run)
    everything = Selection(thresholds=chosen.thresholds)
    known, total = data_maps.sizes(run, request, about.number, everything)
    if not known:
        st.info(
            f"Evaluation {about.number} scored {_of(about.split)}, the map is of {_of(request.split)}: they have no "
            "sample in common, so the points would have no colour. Choose another evaluation or split.",
            icon=":material/search_off:",
        )
        return None
    selected = data_maps.sizes(run, request, about.number, chosen)[0]
    shown = scope(run, about, chosen, selected, total, "embedding")
    missing = f" {total - known:,} of them are not in evaluation {about.number}." if known < total else ""
    count = known if shown == everything else selected
    st.caption(f"{count:,} of {total:,} samples of the map shown.{missing} {_facts(found)}")
    return shown


def _of(split: str) -> str:
    return "all splits" if split == "all" else f"the {split} split"


def _facts(found: MapAbout) -> str:
    """Where the map comes from and what its distances mean."""
    epoch = f"{what(found.request)}, epoch {found.origin['epoch']}, {found.dimensions:,} numbers per sample"
    left_out = f" {found.skipped:,} samples could not be decoded and have no point." if found.skipped else ""
    if found.request.method == "pca":
        share = f"The plane shows {sum(found.variance[:2]):.0%} of their variance; the rest is not to be seen."
    else:
        share = "UMAP keeps neighbourhoods; distances between groups, their sizes and the axes mean little."
    return f"{epoch}. {share}{left_out}"
