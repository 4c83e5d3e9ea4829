"""A form drawn from a dataclass of options: bounds, help and the paper's value all come from its fields."""

import math
import re
from collections.abc import Collection, Mapping
from typing import Any

import streamlit as st

from app.applicable import applies
from bss_core.config import Option, describe

__all__ = ["label", "options_form", "show_values"]

_GRID = 0.01  # step of a slider


def options_form(
    owner: type, prefix: str, values: Mapping[str, Any] | None = None, exclude: Collection[str] = (), columns: int = 3
) -> dict[str, Any]:
    """Draw one widget per option, ``columns`` beside each other; values stay for the whole session.

    Options with one possible value are not asked for, nor those that do nothing with the other values entered, nor
    dicts: who draws the form knows what is in them.

    Args:
        owner: the dataclass.
        prefix: of the widgets' keys; forms with different prefixes keep different values.
        values: what a widget shows at first, instead of the option's default.
        exclude: options to leave out.

    Returns:
        Option → value as entered; check it with :func:`bss_core.config.checked_options`.
    """
    first = {item.name: (values or {}).get(item.name, item.default) for item in describe(owner)}

    def value_of(name: str) -> Any:
        return st.session_state.get(f"{prefix}.{name}", first.get(name))

    asked = [item for item in describe(owner) if item.name not in exclude and _is_asked(item)]
    asked = [item for item in asked if applies(item.name, value_of)]
    entered = {}
    with st.grid(columns, min_column_width=170):
        for item in asked:
            entered[item.name] = _widget(item, f"{prefix}.{item.name}", first[item.name])
    return entered


def show_values(owner: type, prefix: str, values: Mapping[str, Any]) -> None:
    """Make a form show these values from its next drawing on; call it before the form is drawn.

    Raises:
        ConfigError: a value that its option does not allow.
    """
    known = {item.name: item for item in describe(owner)}
    checked = {f"{prefix}.{name}": known[name].check(value) for name, value in values.items() if name in known}
    st.session_state.update(checked)


def label(item: Option) -> str:
    """The option's name in words with its symbol or unit: ``Lambda 0 (λ₀)``, ``Image size (px)``."""
    words = item.name.replace("_", " ").capitalize()
    symbol = re.search(r", (\S{1,6})$", item.help)
    if symbol:
        return symbol[1] if symbol[1].lower() == item.name else f"{words} ({symbol[1]})"
    return f"{words} ({item.unit})" if item.unit and item.unit not in words.lower() and item.unit != "epochs" else words


def _is_asked(item: Option) -> bool:
    return item.type in (bool, int, float, str) and len(item.choices) != 1


def _widget(item: Option, key: str, value: Any) -> Any:
    st.session_state.setdefault(key, item.check(value))
    about = {"label": label(item), "key": key, "help": _help(item), "persist_state": "session"}
    if item.choices:
        return st.selectbox(options=list(item.choices), **about)
    if item.type is bool:
        return st.toggle(**about)
    if item.type is str:
        return st.text_input(**about)
    if _suits_slider(item):
        return st.slider(**about, **_slider_bounds(item, st.session_state[key]))
    return _number(item, about)


def _help(item: Option) -> str:
    return item.text.replace("~", "\\~").replace("*", "\\*")


def _suits_slider(item: Option) -> bool:
    """Fractions whose default is a whole number of steps; a weight decay of 0.0001 wants to be typed."""
    if item.type is not float or item.max != 1 or (item.min, item.above).count(0) != 1:
        return False
    return math.isclose(item.default / _GRID, round(item.default / _GRID), abs_tol=1e-9)


def _slider_bounds(item: Option, value: float) -> dict[str, float]:
    return {"min_value": 0.0 if item.above is None else min(_GRID, value), "max_value": 1.0, "step": _GRID}


def _number(item: Option, about: dict[str, Any]) -> int | float:
    low = item.min if item.min is not None else item.above
    low, high = (None if bound is None else item.type(bound) for bound in (low, item.max))
    if item.type is int:
        return st.number_input(**about, min_value=low, max_value=high, step=1)
    size = math.floor(math.log10(abs(item.default))) if item.default else -2
    return st.number_input(**about, min_value=low, max_value=high, step=10.0 ** min(size, -1), format="%g")
