"""Beside the map: the sample picked with its nearest neighbours."""

import pandas as pd
import streamlit as st

from app import data_maps, selection_state
from app.plain_text import plain
from app.widgets.cards import cards, say_if_gone
from app.widgets.gallery import gallery
from app.widgets.links import link_page
from bss_core.evaluations import Evaluation
from bss_core.maps.requests import MapRequest
from bss_core.runs import Run
from bss_core.selection import Selection

__all__ = ["show"]

_COUNT = 12


def show(run: Run, about: Evaluation, request: MapRequest, chosen: Selection) -> None:
    """Draw the selected sample and its nearest neighbours on this map, if it has it."""
    sample_id = selection_state.selected_sample()
    st.subheader("Nearest neighbours", anchor=False)
    if sample_id is None:
        st.caption("Pick a sample on the map.")
        return
    own = data_maps.named(run, request, about.number, (sample_id,), chosen.thresholds)
    if own.empty:
        st.caption(f"This map does not have the sample {plain(sample_id)}. Pick another one.")
        return
    near = data_maps.neighbours(run, request, sample_id, _COUNT)
    rows = data_maps.named(run, request, about.number, tuple(near["sample_id"]), chosen.thresholds)
    label = run.classes[int(own["label"].iloc[0])]
    st.markdown(f"**{plain(sample_id)}** · {plain(label)}")
    st.caption(_said(rows, int(own["label"].iloc[0]), label, len(near)))
    say_if_gone(run)
    _cards(run, pd.concat([own, rows]), near, sample_id)
    with st.container(horizontal=True):
        link_page("browse", "Look at it in Browse")
        link_page("trajectories", "Follow its score")


def _said(rows: pd.DataFrame, label: int, name: str, found: int) -> str:
    """Such as ``5 of its 12 nearest neighbours are of its class, town.``"""
    same = int((rows["label"] == label).sum())
    missing = f" {found - len(rows)} of them are not in this evaluation." if len(rows) < found else ""
    return (
        f"{same} of its {found} nearest neighbours are of its class, {plain(name)}. Distances are measured among the "
        f"principal components that are kept, not on the map.{missing}"
    )


def _cards(run: Run, rows: pd.DataFrame, near: pd.DataFrame, sample_id: str) -> None:
    """The sample, then its neighbours with their distances."""
    distances = dict(zip(near["sample_id"], near["distance"], strict=True))
    found = cards(run, rows.to_dict("records"))
    for item in found:
        name = item["sample_id"]
        told = "the selected sample" if name == sample_id else f"distance {distances[name]:.3g}"
        item["caption"] = f"{told} · {item.get('caption') or name}"
    picked = gallery(found, key="embedding_neighbours", selected=sample_id, label="The sample and its neighbours")
    if picked and picked != sample_id:
        selection_state.select_sample(picked)
        st.rerun(scope="fragment")
