"""From rows of a score table to the cards of a gallery."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from app import data
from app.pictured import PICTURED
from app.spans import number_in_words
from app.urls import media_url, thumb_url
from app.widgets.course_words import course_number, measure_words
from app.widgets.gallery import Card
from app.widgets.run_kind import has_data_set
from bss_core.runs import Run

__all__ = ["cards", "first_of_kind", "picture_url", "picture_urls", "say_if_gone", "value_words"]

_BOUNDED = ("balance_score", "smoothed_score", "prediction_similarity", "feature_similarity", "agreement")
_BOUNDED_OF_HEADS = ("confidence_", "margin_", "probability_")
_LARGE = 1024  # px, the most that the media routes make of a picture


def first_of_kind(run: Run, *kinds: str) -> str | None:
    """The run's first modality of one of these kinds, tried in order."""
    return next((name for kind in kinds for name, found in run.modalities.items() if found == kind), None)


def picture_url(run: Run, sample_id: str, side: int = 256) -> str | None:
    """Address of a sample's picture, of its most telling modality: image, sound, then video; None of texts only."""
    return picture_urls(run, [sample_id], side)[0]


def picture_urls(run: Run, sample_ids: Iterable[str], side: int = 256) -> list[str | None]:
    """The same of many samples."""
    modality = first_of_kind(run, *PICTURED) if data.has_media(run) else None
    return [thumb_url(run.id, name, modality, side) if modality else None for name in sample_ids]


def value_words(value: float | None, column: str = "") -> str:
    """A number of a column as it is read: two decimals, or two significant digits if it is tiny and has no fixed range.

    What lies between −1 and 1 has two decimals always: −0.0014 of such a range is 0.
    """
    if pd.isna(value) or not math.isfinite(value):
        return "no value"
    if course_number(column).is_whole:
        return f"{value:,.0f}"
    if column in _BOUNDED or column.startswith(_BOUNDED_OF_HEADS):
        return number_in_words(round(value, 2) + 0.0, ".2f")  # + 0.0: a zero has no sign
    size = abs(value)
    return number_in_words(value, ",.0f" if size >= 1000 else ".2f" if size >= 0.01 or not size else ".2g")


def cards(run: Run, rows: Iterable[Mapping[str, Any]], column: str = "balance_score") -> list[Card]:
    """The cards of rows (with ``band`` and, if the data are there, texts) of :func:`app.data.page` and its like.

    Args:
        run: the run, whose description is read once for all of them.
        rows: of its score table.
        column: whose value the cards show, such as the one that they are sorted by.
    """
    rows, classes = list(rows), run.classes
    ids = [str(row["sample_id"]) for row in rows]
    made = [_card(row, name, classes, column) for row, name in zip(rows, ids, strict=True)]
    text, picture = first_of_kind(run, "text"), first_of_kind(run, *PICTURED)
    sound = first_of_kind(run, "audio") if data.has_media(run) else None
    kind = run.modalities.get(picture or "", "text")
    addresses = zip(picture_urls(run, ids), picture_urls(run, ids, _LARGE), strict=True)
    for card, row, (thumb, large) in zip(made, rows, addresses, strict=True):
        name = card["sample_id"]
        audio = media_url(run.id, name, sound) if sound else None
        card.update(thumb=thumb, large=large, kind=kind, audio=audio, caption=str(row.get(text) or name))
    return made


def _card(row: Mapping[str, Any], sample_id: str, classes: list[str], column: str) -> Card:
    """What the row alone says."""
    made = Card(
        sample_id=sample_id,
        value=value_words(row[column], column),
        measure=measure_words(column),
        band=str(row["band"]),
        label=classes[int(row["label"])],
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
