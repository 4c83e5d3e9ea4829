"""The choice of what the balance score is made of: a similarity, a difficulty, a normaliser, and their options."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from app.widgets.options_form import options_form, show_values
from bss_core.config import describe
from bss_core.measurer import build_measurer
from bss_core.registry import card, find, members

__all__ = ["criteria_of", "measure_form", "show_measure"]

NONE = "none"
_ROLES = ("similarity", "difficulty")
_HELP = {
    "similarity": "How alike the modalities are on a sample: what raises the score.",
    "difficulty": "How hard a sample is: what lowers the score.",
    "normaliser": "How the raw values of all samples are brought to 0 … 1 before they are added.",
}


def criteria_of(role: str) -> list[str]:
    """The criteria that measure a ``similarity`` or a ``difficulty``."""
    return [name for name in members("criteria") if find("criteria", name).role == role]


def _choices() -> dict[str, tuple[str, list[str]]]:
    """What is chosen → the family it is from, and the names offered."""
    roles = {role: ("criteria", [*criteria_of(role), NONE]) for role in _ROLES}
    return roles | {"normaliser": ("normalisers", members("normalisers"))}


def measure_form(prefix: str) -> dict[str, Any]:
    """Draw the selectors and the options of what is chosen; flat options for :func:`bss_core.measurer.build_measurer`.

    Both criteria can be left out here, though a score needs one: building the measurer says so.
    """
    first, entered, chosen = build_measurer({}).as_dict(), {}, []
    for place, (what, (family, names)) in zip(st.columns(3), _choices().items(), strict=True):
        with place:
            entered[what] = _choose(what, family, names, f"{prefix}.{what}", first[what])
        if entered[what] != NONE:
            chosen.append(find(family, entered[what]))
    for owner in chosen:
        entered |= options_form(owner, prefix)
    return entered


def _choose(what: str, family: str, names: list[str], key: str, first: str) -> str:
    st.session_state.setdefault(key, first)
    name = st.selectbox(
        what.capitalize(), names, key=key, format_func=lambda item: item.replace("_", " ").capitalize(),
        help=_HELP[what], persist_state="session",
    )  # fmt: skip
    st.caption("Left out of the score." if name == NONE else card(family, name).splitlines()[0])
    return name


def show_measure(prefix: str, values: Mapping[str, Any]) -> None:
    """Make the form show these options from its next drawing on.

    Raises:
        ConfigError: options that make no measurer.
    """
    full = build_measurer(values).as_dict()
    for what, (family, _) in _choices().items():
        st.session_state[f"{prefix}.{what}"] = full[what]
        if full[what] != NONE:
            owner = find(family, full[what])
            known = {item.name for item in describe(owner)}
            show_values(owner, prefix, {name: value for name, value in full.items() if name in known})
