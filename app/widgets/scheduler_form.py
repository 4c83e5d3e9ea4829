"""The choice of a scheduler and, as sliders to play with, its options; both come from the registry and the fields."""

import math
from collections.abc import Mapping
from typing import Any

import streamlit as st

from app.applicable import applies
from app.widgets.options_form import label
from bss_core.config import Option, describe
from bss_core.registry import card, find, members

__all__ = ["fits", "pick_scheduler", "scale", "scheduler_options"]

_COLUMNS = 4  # beside each other
_LONGEST = 200  # epochs on a slider
_DECADES = 3  # a wider range than this is chosen on a logarithmic scale


def pick_scheduler(key: str, default: str) -> str:
    """Draw the selector with the method card of what is chosen."""
    names = members("schedulers")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            "Scheduler", names, names.index(default) if default in names else 0, key=key, persist_state="session",
            format_func=lambda item: card("schedulers", item).partition(":")[0], width=280,
        )  # fmt: skip
        with st.popover("Method card", icon=":material/description:"):
            st.text(card("schedulers", name))
    return name


def scheduler_options(name: str, key: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Draw one control per option that counts; ``values`` are shown at first, instead of the options' defaults."""
    first = {item.name: values.get(item.name, item.default) for item in describe(find("schedulers", name))}

    def value_of(option: str) -> Any:
        return st.session_state.get(f"{key}.{name}.{option}", first.get(option))

    asked = [item for item in describe(find("schedulers", name)) if applies(item.name, value_of)]
    entered = {}
    with st.grid(_COLUMNS, min_column_width=170):
        for item in asked:
            entered[item.name] = _widget(item, f"{key}.{name}.{item.name}", first[item.name])
    return entered


def _widget(item: Option, key: str, value: Any) -> Any:
    about = {"label": label(item), "key": key, "help": item.text, "persist_state": "session"}
    if item.type is bool:
        return st.toggle(value=bool(value), **about)
    if item.choices:
        return st.selectbox(options=list(item.choices), index=item.choices.index(value), **about)
    if item.type is int:
        low, high = map(int, _ends(item))
        return st.slider(min_value=low, max_value=high, value=int(value), **about)
    steps = scale(item, float(value))
    if steps:
        return st.select_slider(options=steps, value=float(value), format_func=lambda step: f"{step:g}", **about)
    low, high = _ends(item)
    return st.slider(min_value=low, max_value=high, value=float(value), step=0.01, **about)


def fits(item: Option, value: Any) -> bool:
    """Whether the option's control can show this value of its type."""
    if item.type is bool or item.choices:
        return item.type is bool or value in item.choices
    low, high = _ends(item)
    return low <= value <= high


def _ends(item: Option) -> tuple[float, float]:
    """Of the option's slider."""
    if item.type is int:
        low = float(item.min or 0)
        return low, max(float(item.max or _LONGEST), low + 1)
    return 0.01 if item.above is not None else float(item.min or 0.0), float(item.max)


def scale(item: Option, value: float) -> list[float]:
    """1, 2, 5, 10 … within the bounds of an option that spans more than three decades, and ``value``; else empty."""
    low, high = item.min or item.above or 0.0, item.max or 0.0
    if low <= 0 or high <= 0 or math.log10(high / low) <= _DECADES:
        return []
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    steps = {float(f"{digit}e{power}") for power in decades for digit in (1, 2, 5)}
    return sorted({step for step in steps if low <= step <= high} | {value})
