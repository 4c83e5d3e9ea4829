"""Widgets that show one field of the shared selection, whatever they showed before, and change it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from app import selection_state

__all__ = ["bound", "change"]


def bound(field: str, value: Any) -> str:
    """Key of a widget that shows ``value``, what the shared selection has in ``field``."""
    key = f"filter_{field}"
    st.session_state[key] = value
    return key


def change(field: str, meant: Callable[[Any], Any] = tuple) -> None:
    """Callback of the widget of a field: select what it says.

    Args:
        field: of the selection.
        meant: from the widget's value to the field's.
    """
    value = meant(st.session_state[f"filter_{field}"])
    selection_state.set_selection(replace(selection_state.current(), **{field: value}))
