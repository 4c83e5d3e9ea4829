"""Who makes the changes of this session: the login if the server has one, else a name that anyone may give."""

import streamlit as st

from app.plain_text import plain
from bss_core.annotations import LONGEST, check_author
from bss_core.errors import ConfigError

__all__ = ["author", "author_input"]

_NAME, _INPUT = "author_name", "author_input"


def author() -> str:
    """The name that the log of changes keeps; empty if nobody said."""
    return (_login() or str(st.session_state.get(_NAME, "")))[:LONGEST]


def _login() -> str:
    """Who is logged in; empty on a server without a login, where Streamlit may fill in a made-up address."""
    return str(st.user.get("email") or st.user.get("name") or "") if st.user.get("is_logged_in") else ""


def author_input() -> None:
    """Draw the field for the name, unless the login says it."""
    if _login():
        st.caption(f"Changes are kept under the name {plain(author())}.")
        return
    st.session_state[_INPUT] = author()
    st.text_input(
        "Your name", key=_INPUT, on_change=_keep, max_chars=LONGEST, placeholder="optional",
        help="Kept with every change of tags and with the views you save, so that others see who made them.",
    )  # fmt: skip


def _keep() -> None:
    try:
        st.session_state[_NAME] = check_author(st.session_state[_INPUT].strip())
    except ConfigError as error:
        st.toast(str(error), icon=":material/error:")
