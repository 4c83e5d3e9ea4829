"""From one page to another; what pages share (:mod:`app.selection_state`) goes along."""

from pathlib import Path
from typing import NoReturn

import streamlit as st

__all__ = ["ROOT", "link_page", "open_page"]

ROOT = Path(__file__).resolve().parents[2]
_PAGES = ROOT / "pages"


def open_page(name: str) -> NoReturn:
    """Go to ``pages/<name>.py`` at once."""
    st.switch_page(_PAGES / f"{name}.py")


def link_page(name: str, label: str, icon: str, query: dict[str, str] | None = None) -> None:
    """Draw a link to ``pages/<name>.py``, with what its address asks for."""
    st.page_link(_PAGES / f"{name}.py", label=label, icon=f":material/{icon}:", query_params=query)
