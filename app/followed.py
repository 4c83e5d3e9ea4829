"""Whether an address that is not what the app wrote last is to be followed, or only late.

The browser sends its address with everything it asks for, and may not have heard of the newest one yet: a click sent a
moment too early must not take back the click before it. Streamlit says when somebody went back or forward, which is
always followed. A fragment's request comes from a widget, never from a link, so that its address is never news; of
other requests, an address that the app replaced a moment ago is late.
"""

import time
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx  # not public: what is read of it may move with a version

__all__ = ["is_followed", "wrote"]

_LATE = 5.0  # seconds that a busy server and a busy browser may take together


def is_followed(part: str, asked: Any) -> bool:
    """Whether somebody typed, followed or went back to this address.

    Args:
        part: name of the part of the address.
        asked: what it says; nothing is said by what is false.
    """
    if (asked or None) == st.session_state.get(_written(part)):
        return False
    context = get_script_run_ctx()
    if context is not None and context.is_history_navigation:
        return True
    if context is not None and context.fragment_ids_this_run:
        return False
    return not any((asked or None) == was for _, was in _replaced(part))


def wrote(part: str, words: Any) -> None:
    """Remember what the app has made this part of the address say."""
    before = st.session_state.get(_written(part))
    if (words or None) != before:
        st.session_state[f"{_written(part)}_before"] = [*_replaced(part), (time.monotonic(), before)]
    st.session_state[_written(part)] = words or None


def _written(part: str) -> str:
    return f"address_of_{part}"


def _replaced(part: str) -> list[tuple[float, Any]]:
    """What the app had written until a moment ago, and when that ended."""
    earliest = time.monotonic() - _LATE
    return [item for item in st.session_state.get(f"{_written(part)}_before", []) if item[0] > earliest]
