"""What single pages remember besides what all pages share: in the session, so that it survives a change of page, and in
the address by the option's own name, so that a link outlives a rewording of its label.

Streamlit can bind a widget to the address itself, but by its label, and forgets it on a change of page. As in
:mod:`app.selection_state`, an address that somebody typed, followed or went back to wins over the session.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import streamlit as st

from app import followed
from app.selection_url import RUN

__all__ = [
    "PAGES", "address", "addressed", "addressed_many", "addressed_text", "choose", "choose_many", "keep", "kept",
    "read",
]  # fmt: skip

PAGES = {  # page → the parameters of its own
    "browse": ("group", "per", "page", "compare"),
    "scores": ("show", "column", "by", "scale", "panels", "map_colour", "map_since"),
    "trajectories": (
        "view",
        "lines",
        "lines_found",
        "count",
        "thin",
        "find",
        "value",
        "flow",
        "heat_value",
        "heat_sort",
        "heat_order",
        "table_page",
    ),  # fmt: skip
    "map": ("map_of", "map_method", "map_checkpoint", "map_split", "show", "map_colour", "map_since"),
    "pacing": ("plan", "epoch", "rank_by", "shapes"),
}
_KEPT = "page_choices"
_NONE = "-"  # several could be chosen, and none is


def address(page: str) -> dict[str, str]:
    """The parameters that say in a URL what this page remembers."""
    words = kept()
    return {name: words[name] for name in PAGES.get(page, ()) if name in words}


def kept() -> dict[str, str]:
    """Parameter → word of all that differs from its default, without a look at the address."""
    return st.session_state.get(_KEPT, {})


def read(name: str) -> str:
    """The word of a parameter, '' for the default; taken over from the address if somebody followed one."""
    asked = st.query_params.get(name, "")
    if (asked or RUN in st.query_params) and followed.is_followed(name, asked):
        _remember({name: asked})
    return kept().get(name, "")


def keep(words: Mapping[str, str]) -> None:
    """Remember these words, '' for the default, and write them into the address in one step of the history."""
    _remember(words)
    found = {name: st.query_params.get_all(name) for name in words}
    if found != {name: [word] if word else [] for name, word in words.items()}:
        st.query_params.update({name: word or [] for name, word in words.items()})


def addressed(name: str, offered: Iterable[Any], default: Any) -> str:
    """The key of a widget, its name, that shows what is chosen; what is not offered is forgotten.

    Its ``on_change`` is :func:`choose`.
    """
    word, options = read(name), {str(option): option for option in offered}
    if word and word not in options:
        keep({name: ""})
    st.session_state[name] = options.get(word, default)
    return name


def addressed_many(name: str, offered: Iterable[Any], default: list[Any], most: int) -> str:
    """As :func:`addressed`, for a widget of at most so many values; its ``on_change`` is :func:`choose_many`."""
    word, options = read(name), {str(option): option for option in offered}
    chosen = list(dict.fromkeys(options[part] for part in word.split(",") if part in options))[:most]
    st.session_state[name] = chosen if chosen or word == _NONE else default
    return name


def addressed_text(name: str, longest: int = 200) -> str:
    """As :func:`addressed`, for a text of at most so many characters; '' by default."""
    st.session_state[name] = read(name)[:longest]
    return name


def choose(name: str, default: Any) -> None:
    """Callback of the widget of :func:`addressed` and :func:`addressed_text`."""
    chosen = st.session_state[name]
    keep({name: "" if chosen == default else str(chosen)})


def choose_many(name: str, default: list[Any]) -> None:
    """Callback of the widget of :func:`addressed_many`."""
    chosen = st.session_state[name]
    keep({name: "" if chosen == default else ",".join(map(str, chosen)) or _NONE})


def _remember(words: Mapping[str, str]) -> None:
    st.session_state[_KEPT] = {name: word for name, word in {**kept(), **words}.items() if word}
    for name, word in words.items():
        followed.wrote(name, word)
