"""From one page to another; what pages share (:mod:`app.selection_state`) goes along."""

from pathlib import Path
from typing import NoReturn

import streamlit as st

__all__ = ["link_page", "open_page"]

_PAGES = Path(__file__).resolve().parents[2] / "pages"


def open_page(name: str) -> NoReturn:
    """Go to ``pages/<name>.py`` at once."""
    st.switch_page(_PAGES / f"{name}.py")


def link_page(name: str, label: str, icon: str) -> None:
    """Draw a link to ``pages/<name>.py``."""
    st.page_link(_PAGES / f"{name}.py", label=label, icon=f":material/{icon}:")
