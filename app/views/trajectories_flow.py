"""How the samples followed move between the bands, from evaluation to evaluation."""

import pandas as pd
import streamlit as st

from app import data_trajectories
from app.figures.trajectory_maps import band_flow
from app.page_choices import addressed_many, choose_many
from app.views.trajectories_cases import spread
from app.widgets.chart import draw
from app.widgets.evaluation_picker import evaluation_name
from bss_core.evaluations import Evaluation
from bss_core.runs import Run
from bss_core.scores import BANDS
from bss_core.selection import Selection

__all__ = ["MOST_COLUMNS", "moved", "show"]

MOST_COLUMNS = 6
_AT_FIRST = 4


def show(run: Run, selection: Selection, evaluations: list[Evaluation]) -> None:
    """Draw the choice of evaluations and the flow between them."""
    known = {item.number: item for item in evaluations}
    first = spread(list(known), _AT_FIRST)
    chosen = st.multiselect(
        "Evaluations, from left to right", list(known), max_selections=MOST_COLUMNS,
        format_func=lambda number: evaluation_name(known[number]),
        key=addressed_many("flow", known, first, MOST_COLUMNS), on_change=choose_many, args=("flow", first),
    )  # fmt: skip
    numbers = tuple(sorted(chosen))
    if len(numbers) < 2:
        st.caption("Choose two or more evaluations.")
        return
    flows = data_trajectories.flows(run, selection, numbers)
    names = {number: evaluation_name(known[number]) for number in numbers}
    is_dark = st.context.theme.type == "dark"
    draw(band_flow(flows, names, is_dark), "trajectories_flow", "Flow of the samples between the bands")
    ends = data_trajectories.flows(run, selection, (numbers[0], numbers[-1]))
    total, _ = data_trajectories.count(run, selection)
    better, worse = moved(ends)
    st.caption(
        f"{int(ends['count'].sum()):,} of {total:,} samples shown in {len(numbers)} of {len(known)} evaluations. From "
        f"k = {numbers[0]} to k = {numbers[-1]}, {better:.1%} came to a better band and {worse:.1%} to a worse one. "
        f"Bands begin at {selection.thresholds[0]:g} and {selection.thresholds[1]:g} in every evaluation, but each "
        "evaluation has a scale of its own: see Rank and value."
    )


def moved(flows: pd.DataFrame) -> tuple[float, float]:
    """Shares of the samples that came to a better and to a worse band."""
    places = {name: place for place, name in enumerate(BANDS)}
    step = flows["band"].map(places) - flows["next_band"].map(places)
    total = max(1, flows["count"].sum())
    return tuple(float(flows.loc[part, "count"].sum() / total) for part in (step > 0, step < 0))
