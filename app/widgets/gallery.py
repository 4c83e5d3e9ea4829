"""The gallery: cards of samples in a grid, to look through by mouse or keyboard and to pick one.

One component for all cards, with pictures from the media routes: flipping to the next page of 60 costs a third of a
second, where Streamlit's own columns, images and buttons cost one to three. Nothing in a card is read as HTML.

A card's picture can be zoomed in a dialog; :mod:`app.widgets.sample_media` uses the same scripts for its own pictures.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NotRequired, TypedDict

import streamlit as st

from app.style import colour_of_band
from app.widgets.component import text_of

__all__ = ["Card", "Paging", "gallery"]

_SCRIPTS = (
    "one_sound.js", "gallery_cards.js", "gallery_sound.js", "gallery_zoom.js", "gallery_keys.js", "gallery.js",
)  # fmt: skip
_STYLES = ("gallery.css", "gallery_zoom.css")


class Card(TypedDict):
    """One sample. All but the id may be left out; what is absent is not drawn.

    Attributes:
        sample_id: what a click returns.
        thumb: address of the picture (:mod:`app.urls`).
        large: address of the same picture to zoom into, at most 1024 px.
        kind: of the modality that the picture shows, for the icon where there is none.
        alt: what the picture shows; the caption if left out.
        value, measure: a number as it is to be read, and what it is, such as ``0.53`` and ``balance score``.
        band: name of its band, drawn in the band's colour.
        label, predicted: class names; a wrong prediction is marked.
        caption: a text modality's text, cut after two lines; the whole text where there is no picture.
        audio: address of a sound, played by the card's speaker button or its keys.
        group: heading that the card stands under; cards of one group follow each other.
    """

    sample_id: str
    thumb: NotRequired[str | None]
    large: NotRequired[str | None]
    kind: NotRequired[str]
    alt: NotRequired[str]
    value: NotRequired[str]
    measure: NotRequired[str]
    band: NotRequired[str]
    label: NotRequired[str]
    predicted: NotRequired[str]
    caption: NotRequired[str]
    audio: NotRequired[str | None]
    group: NotRequired[str]


@dataclass(frozen=True)
class Paging:
    """What a gallery that shows one page of many samples can do besides picking; each is called before the next run.

    Attributes:
        page: number of the page shown.
        pages: how many there are.
        choose: look at the sample of this id.
        turn: go to the page this much further, 1 or −1.
        step: choose the sample this much further in the order, 1 or −1.
        compare: compare the sample of this id with the chosen one.
        shown: told once, when the pictures in sight are there; None if nobody waits for them.
        compared: id of the sample that is compared now.
        prefetch: addresses of the next page's pictures.
    """

    page: int
    pages: int
    choose: Callable[[str], None]
    turn: Callable[[int], None]
    step: Callable[[int], None]
    compare: Callable[[str], None]
    shown: Callable[[], None] | None = None
    compared: str | None = None
    prefetch: Sequence[str] = ()

    def ways(self) -> list[int]:
        """The directions in which there is another page."""
        return [way for way in (-1, 1) if 1 <= self.page + way <= self.pages]


_component = st.components.v2.component(
    "bss_lens_gallery",
    html='<div class="gallery" role="grid"></div><audio class="voice" preload="none"></audio>'
    '<dialog class="zoomed"></dialog>',
    css=text_of(*_STYLES),
    js=text_of(*_SCRIPTS),
)


def gallery(
    cards: list[Card], key: str, selected: str | None = None, label: str = "Samples", paging: Paging | None = None
) -> str | None:
    """Draw the cards; a click or Enter picks one.

    Args:
        cards: in the order to show them, about 60 at most.
        key: of the widget, one per gallery.
        selected: id of the sample to mark.
        label: name of the grid for screen readers.
        paging: what can be done where the cards are one page of many.

    Returns:
        The id picked just now, else ``selected``.
    """
    ids = {card["sample_id"] for card in cards}
    picked = _picked(key)
    marked = picked if picked in ids else selected
    seen = st.session_state.get(f"{key}_seen", 0)
    _component(data=_data(cards, marked, label, paging, seen), key=key, **_callbacks(key, ids, paging))
    return marked


def _picked(key: str) -> str | None:
    """The id picked just now."""
    found = st.session_state.get(key, {}).get("picked")
    return str(found["sample_id"]) if isinstance(found, dict) else None


def _data(cards: list[Card], marked: str | None, label: str, paging: Paging | None, seen: int) -> dict[str, Any]:
    can = paging is not None
    return {
        "cards": [{**card, "colour": colour_of_band(card.get("band", ""))} for card in cards],
        "selected": marked,
        "label": label,
        "seen": seen,
        "offered": {"turn": can, "step": can, "compare": can, "shown": bool(paging and paging.shown)},
        "turns": paging.ways() if paging else [],
        "page": paging.page if paging else 1,
        "compared": paging.compared if paging else None,
        "prefetch": list(paging.prefetch) if paging else [],
    }


def _callbacks(key: str, ids: set[str], paging: Paging | None) -> dict[str, Callable[[], Any]]:
    """One for everything the browser can ask for; without them Streamlit drops what it asks."""

    def asked(name: str) -> Any:
        return st.session_state[key][name]

    def pick() -> None:
        # the number that the browser gave to this choice, for it to know which one is answered
        st.session_state[f"{key}_seen"] = int(asked("picked")["serial"])
        if paging is not None and _picked(key) in ids:
            paging.choose(_picked(key))

    if paging is None:
        return {"on_picked_change": pick}
    return {
        "on_picked_change": pick,
        "on_turned_change": lambda: asked("turned") in paging.ways() and paging.turn(asked("turned")),
        "on_stepped_change": lambda: asked("stepped") in (-1, 1) and paging.step(asked("stepped")),
        "on_compared_change": lambda: paging.compare(str(asked("compared"))),
        "on_shown_change": lambda: paging.shown and paging.shown(),
    }
