"""The controls that narrow down the shared selection, and the active ones as chips that can be taken away."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from app import data, selection_state
from app.widgets.anatomy import heads_of
from app.widgets.evaluation_picker import evaluation_picker
from bss_core.evaluations import Evaluation
from bss_core.runs import Run
from bss_core.scores import BANDS
from bss_core.selection import Selection

__all__ = ["chips", "chips_of", "filters", "sorting"]

_MARKS = {"balanced": ":blue[●]", "semi-balanced": ":orange[◐]", "imbalanced": ":red[○]"}
_SORTS = ("balance_score", "smoothed_score", "prediction_similarity", "total_loss", "sampling_probability")


def _bound(name: str, value: Any) -> str:
    """Key of a widget that shows the shared selection's ``value`` whatever it showed before."""
    key = f"filter_{name}"
    st.session_state[key] = value
    return key


def _change(name: str) -> None:
    value = st.session_state[f"filter_{name}"]
    found = " ".join(value.split())[:200] if isinstance(value, str) else tuple(value)
    selection_state.set_selection(replace(selection_state.selection(), **{name: found}))


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
            "Search", key=_bound("text", chosen.text), on_change=_change, args=("text",), icon=":material/search:",
            placeholder="words in the text or the id", max_chars=200,
            help="All words must occur, in any order and case, in the sample's texts or its id.",
        )  # fmt: skip
    with right:
        _classes(run, about, chosen)
    with st.container(horizontal=True, gap="large"):
        _bands(run, about, chosen)
        _wrong_heads(run, about, chosen)
    _splits(run, about, chosen)
    return about, chosen


def _classes(run: Run, about: Evaluation, chosen: Selection) -> None:
    counts = data.counts(run, about.number, replace(chosen, classes=()), "label")
    st.multiselect(
        "Classes", range(len(run.classes)), key=_bound("classes", list(chosen.classes)), on_change=_change,
        args=("classes",), format_func=lambda label: f"{run.classes[label]} ({counts.get(label, 0):,})",
        placeholder="all classes",
    )  # fmt: skip


def _bands(run: Run, about: Evaluation, chosen: Selection) -> None:
    counts = data.counts(run, about.number, replace(chosen, bands=()), "band")
    low, high = chosen.thresholds
    st.pills(
        "Bands", BANDS, selection_mode="multi", key=_bound("bands", list(chosen.bands)), on_change=_change,
        args=("bands",), format_func=lambda band: f"{_MARKS[band]} {band} {counts.get(band, 0):,}",
        help=f"balanced: s ≥ {high:g} · semi-balanced: {low:g} ≤ s < {high:g} · imbalanced: s < {low:g}. The paper "
        "names the bands without giving values; move them on the Scores page.",
    )  # fmt: skip


def _wrong_heads(run: Run, about: Evaluation, chosen: Selection) -> None:
    heads = heads_of(dict.fromkeys(data.columns(run, about.number)))
    st.pills(
        "Wrongly classified by", heads, selection_mode="multi", key=_bound("wrong", list(chosen.wrong)),
        on_change=_change, args=("wrong",), help="Samples that every one of the chosen heads gets wrong.",
    )  # fmt: skip


def _splits(run: Run, about: Evaluation, chosen: Selection) -> None:
    splits = data.counts(run, about.number, Selection(), "split")
    if len(splits) > 1:
        st.pills(
            "Splits", list(splits), selection_mode="multi", key=_bound("splits", list(chosen.splits)),
            on_change=_change, args=("splits",), format_func=lambda name: f"{name} {splits[name]:,}",
        )  # fmt: skip


def sorting(run: Run, about: Evaluation) -> tuple[str, bool]:
    """Draw the choice of a column to sort by and the direction; most imbalanced first by default."""
    known = data.columns(run, about.number)
    per_head = [name for name in known if name.startswith(("loss_", "probability_"))]
    options = [name for name in (*_SORTS, *per_head) if name in known]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        column = st.selectbox(
            "Sort by", options, key="browse_sort", persist_state="session", width=230,
            format_func=lambda name: name.replace("_", " "),
        )  # fmt: skip
        order = st.segmented_control(
            "Order", ["lowest first", "highest first"], default="lowest first", required=True, key="browse_order",
            persist_state="session",
        )  # fmt: skip
    return column, order == "highest first"


def chips_of(run: Run, chosen: Selection) -> list[tuple[str, Selection]]:
    """(what is filtered, the selection without it) for every active filter."""
    chips = [(band, _without(chosen, "bands", band)) for band in chosen.bands]
    chips += [(run.classes[label], _without(chosen, "classes", label)) for label in chosen.classes]
    chips += [(f"{name} split", _without(chosen, "splits", name)) for name in chosen.splits]
    chips += [(f"{head} wrong", _without(chosen, "wrong", head)) for head in chosen.wrong]
    chips += [(_span(item), _without(chosen, "ranges", item)) for item in chosen.ranges]
    return chips + ([(f"“{chosen.text}”", replace(chosen, text=""))] if chosen.text else [])


def _without(chosen: Selection, name: str, value: Any) -> Selection:
    return replace(chosen, **{name: tuple(item for item in getattr(chosen, name) if item != value)})


def _span(item: tuple[str, float, float]) -> str:
    column, low, high = item
    return f"{column.replace('_', ' ')} {low:.3g} … {high:.3g}".replace("-", "−")


def chips(run: Run, chosen: Selection, selected: int, total: int, key: str) -> None:
    """Say how many samples are selected, and draw a chip for every active filter; a click takes it away."""
    active, clear = chips_of(run, chosen), selection_state.clear
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.markdown(f"**{selected:,} of {total:,} samples**", width="content")
        for number, (label, rest) in enumerate(active):
            _chip(label, f"{key}_chip_{number}", lambda rest=rest: selection_state.set_selection(rest))
        if active:
            st.button(
                "Clear all", key=f"{key}_clear", type="tertiary", on_click=clear, icon=":material/filter_alt_off:"
            )


def _chip(label: str, key: str, remove: Callable[[], None]) -> None:
    plain = label.replace("[", "(").replace("]", ")").replace("`", "'").replace("$", "＄").replace(":", "：")
    st.button(
        plain, key=key, on_click=remove, icon=":material/close:", icon_position="right", help="Remove this filter"
    )
