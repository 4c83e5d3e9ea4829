"""The active filters of the shared selection as chips that can be taken away."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from app import selection_state
from app.plain_text import plain
from app.widgets.columns import words
from app.widgets.filter_words import COURSE_WORDS, history_in_words, map_in_words, right_in_words, span_in_words
from app.widgets.tag_filter import tag_in_words
from bss_core.runs import Run
from bss_core.selection import Selection

__all__ = ["chips", "chips_of"]


def chips_of(run: Run, chosen: Selection) -> list[tuple[str, Selection]]:
    """(what is filtered, the selection without it) for every active filter."""
    chips = [(band, _without(chosen, "bands", band)) for band in chosen.bands]
    chips += [(run.classes[label], _without(chosen, "classes", label)) for label in chosen.classes]
    chips += [(f"{name} split", _without(chosen, "splits", name)) for name in chosen.splits]
    chips += [(f"{head} wrong", _without(chosen, "wrong", head)) for head in chosen.wrong]
    chips += [(f"{name} dominant", _without(chosen, "dominant", name)) for name in chosen.dominant]
    chips += [(right_in_words(name, run.modalities), _without(chosen, "correct", name)) for name in chosen.correct]
    chips += [(COURSE_WORDS[name], _without(chosen, "courses", name)) for name in chosen.courses]
    chips += [(history_in_words(*item), _without(chosen, "history", item)) for item in chosen.history]
    chips += [(span_in_words(*item), _without(chosen, "ranges", item)) for item in chosen.ranges]
    chips += [(f"lasso: {words(item.x)}, {words(item.y)}", _without(chosen, "lassos", item)) for item in chosen.lassos]
    chips += [(f"region of {map_in_words(item.map)}", _without(chosen, "regions", item)) for item in chosen.regions]
    chips += [(tag_in_words(run, name), _without(chosen, "tags", name)) for name in chosen.tags]
    return chips + ([(f"“{chosen.text}”", replace(chosen, text=""))] if chosen.text else [])


def _without(chosen: Selection, name: str, value: Any) -> Selection:
    return replace(chosen, **{name: tuple(item for item in getattr(chosen, name) if item != value)})


def chips(
    run: Run, chosen: Selection, selected: int, total: int, key: str, add: Callable[[], None] | None = None
) -> None:
    """Say how many samples are selected, and draw a chip for every active filter; a click takes it away.

    The last change of the filters can be undone.

    Args:
        run, chosen: as everywhere.
        selected: how many samples that are.
        total: of how many.
        key: of the widgets.
        add: draws the button that opens the filters, for a page that does not show them.
    """
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        if add is not None:  # first, so that it stays where it is, and open, when chips come and go
            add()
        st.markdown(f"**{selected:,} of {total:,} samples**", width="content")
        active = chips_of(run, chosen)
        for number, (label, rest) in enumerate(active):
            _chip(label, f"{key}_chip_{number}", lambda rest=rest: selection_state.set_selection(rest))
        if active:
            _button("Clear all", f"{key}_clear", selection_state.clear, "filter_alt_off")
        if selection_state.can_undo():
            _button("Undo", f"{key}_undo", selection_state.undo, "undo", "Take back the last change of the filters")


def _button(label: str, key: str, do: Callable[[], None], icon: str, told: str | None = None) -> None:
    st.button(label, key=key, type="tertiary", on_click=do, icon=f":material/{icon}:", help=told)


def _chip(label: str, key: str, remove: Callable[[], None]) -> None:
    st.button(
        plain(label), key=key, on_click=remove, icon=":material/close:", icon_position="right",
        help="Remove this filter",
    )  # fmt: skip
