"""The card of one sample: its picture, text and sound, its label and tags, and the anatomy of its score."""

import html
from typing import Any

import streamlit as st

from app import data
from app.style import LIGHT_GROUND
from app.urls import thumb_url
from app.widgets.anatomy import anatomy, head_details, plain
from app.widgets.player import player
from app.widgets.sample_facts import facts
from app.widgets.tags import sample_tags
from bss_core.errors import RunError
from bss_core.evaluations import Evaluation
from bss_core.runs import Run

__all__ = ["BAND_COLOURS", "sample_card"]

BAND_COLOURS = {"balanced": "blue", "semi-balanced": "orange", "imbalanced": "red"}  # the badges' nearest names
_PICTURED = ("image", "frames")


def sample_card(run: Run, about: Evaluation, row: dict[str, Any]) -> None:
    """Draw the card.

    Args:
        run: the run.
        about: the evaluation.
        row: the sample's row of the score table with ``band``, ``thresholds`` and, if the data are there, its texts.
    """
    classes, label = run.classes, run.classes[int(row["label"])]
    _header(row, label)
    sample_tags(run, str(row["sample_id"]))
    has_media = data.has_media(run)
    if has_media:
        _pictures_and_texts(run, row, label)
    anatomy(run, about, row, classes)
    facts(row)
    if has_media:
        _sounds(run, row, label)
    try:
        chances = data.probabilities(run, about.number, row["sample_id"])
    except RunError as error:
        chances = None
        st.warning(str(error), icon=":material/error:")
    head_details(row, about, chances, classes)


def _header(row: dict[str, Any], label: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{plain(label)}**", width="content")
        st.badge(row["band"], color=BAND_COLOURS.get(row["band"], "gray"))
        st.caption(f"sample {plain(row['sample_id'])} · {row['split']} split", width="content")


def _pictures_and_texts(run: Run, row: dict[str, Any], label: str) -> None:
    kinds = run.modalities
    texts = [str(row[name]) for name, kind in kinds.items() if kind == "text" and isinstance(row.get(name), str)]
    for name in (name for name, kind in kinds.items() if kind in _PICTURED):
        _picture(thumb_url(run.id, row["sample_id"], name, 512), texts[0] if texts else f"{name} of {label}")
    for text in texts:
        st.markdown(f"> {plain(text)}")


def _sounds(run: Run, row: dict[str, Any], label: str) -> None:
    for name in (name for name, kind in run.modalities.items() if kind == "audio"):
        player(run.id, row["sample_id"], name, key=f"card_player_{name}", about=f"{name} of {label}")


def _picture(address: str, alt: str) -> None:
    st.html(
        f'<div style="height:190px;display:flex;justify-content:center;border-radius:8px;background:{LIGHT_GROUND};'
        f'border:1px solid var(--st-border-color)"><img src="{html.escape(address)}" alt="{html.escape(alt)}" '
        f'style="height:100%;max-width:100%;padding:8px;object-fit:contain"></div>'
    )
