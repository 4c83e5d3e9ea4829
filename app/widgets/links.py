"""From one page to another; what pages share (:mod:`app.selection_state`) goes along."""

from typing import NoReturn

import streamlit as st

from app.page_list import page_named

__all__ = ["link_page", "open_page"]


def open_page(name: str) -> NoReturn:
    """Go to the page of this name at once."""
    st.switch_page(page_named(name).path)


def link_page(name: str, label: str = "", query: dict[str, str] | None = None) -> None:
    """Draw a link to the page of this name, with what its address asks for; by default it says the page's title."""
    page = page_named(name)
    st.page_link(page.path, label=label or page.title, icon=page.symbol, query_params=query)
