"""One sample's media by modality: pictures, frames, videos, depth, numbers and texts side by side, then its sounds.

One component draws all but the sounds, from the media routes; a click on a picture zooms into it.
"""

from typing import Any

import streamlit as st

from app.style import colours_of_heads
from app.urls import facts_url, media_url, thumb_url
from app.widgets.component import text_of
from app.widgets.player import player
from bss_core.depth_pictures import COLOURS
from bss_core.runs import Run

__all__ = ["sample_media"]

_ORDER = ("image", "frames", "depth", "video", "series", "features", "text")  # sounds come after them, in players
_SIDE, _LARGE = 512, 1024  # px
_SCRIPTS = ("gallery_cards.js", "gallery_zoom.js", "one_sound.js", "own_keys.js", "sample_media.js")
_STYLES = ("sample_media.css", "gallery_zoom.css")
_component = st.components.v2.component(
    "bss_lens_sample_media",
    html='<div class="media"></div><dialog class="zoomed"></dialog>',
    css=text_of(*_STYLES),
    js=text_of(*_SCRIPTS),
)


def sample_media(run: Run, row: dict[str, Any], label: str, key: str = "card") -> None:
    """Draw the media of one sample; the run's data set must be there.

    Args:
        run: the run.
        row: the sample's row with its texts.
        label: name of the sample's class, for alternative texts.
        key: begins the widgets' keys; where two samples stand side by side, each needs its own.
    """
    colours, sample_id = colours_of_heads(run.modalities), str(row["sample_id"])
    drawn = [(name, kind) for name, kind in run.modalities.items() if kind != "audio"]
    items = [
        _item(run, row, name, kind, label) | {"colour": colours[name]}
        for name, kind in sorted(drawn, key=lambda item: _ORDER.index(item[1]))
    ]
    if items:
        _component(key=f"{key}_media", data={"items": items})
    for name in (name for name, kind in run.modalities.items() if kind == "audio"):
        words = f"{name} of {label}"
        player(run.id, sample_id, name, key=f"{key}_player_{name}", about=words, colour=colours[name])


def _item(run: Run, row: dict[str, Any], name: str, kind: str, label: str) -> dict[str, Any]:
    """What the browser needs to know of one modality."""
    made: dict[str, Any] = {"name": name, "kind": kind, "words": _words(run, row, name, kind, label)}
    if kind == "text":
        return made | {"text": row[name] if isinstance(row.get(name), str) else ""}
    where = (run.id, str(row["sample_id"]), name)
    made |= {"media": media_url(*where), "facts": facts_url(*where)}
    made |= {"thumb": thumb_url(*where, _SIDE), "large": thumb_url(*where, _LARGE)}
    return made | ({"colours": [f"rgb{colour}" for colour in COLOURS]} if kind == "depth" else {})


def _words(run: Run, row: dict[str, Any], name: str, kind: str, label: str) -> str:
    """What is shown: of a picture its sample's text, if it has one."""
    texts = (row.get(other) for other, found in run.modalities.items() if found == "text")
    text = next((text for text in texts if isinstance(text, str) and text), "")
    return text if text and kind == "image" else f"{name} of {label}"
