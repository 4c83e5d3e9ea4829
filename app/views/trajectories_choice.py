"""Which samples are drawn as lines: the biggest movers, a choice of all, those found, the one selected."""

from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from app import data, data_trajectories, selection_state
from app.page_choices import addressed, addressed_text, choose
from bss_core.runs import Run
from bss_core.selection import Selection

__all__ = ["MOST_LINES", "MOST_POINTS", "Chosen", "choose_samples", "named_lines"]

MOST_LINES = 12  # more lines cannot be told apart
MOST_POINTS = 6000  # of a bundle of thin lines: what a browser gets within 300 kB
_MANY, _SEARCH, _SELECTED = "bundle", "search", "selected"
_MOVERS = {"risers": ("change", True), "fallers": ("change", False), "variable": ("variance", True)}
_WORDS = {
    "risers": "Biggest risers", "fallers": "Biggest fallers", "variable": "Most variable", _MANY: "A bundle",
    _SEARCH: "Search", _SELECTED: "Selected sample",
}  # fmt: skip


@dataclass(frozen=True)
class Chosen:
    """The samples to draw.

    Attributes:
        ids: the one selected first if it was added.
        is_bundle: whether they are too many to be named.
        is_selected_outside: whether the selected sample is drawn though it is not among those followed.
    """

    ids: list[str]
    is_bundle: bool = False
    is_selected_outside: bool = False


def choose_samples(run: Run, selection: Selection) -> Chosen:
    """Draw the controls; the samples to draw, all of the selection but for the one selected on another page."""
    selected = _known(run, selection_state.selected_sample())
    choices, name = [*_MOVERS, _MANY, _SEARCH, _SELECTED], "lines"
    if not data.has_dynamics(run):
        choices, name = choices[len(_MOVERS) :], "lines_found"
        st.caption("This run keeps no summary of its samples' courses, so there are no risers, fallers or movers.")
    first = _SELECTED if selected else choices[0]
    choice = st.segmented_control(
        "Samples", choices, required=True, format_func=_WORDS.get, key=addressed(name, choices, first),
        on_change=choose, args=(name, first),
        help="Risers and fallers by the difference between the last and the first evaluation, the most variable by "
        "the variance over all of them. A bundle is a choice by chance, the same each time. The sample selected on "
        "another page is always drawn, as a thicker line.",
    )  # fmt: skip
    if choice == _SELECTED:
        return Chosen(_only(selected), is_selected_outside=_is_outside(run, selection, selected))
    found = _found(run, selection, choice)
    if selected is None or selected in found:
        return Chosen(found, choice == _MANY)
    found = found if choice == _MANY else found[: MOST_LINES - 1]
    return Chosen([selected, *found], choice == _MANY, _is_outside(run, selection, selected))


def _only(selected: str | None) -> list[str]:
    if selected is None:
        st.caption("No sample is selected: click one in the tables below or in Browse.")
    return [] if selected is None else [selected]


def _found(run: Run, selection: Selection, choice: str) -> list[str]:
    if choice == _SEARCH:
        return _searched(run, selection)
    if choice == _MANY:
        most = max(MOST_LINES, min(200, MOST_POINTS // len(data.evaluations(run, "training"))))
        count = _count("thin", "Thin lines", 10, most, min(60, most))
        return data_trajectories.some(run, selection, count)
    count = _count("count", "Lines", 1, MOST_LINES, 6)
    return data_trajectories.leaders(run, selection, *_MOVERS[choice], count)["sample_id"].tolist()


def _count(name: str, label: str, least: int, most: int, default: int) -> int:
    key = addressed(name, range(least, most + 1), default)
    return st.slider(label, least, most, key=key, on_change=choose, args=(name, default), width=140)


def _searched(run: Run, selection: Selection) -> list[str]:
    words = st.text_input(
        "Text or id", key=addressed_text("find"), on_change=choose, args=("find", ""), max_chars=200,
        placeholder="words of a text, or a sample id",
    )  # fmt: skip
    if not words.strip():
        return []
    last = data.evaluations(run, "training")[-1].number
    wanted = replace(selection, text=f"{selection.text} {words}")
    matching, _ = data.sizes(run, last, wanted)
    followed, _ = data.sizes(run, last, selection)
    st.caption(f"{min(matching, MOST_LINES)} of {matching:,} matches drawn ({followed:,} samples).")
    return data.page(run, last, wanted, "rank", False, MOST_LINES, 0)["sample_id"].tolist()


def _is_outside(run: Run, selection: Selection, selected: str | None) -> bool:
    """Whether a sample of the run is not among those followed."""
    last = data.evaluations(run, "training")[-1].number
    return selected is not None and data.place(run, last, selection, "rank", False, selected) is None


def _known(run: Run, sample_id: str | None) -> str | None:
    last = data.evaluations(run, "training")[-1].number
    return sample_id if sample_id is not None and data.sample(run, last, sample_id) else None


def named_lines(rows: pd.DataFrame, classes: list[str]) -> pd.DataFrame:
    """Add ``name``, such as ``0004 · animals``, for legend and hover label."""
    names = [f"{row.sample_id} · {classes[int(row.label)]}" for row in rows.itertuples()]
    return rows.assign(name=names)
