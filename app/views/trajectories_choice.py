"""Which samples are drawn as lines: the biggest movers, the most variable, those found, the one selected."""

import pandas as pd
import streamlit as st

from app import data, selection_state
from bss_core.runs import Run
from bss_core.selection import Selection

__all__ = ["MOST_LINES", "choose_samples", "named_lines"]

MOST_LINES = 12  # more lines cannot be told apart
_SEARCH, _SELECTED = "Search", "Selected sample"
_CHOICES = ["Biggest risers", "Biggest fallers", "Most variable", _SEARCH, _SELECTED]


def choose_samples(run: Run) -> list[str]:
    """Draw the controls; ids of the samples to draw, the one selected among them, at most :data:`MOST_LINES`."""
    selected = _known(run, selection_state.selected_sample())
    choice = st.segmented_control(
        "Samples", _CHOICES, default=_SELECTED if selected else _CHOICES[0], required=True, key="trajectories_choice",
        persist_state="session",
        help="Risers and fallers by the difference between the last and the first evaluation, the most variable by "
        "the variance over all of them. The sample selected on another page is always drawn, as a thicker line.",
    )  # fmt: skip
    if choice == _SELECTED:
        return _only(selected)
    count = MOST_LINES
    if choice != _SEARCH:
        count = st.slider("Lines", 1, MOST_LINES, 6, key="trajectories_count", persist_state="session", width=140)
    found = _found(run, choice, count)
    return (found if selected is None or selected in found else [selected, *found])[:MOST_LINES]


def _only(selected: str | None) -> list[str]:
    if selected is None:
        st.caption("No sample is selected: click one in the tables below or in Browse.")
    return [] if selected is None else [selected]


def _found(run: Run, choice: str, count: int) -> list[str]:
    if choice == _SEARCH:
        return _searched(run)
    if choice == "Most variable":
        return data.most_variable(run, count)["sample_id"].tolist()
    return data.movers(run, count, choice == "Biggest risers")["sample_id"].tolist()


def _searched(run: Run) -> list[str]:
    words = st.text_input(
        "Text or id", key="trajectories_search", persist_state="session", placeholder="words of a text, or a sample id"
    )
    if not words.strip():
        return []
    last, wanted = data.evaluations(run, "training")[-1].number, Selection(text=words)
    matching, total = data.sizes(run, last, wanted)
    st.caption(f"{min(matching, MOST_LINES)} of {matching:,} matches drawn ({total:,} samples).")
    return data.page(run, last, wanted, "rank", False, MOST_LINES, 0)["sample_id"].tolist()


def _known(run: Run, sample_id: str | None) -> str | None:
    last = data.evaluations(run, "training")[-1].number
    return sample_id if sample_id is not None and data.sample(run, last, sample_id) else None


def named_lines(rows: pd.DataFrame, classes: list[str]) -> pd.DataFrame:
    """Add ``name``, such as ``0004 · animals``, for legend and hover label."""
    names = [f"{row.sample_id} · {classes[int(row.label)]}" for row in rows.itertuples()]
    return rows.assign(name=names)
