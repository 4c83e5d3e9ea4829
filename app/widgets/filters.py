"""The controls that narrow down the shared selection, and the active ones as chips that can be taken away."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from app import data, selection_state
from app.widgets.anatomy import heads_of, plain
from app.widgets.bound import bound, change
from app.widgets.columns import words
from app.widgets.evaluation_picker import evaluation_picker
from app.widgets.filter_words import COURSE_WORDS, history_in_words, map_in_words, right_in_words, span_in_words
from app.widgets.more_filters import more_filters
from app.widgets.tag_filter import tag_filter, tag_in_words
from bss_core.evaluations import Evaluation
from bss_core.runs import Run
from bss_core.scores import BANDS
from bss_core.selection import Selection

__all__ = ["chips", "chips_of", "filters"]

_MARKS = {"balanced": ":blue[●]", "semi-balanced": ":orange[◐]", "imbalanced": ":red[○]"}


def filters(run: Run, key: str) -> tuple[Evaluation, Selection] | None:
    """Draw evaluation, search, class, split and wrong-head filters and the bands; None if nothing was scored yet."""
    left, middle, right = st.columns([2, 2, 2], gap="medium")
    with left:
        about = evaluation_picker(run, f"{key}_evaluation")
    if about is None:
        return None
    chosen = selection_state.selection(run)
    with middle:
        st.text_input(
            "Search", key=bound("text", chosen.text), on_change=change, args=("text", _searched),
            icon=":material/search:", placeholder="words in the text or the id", max_chars=200,
            help="All words must occur, in any order and case, in the sample's texts or its id.",
        )  # fmt: skip
    with right:
        _classes(run, about, chosen)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):  # wraps in a narrow window
        _bands(run, about, chosen)
        _wrong_heads(run, about, chosen)
        _splits(run, about, chosen)
        tag_filter(run, chosen)
        more_filters(run, about, chosen)
    return about, chosen


def _searched(text: str) -> str:
    return " ".join(text.split())[:200]


def _classes(run: Run, about: Evaluation, chosen: Selection) -> None:
    counts = data.counts(run, about.number, replace(chosen, classes=()), "label")
    st.multiselect(
        "Classes", range(len(run.classes)), key=bound("classes", list(chosen.classes)), on_change=change,
        args=("classes",), format_func=lambda label: f"{run.classes[label]} ({counts.get(label, 0):,})",
        placeholder="all classes",
    )  # fmt: skip


def _bands(run: Run, about: Evaluation, chosen: Selection) -> None:
    counts = data.counts(run, about.number, replace(chosen, bands=()), "band")
    low, high = chosen.thresholds
    st.pills(
        "Bands", BANDS, selection_mode="multi", key=bound("bands", list(chosen.bands)), on_change=change,
        args=("bands",), format_func=lambda band: f"{_MARKS[band]} {band} {counts.get(band, 0):,}",
        help=f"balanced: s ≥ {high:g} · semi-balanced: {low:g} ≤ s < {high:g} · imbalanced: s < {low:g}. The paper "
        "names the bands without giving values; move them on the Scores page.",
    )  # fmt: skip


def _wrong_heads(run: Run, about: Evaluation, chosen: Selection) -> None:
    heads = heads_of(dict.fromkeys(data.columns(run, about.number)))
    st.pills(
        "Wrongly classified by", heads, selection_mode="multi", key=bound("wrong", list(chosen.wrong)),
        on_change=change, args=("wrong",), help="Samples that every one of the chosen heads gets wrong.",
    )  # fmt: skip


def _splits(run: Run, about: Evaluation, chosen: Selection) -> None:
    splits = data.counts(run, about.number, Selection(), "split")
    if len(splits) > 1:
        st.pills(
            "Splits", list(splits), selection_mode="multi", key=bound("splits", list(chosen.splits)),
            on_change=change, args=("splits",), format_func=lambda name: f"{name} {splits[name]:,}",
        )  # fmt: skip


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


def chips(run: Run, chosen: Selection, selected: int, total: int, key: str) -> None:
    """Say how many samples are selected, and draw a chip for every active filter; a click takes it away.

    The last change of the filters can be undone.
    """
    active, clear = chips_of(run, chosen), selection_state.clear
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.markdown(f"**{selected:,} of {total:,} samples**", width="content")
        for number, (label, rest) in enumerate(active):
            _chip(label, f"{key}_chip_{number}", lambda rest=rest: selection_state.set_selection(rest))
        if active:
            st.button(
                "Clear all", key=f"{key}_clear", type="tertiary", on_click=clear, icon=":material/filter_alt_off:"
            )
        if selection_state.can_undo():
            st.button(
                "Undo", key=f"{key}_undo", type="tertiary", on_click=selection_state.undo, icon=":material/undo:",
                help="Take back the last change of the filters",
            )  # fmt: skip


def _chip(label: str, key: str, remove: Callable[[], None]) -> None:
    st.button(
        plain(label), key=key, on_click=remove, icon=":material/close:", icon_position="right",
        help="Remove this filter",
    )  # fmt: skip
