"""The gallery: cards of samples in a grid, to look through by mouse or keyboard and to pick one.

One component for all cards, with pictures from the media routes: flipping to the next page of 60 costs a third of a
second, where Streamlit's own columns, images and buttons cost one to three. Nothing in a card is read as HTML.
"""

from pathlib import Path
from typing import NotRequired, TypedDict

import streamlit as st

from app.style import colour_of_band

__all__ = ["Card", "gallery"]

_FOLDER = Path(__file__).parent


class Card(TypedDict):
    """One sample. All but the id may be left out; what is absent is not drawn.

    Attributes:
        sample_id: what a click returns.
        thumb: address of the picture (:mod:`app.urls`).
        kind: ``image``, ``audio`` or ``text``: the placeholder's icon, and how the picture is fitted.
        alt: what the picture shows; the caption if left out.
        score: the number in the badge, such as the balance score in 0 … 1.
        band: name of its band, drawn beside the score in the band's colour.
        label, predicted: class names; a wrong prediction is marked.
        caption: a text modality's text, cut after two lines; the whole text where there is no picture.
        audio: address of a sound, played by the card's speaker button or the key P.
    """

    sample_id: str
    thumb: NotRequired[str | None]
    kind: NotRequired[str]
    alt: NotRequired[str]
    score: NotRequired[float | None]
    band: NotRequired[str]
    label: NotRequired[str]
    predicted: NotRequired[str]
    caption: NotRequired[str]
    audio: NotRequired[str | None]


_component = st.components.v2.component(
    "bss_lens_gallery",
    html='<div class="gallery" role="group"></div><audio class="voice" preload="none"></audio>',
    css=(_FOLDER / "gallery.css").read_text(encoding="utf-8"),
    js=(_FOLDER / "gallery.js").read_text(encoding="utf-8"),
)


def gallery(cards: list[Card], key: str, selected: str | None = None, label: str = "Samples") -> str | None:
    """Draw the cards; a click or Enter picks one.

    Args:
        cards: in the order to show them, about 60 at most.
        key: of the widget, one per gallery.
        selected: id of the sample to mark.
        label: name of the grid for screen readers.

    Returns:
        The id picked just now, else ``selected``.
    """
    picked = st.session_state.get(key, {}).get("picked") or None
    marked = picked if picked in {card["sample_id"] for card in cards} else selected
    drawn = [{**card, "colour": colour_of_band(card.get("band", ""))} for card in cards]
    result = _component(
        data={"cards": drawn, "selected": marked, "label": label}, key=key, on_picked_change=lambda: None
    )
    return result.picked or marked
