"""The status of a run or job: one colour and one icon on all pages."""

import streamlit as st

__all__ = ["STATUS_COLOURS", "badge", "told_status"]

_LOOKS = {  # status → one of Streamlit's named colours, icon, what it means
    "starting": ("gray", "hourglass_top", "The process is starting; loading the libraries takes some seconds."),
    "queued": ("gray", "hourglass_empty", "Waiting until the job before it is done."),
    "running": ("violet", "play_circle", ""),
    "finished": ("green", "check_circle", ""),
    "failed": ("red", "error", ""),
    "cancelled": ("gray", "stop_circle", "Stopped on request; everything written until then is kept."),
    "interrupted": ("orange", "power_off", "Its process ended without a word: killed, or the machine was restarted."),
    "broken": ("red", "broken_image", ""),
}
STATUS_COLOURS = {status: colour for status, (colour, _, _) in _LOOKS.items()}


def badge(status: str) -> None:
    """A status as a coloured word with an icon."""
    colour, icon, _ = _LOOKS.get(status, _LOOKS["broken"])
    st.badge(status, color=colour, icon=f":material/{icon}:")


def told_status(status: str) -> str:
    """One sentence on what it means, '' where the word says it."""
    return _LOOKS.get(status, _LOOKS["broken"])[2]
