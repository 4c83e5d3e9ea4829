"""The choice of a map: of what, by which method, of which weights and samples."""

import streamlit as st

from app import data
from bss_core.errors import RunError
from bss_core.evaluations import Evaluation
from bss_core.manifest import SPLITS
from bss_core.maps.requests import METHODS, PROBABILITIES, MapRequest, checked_request, sources
from bss_core.predictions import MULTIMODAL
from bss_core.runs import Run

__all__ = ["map_choice", "what"]

_METHODS = {"pca": "PCA", "umap": "UMAP"}


def what(request: MapRequest) -> str:
    """Such as ``Fused features by checkpoint best``."""
    if request.of == PROBABILITIES:
        return f"Probabilities of evaluation {request.evaluation}"
    return f"{_source(request.of)} by checkpoint {request.checkpoint}"


def _source(of: str) -> str:
    if of == PROBABILITIES:
        return "Probabilities of all heads"
    return "Fused features" if of == MULTIMODAL else f"Features of {of}"


def map_choice(run: Run, about: Evaluation) -> MapRequest:
    """Draw the pickers.

    Raises:
        RunError: the run has neither a checkpoint nor an evaluation.
    """
    offered = sources(run)
    if not offered:
        raise RunError(f"{run.id} has neither a checkpoint nor an evaluation yet, so there is nothing to lay out.")
    places = st.columns([2, 1.2, 1.2, 1.2], vertical_alignment="bottom")
    with places[0]:
        of = st.selectbox(
            "Map of", offered, format_func=_source, key=f"embedding.of.{run.id}", persist_state="session",
            help="Features are what a head reads: samples that lie close look alike to the network. Probabilities "
            "are what all heads predict, side by side; they need no weights.",
        )  # fmt: skip
    with places[1]:
        method = st.segmented_control(
            "Method", METHODS, default=METHODS[0], required=True, format_func=_METHODS.get, key="embedding.method",
            persist_state="session",
            help="PCA is linear and quick: the plane with the most variance. UMAP keeps neighbourhoods and shows "
            "groups, but distances between groups mean little.",
        )  # fmt: skip
    if of == PROBABILITIES:
        return checked_request(run, of, method, evaluation=about.number)
    with places[2]:
        checkpoint = st.selectbox(
            "Checkpoint", run.checkpoints(), key=f"embedding.checkpoint.{run.id}", persist_state="session"
        )
    with places[3]:
        splits = _splits(run)
        split = st.selectbox(
            "Split", splits, index=splits.index(about.split) if about.split in splits else 0,
            key=f"embedding.split.{run.id}", persist_state="session",
        )  # fmt: skip
    return checked_request(run, of, method, split, checkpoint)


def _splits(run: Run) -> list[str]:
    """The splits that the run says it has samples of, in the usual order, then all."""
    known = data.details(run).get("samples") or {}
    return [*(name for name in SPLITS if name in known or not known), "all"]
