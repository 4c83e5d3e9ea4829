"""The list of keys: a small button in the sidebar and the key ``?`` open it on every page without asking the server."""

from app.widgets.component import declared
from app.widgets.gallery import KEYS as CARDS

__all__ = ["GROUPS", "Keys", "keys"]

Keys = tuple[tuple[str, ...], str]  # the keys that do the same, and what they do
GROUPS: dict[str, tuple[Keys, ...]] = {
    "Every page": (
        (("?",), "open or close this list"),
        (("Tab", "⇧ Tab"), "next or previous control"),
        (("Esc",), "close a dialog or a list"),
    ),
    "Cards": tuple(((names,), does) for names, does in CARDS),
    "Player": (
        (("Space",), "play or pause"),
        (("←", "→"), "a tenth of a second back or on"),
        (("Home", "End"), "to the beginning or the end"),
    ),
    "Charts, by mouse": (
        (("drag",), "zoom into the rectangle; on maps, select with the box or the lasso"),
        (("double click",), "show everything again; on maps, drop the selection"),
        (("legend",), "click: hide or show; double click: show this one alone"),
        (("⇧ drag",), "on maps, add to the selection"),
    ),
    "Guided tour, while it has the focus": (
        (("→", "←"), "next or previous step"),
        (("Esc",), "end the tour"),
    ),
}
_component = declared("keys")


def keys() -> None:
    """Draw the button; the list itself is a dialog of the browser."""
    _component(key="keys", data={"groups": [{"title": title, "keys": found} for title, found in GROUPS.items()]})
