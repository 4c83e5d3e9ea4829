"""Single samples as lines on the spread of all samples followed."""

import pandas as pd
import streamlit as st

from app import data, data_trajectories, selection_state
from app.figures.trajectories import VALUES, trajectory_lines
from app.page_choices import addressed, choose
from app.views.trajectories_choice import Chosen, choose_samples, named_lines
from app.widgets.chart import draw
from bss_core.evaluations import Evaluation
from bss_core.runs import Run
from bss_core.selection import Selection

__all__ = ["choose_value", "scale_note", "show"]


def choose_value(name: str, values: tuple[str, ...] = tuple(VALUES)) -> str:
    """Draw the choice between s, ŝ and the rank."""
    return st.segmented_control(
        "Show as", list(values), required=True, format_func=VALUES.get,
        key=addressed(name, values, "balance_score"), on_change=choose, args=(name, "balance_score"),
        help="s is the score of one evaluation; ŝ is what the run's scheduler made of the scores so far; the rank "
        "runs from 1, the most balanced.",
    )  # fmt: skip


def scale_note(value: str) -> str:
    """One sentence on what a change of the value means."""
    if value == "rank":
        return "A rank is a place within the set and can be compared between evaluations, whatever their scales were."
    return (
        "Every evaluation scales its criteria by its own lowest and highest value, so a score that rises says that the "
        "sample moved up within the set; it need not have a lower loss. Rank and value shows those ends."
    )


def show(run: Run, selection: Selection, evaluations: list[Evaluation]) -> None:
    """Draw the controls and the lines of the samples chosen."""
    with st.container(horizontal=True, vertical_alignment="top"):
        found = choose_samples(run, selection)
        value = choose_value("value")
    lines = named_lines(data.trajectories(run, found.ids, "label", "balance_score", value), run.classes)
    figure = trajectory_lines(
        _spread(run, selection, value), lines, value, selection.thresholds, selection_state.selected_sample(),
        found.is_bundle,
    )  # fmt: skip
    draw(figure, "trajectories_lines", "Scores of a few samples over the evaluations, on the spread of all samples")
    total, _ = data_trajectories.count(run, selection)
    drawn = lines["sample_id"].nunique() - found.is_selected_outside
    st.caption(
        f"{drawn:,} of {total:,} samples shown as lines over {len(evaluations)} evaluations{_outside(found)}; the grey "
        f"ranges hold all {total:,}. {scale_note(value)}"
    )


def _outside(found: Chosen) -> str:
    return ", and the selected one, which is not among them" if found.is_selected_outside else ""


def _spread(run: Run, selection: Selection, value: str) -> pd.DataFrame:
    """Quantiles per evaluation; only its numbers for ranks of the whole set, whose quantiles never change."""
    is_whole = selection == Selection(thresholds=selection.thresholds)
    if value != "rank" or not is_whole:
        return data_trajectories.spread(run, selection, value)
    numbers = [(item.number, item.epoch) for item in data.evaluations(run, "training")]
    return pd.DataFrame(numbers, columns=["evaluation", "epoch"])
