"""What a page that stands still says while its run is at work: that it is, and when there is something new to see."""

import streamlit as st

from app import data
from bss_core.runs import Run

__all__ = ["running_notice"]

_EVERY = "3s"


def running_notice(run: Run) -> None:
    """Draw the notice in the sidebar; nothing for a run that is not at work."""
    if not run.is_active:
        return
    shown = len(data.evaluations(run))

    @st.fragment(run_every=_EVERY)
    def notice() -> None:
        if not run.is_active:
            _offer("The run has ended.")
        elif len(data.evaluations(run)) > shown:
            _offer("A new evaluation is ready.")
        else:
            st.caption(":material/sync: This run is at work; a new evaluation will be announced here.")

    with st.sidebar:
        notice()


def _offer(sentence: str) -> None:
    st.info(sentence, icon=":material/update:")
    if st.button("Show it", key="running_notice", icon=":material/refresh:", width="stretch"):
        st.rerun()
