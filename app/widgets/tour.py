"""The panel of the guided tour: one step's text, the way on and back, and a frame around what the step is about."""

from collections.abc import Callable

import streamlit as st

from app.widgets.component import declared

__all__ = ["KEY", "asked", "panel"]

KEY = "tour_panel"
_component = declared("tour")


def asked() -> str:
    """In the callback of :func:`panel`: ``next``, ``back``, ``end``, ``here`` (show this step's page) or nothing."""
    return st.session_state.get(KEY, {}).get("asked") or ""


def panel(
    number: int, count: int, title: str, text: str, target: str, is_here: bool, on_asked: Callable[[], None]
) -> None:
    """Draw the panel above the page, in a corner of the window.

    Args:
        number: of the step, from 1.
        count: of all steps.
        title: of the step.
        text: what to look at and why.
        target: CSS selector of the element to frame; the first visible one is taken.
        is_here: whether the page in sight is the step's.
        on_asked: called when a button was clicked, see :func:`asked`.
    """
    _component(
        key=KEY,
        data={"number": number, "count": count, "title": title, "text": text, "target": target, "is_here": is_here},
        on_asked_change=on_asked,
    )
