"""The controls that narrow down the shared selection: spread over a page, or behind a button."""

from dataclasses import replace

import streamlit as st

from app import data, selection_state
from app.widgets.bound import bound, change
from app.widgets.evaluation_picker import evaluation_picker
from app.widgets.explanation import heads_of
from app.widgets.more_filters import further_filters, more_filters
from app.widgets.tag_filter import tag_filter
from bss_core.evaluations import Evaluation
from bss_core.runs import Run
from bss_core.scores import BANDS
from bss_core.selection import Selection

__all__ = ["filter_button", "filters"]

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
        _search(chosen)
    with right:
        _classes(run, about, chosen)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):  # wraps in a narrow window
        _choices(run, about, chosen)
        more_filters(run, about, chosen)
    return about, chosen


def filter_button(run: Run, about: Evaluation, chosen: Selection, key: str, has_courses: bool = False) -> None:
    """Draw the same controls behind a button, for pages that need their room for charts.

    Args:
        run, chosen: as everywhere.
        about: the evaluation whose samples the controls count.
        key: of the button.
        has_courses: whether the page itself draws the choice of the courses.
    """
    with st.popover("Filter", icon=":material/filter_alt:", key=f"{key}_filter", on_change="rerun") as button:
        if button.open:  # its counts are not asked for before
            _search(chosen)
            _classes(run, about, chosen)
            _choices(run, about, chosen)
            further_filters(run, about, chosen, not has_courses)


def _choices(run: Run, about: Evaluation, chosen: Selection) -> None:
    _bands(run, about, chosen)
    _wrong_heads(run, about, chosen)
    _splits(run, about, chosen)
    tag_filter(run, chosen)


def _search(chosen: Selection) -> None:
    st.text_input(
        "Search", key=bound("text", chosen.text), on_change=change, args=("text", _searched),
        icon=":material/search:", placeholder="words in the text or the id", max_chars=200,
        help="All words must occur, in any order and case, in the sample's texts or its id.",
    )  # fmt: skip


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
