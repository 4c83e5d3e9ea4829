"""What the Train page offers to do with a run: follow it, continue it, start another like it, stop looking at it."""

from collections.abc import Callable

import streamlit as st

from bss_core.errors import BSSError
from bss_core.jobs import resume_training
from bss_core.runs import Run

__all__ = ["FOLLOWED", "RESUMABLE", "action", "close", "copy_settings", "follow", "resume"]

FOLLOWED = "train_followed"
RESUMABLE = ("cancelled", "interrupted", "failed")


def action(text: str, icon: str, run: Run, call: Callable[[Run], None], help: str, place: str = "panel") -> None:
    """Draw a button that calls ``call(run)`` and then draws the whole page; ``place`` tells equal buttons apart."""
    key = f"train.{place}.{text}.{run.id}"
    if st.button(text, key=key, icon=f":material/{icon}:", type="tertiary", help=help):
        call(run)  # not as a callback: the button may be gone after it, and nobody would ask for the whole page
        st.rerun()


def resume(run: Run) -> None:
    """Continue the run and follow it."""
    try:
        resume_training(run)
    except BSSError as error:
        st.toast(str(error), icon=":material/error:")
    follow(run)


def copy_settings(run: Run) -> None:
    """Fill the form with the run's settings."""
    st.session_state["train_prefill"] = {**run.options, "data": str(run.data)}


def close(run: Run) -> None:
    """Stop following any run."""
    st.session_state.pop(FOLLOWED, None)


def follow(run: Run) -> None:
    """Show the run's panel."""
    st.session_state[FOLLOWED] = run.id
