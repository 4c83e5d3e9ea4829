"""The choice of samples by their tags; a sample must have all the tags that are chosen."""

import streamlit as st

from app.plain_text import plain
from app.widgets.bound import bound, change
from app.widgets.tags import known_tags
from bss_core.errors import RunError
from bss_core.runs import Run
from bss_core.selection import Selection

__all__ = ["tag_filter", "tag_in_words"]


def tag_filter(run: Run, chosen: Selection) -> None:
    """Draw the choice; nothing while no sample of the run has a tag, one sentence if the tags cannot be read."""
    try:
        known = known_tags(run)
    except RunError as error:
        st.caption(f":material/label_off: {plain(str(error))}")
        return
    offered = list(dict.fromkeys([*known, *chosen.tags]))
    if offered:
        st.multiselect(
            "Tagged with", offered, key=bound("tags", list(chosen.tags)), on_change=change, args=("tags",),
            format_func=lambda name: f"{name} ({known.get(name, 0):,})", placeholder="any", width=300,
            help="Samples that have every one of the chosen tags. In brackets: how many samples of the run have it.",
        )  # fmt: skip


def tag_in_words(run: Run, tag: str) -> str:
    """Such as ``tag: odd``; says so if no sample has it, as after somebody deleted or renamed it.

    Raises:
        RunError: the file of the tags cannot be read.
    """
    return f"tag: {tag}" if tag in known_tags(run) else f"tag: {tag} (no sample has it)"
