"""The frame of a page about one run: title, one sentence on what it is for, and one on what cannot be shown."""

import contextlib
from collections.abc import Callable, Iterator

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.state import chosen_run
from bss_core.errors import BSSError
from bss_core.runs import Run

__all__ = ["page_frame", "told_errors"]


def page_frame(title: str, purpose: str, body: Callable[[Run, DeltaGenerator], None]) -> None:
    """Draw the page, or say that there is no run.

    Args:
        title: of the page.
        purpose: what it is for, in a sentence or two.
        body: draws the rest, from the run and the place beside the title for what can be done with the page.
    """
    beside = _head(title)
    st.caption(purpose)
    run = chosen_run()
    if run is None:
        st.info("There is no run yet. Start one on the Train page.", icon=":material/model_training:")
        return
    with told_errors():
        body(run, beside)


def _head(title: str) -> DeltaGenerator:
    """Draw the title; the place beside it."""
    with st.container(horizontal=True, vertical_alignment="center", key="page_head"):
        st.title(title, anchor=False, width="stretch")
        return st.container(horizontal=True, gap="xsmall", width="content")


@contextlib.contextmanager
def told_errors() -> Iterator[None]:
    """What was asked and found takes the place of what cannot be drawn; a fragment needs it too, as it runs alone."""
    try:
        yield
    except BSSError as error:
        st.error(str(error), icon=":material/broken_image:")
