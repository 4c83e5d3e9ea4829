"""The list of keys: a small button in the sidebar and the key ``?`` open it on every page without asking the server."""

from app.widgets.component import declared

__all__ = ["GROUPS", "Keys", "keys"]

Keys = tuple[tuple[str, ...], str]  # the keys that do the same, and what they do
GROUPS: dict[str, tuple[Keys, ...]] = {
    "Everywhere": (
        (("?",), "open or close this list"),
        (("Tab", "⇧ Tab"), "next or previous control"),
        (("Esc",), "close a dialog, a list or a zoomed picture"),
    ),
    "Browse, wherever the focus is": (
        (("←", "→"), "previous or next sample, unless a card, a sound, a video or a field has the focus"),
        (("K", "J"), "previous or next sample, from a card too"),
        (("/",), "search"),
    ),
    "Card with the focus": (
        (("←", "↑", "→", "↓"), "move between the cards"),
        (("Home", "End"), "first or last card of the page"),
        (("Page Up", "Page Down"), "previous or next page"),
        (("Enter",), "choose the sample"),
        (("Space", "P"), "play the sound, or stop it"),
        (("C",), "compare with the chosen sample"),
        (("Z",), "zoom the picture"),
    ),
    "Sound with the focus": (
        (("Space", "Enter"), "play or pause"),
        (("←", "→"), "a two-hundredth back or on, at least 0.1 s"),
        (("Page Up", "Page Down"), "a tenth back or on"),
        (("Home", "End"), "to the beginning or the end"),
        (("↑", "↓"), "louder or softer"),
        (("M",), "mute, or not"),
        (("L",), "play again and again, or once"),
    ),
    "Video, frames or long text with the focus": (
        (("←", "→"), "back or on"),
        (("Space",), "play or pause a video"),
        (("↑", "↓", "Page Up", "Page Down"), "scroll a text"),
    ),
    "Charts, by mouse": (
        (("drag",), "zoom into the rectangle; on maps, select with the box or the lasso"),
        (("double click",), "show everything again; on maps, drop the selection"),
        (("legend",), "click: hide or show; double click: show this one alone"),
        (("⇧ drag",), "on maps, add to the selection"),
    ),
    "Guided tour, while it has the focus": (
        (("←", "→"), "previous or next step"),
        (("Esc",), "end the tour"),
    ),
}
_component = declared("keys")


def keys() -> None:
    """Draw the button; the list itself is a dialog of the browser."""
    _component(key="keys", data={"groups": [{"title": title, "keys": found} for title, found in GROUPS.items()]})
