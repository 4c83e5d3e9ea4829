"""The choice of a map: of what, by which method, of which weights and samples. It is in the address."""

import streamlit as st

from app import data
from app.map_words import METHOD_WORDS, source_in_words
from app.page_choices import addressed, choose
from bss_core.errors import RunError
from bss_core.evaluations import Evaluation
from bss_core.manifest import SPLITS
from bss_core.maps.requests import METHODS, PROBABILITIES, MapRequest, checked_request, sources
from bss_core.runs import Run

__all__ = ["map_choice"]


def map_choice(run: Run, about: Evaluation) -> MapRequest:
    """Draw the pickers.

    Raises:
        RunError: the run has neither a checkpoint nor an evaluation.
    """
    offered = sources(run)
    if not offered:
        raise RunError(f"{run.id} has neither a checkpoint nor an evaluation yet, so there is nothing to lay out.")
    with st.container(horizontal=True, vertical_alignment="top"):  # in a narrow window, it takes several lines
        of = st.selectbox(
            "Map of", offered, format_func=source_in_words, key=addressed("map_of", offered, offered[0]), width=260,
            on_change=choose, args=("map_of", offered[0]),
            help="Features are what a head reads: samples that lie close look alike to the network. Probabilities "
            "are what all heads predict, side by side; they need no weights.",
        )  # fmt: skip
        method = st.segmented_control(
            "Method", METHODS, required=True, format_func=METHOD_WORDS.get,
            key=addressed("map_method", METHODS, METHODS[0]), on_change=choose, args=("map_method", METHODS[0]),
            help="PCA is linear and quick: the plane with the most variance. UMAP keeps neighbourhoods and shows "
            "groups, but distances between groups mean little.",
        )  # fmt: skip
        if of == PROBABILITIES:
            return checked_request(run, of, method, evaluation=about.number)
        checkpoints, splits = run.checkpoints(), _splits(run)
        checkpoint = _picked("Checkpoint", checkpoints, "map_checkpoint", checkpoints[0])
        split = _picked("Split", splits, "map_split", about.split if about.split in splits else splits[0])
    return checked_request(run, of, method, split, checkpoint)


def _picked(label: str, offered: list[str], name: str, default: str) -> str:
    key = addressed(name, offered, default)
    return st.selectbox(label, offered, key=key, width=160, on_change=choose, args=(name, default))


def _splits(run: Run) -> list[str]:
    """The splits that the run says it has samples of, in the usual order, then all."""
    known = data.details(run).get("samples") or {}
    return [*(name for name in SPLITS if name in known or not known), "all"]
