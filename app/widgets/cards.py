"""From a row of a score table to a gallery card."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from app import data
from app.urls import media_url, thumb_url
from app.widgets.gallery import Card
from app.widgets.run_kind import has_data_set
from bss_core.runs import Run

__all__ = ["card", "first_of_kind", "picture_url", "say_if_gone"]


def first_of_kind(run: Run, *kinds: str) -> str | None:
    """The run's first modality of one of these kinds, tried in order."""
    return next((name for kind in kinds for name, found in run.modalities.items() if found == kind), None)


def picture_url(run: Run, sample_id: str, side: int = 256) -> str | None:
    """Address of a sample's picture: its image or, without one, its sound's waveform; None if there is neither."""
    modality = first_of_kind(run, "image", "audio")
    return thumb_url(run.id, sample_id, modality, side) if modality and data.has_media(run) else None


def card(run: Run, row: Mapping[str, Any]) -> Card:
    """The card of one row (with ``band`` and, if the data are there, texts) of :func:`app.data.page` and its like."""
    sample_id, classes = str(row["sample_id"]), run.classes
    text, sound = first_of_kind(run, "text"), first_of_kind(run, "audio")
    made = Card(
        sample_id=sample_id,
        thumb=picture_url(run, sample_id),
        kind="image" if first_of_kind(run, "image") else "audio" if sound else "text",
        score=float(row["balance_score"]),
        band=str(row["band"]),
        label=classes[int(row["label"])],
        caption=str(row.get(text) or sample_id) if text else sample_id,
        audio=media_url(run.id, sample_id, sound) if sound and data.has_media(run) else None,
    )
    if "predicted_multimodal" in row:
        made["predicted"] = classes[int(row["predicted_multimodal"])]
    return made


def say_if_gone(run: Run) -> None:
    """One sentence if the run has no data set, or its data set is not where it was."""
    if not has_data_set(run):
        st.info(
            f"{run.id} names no data set, so there are no pictures, sounds and texts; the scores are all here.",
            icon=":material/hide_image:",
        )
    elif not data.has_media(run):
        st.info(
            f"The data set of {run.id} is no longer in `{run.data}`, so pictures, sounds and texts are missing; the "
            "scores are all here.", icon=":material/hide_image:",
        )  # fmt: skip
