"""All samples followed as a heat map: one row per sample, or per block of neighbours where they are many."""

import pandas as pd
import streamlit as st

from app import data, data_trajectories
from app.figures.trajectory_maps import score_heat
from app.views.trajectories_cases import spread
from app.views.trajectories_lines import choose_value, scale_note
from app.views.trajectories_order import choose_order, order_in_words
from app.widgets.chart import draw
from bss_core.evaluations import Evaluation
from bss_core.runs import Run
from bss_core.selection import Selection

__all__ = ["as_share", "show"]

_MOST_ROWS, _MOST_COLUMNS = 200, 60


def show(run: Run, selection: Selection, evaluations: list[Evaluation]) -> None:
    """Draw the controls and the map."""
    with st.container(horizontal=True, vertical_alignment="top"):
        order, descending = choose_order(run)
        value = choose_value("heat_value")
    rows = data_trajectories.heat(run, selection, order, descending, value, _MOST_ROWS)
    columns = spread([item.number for item in evaluations], _MOST_COLUMNS)
    rows = rows[rows["evaluation"].isin(columns)]
    if value == "rank":
        rows = as_share(rows, {item.number: item.samples for item in evaluations})
    samples = int(rows["last"].max()) if len(rows) else 0
    draw(
        score_heat(rows, value, order_in_words(order), samples), "trajectories_heat",
        f"{samples} samples over {len(columns)} evaluations, sorted by {order_in_words(order)}",
    )  # fmt: skip
    st.caption(f"{_said(run, rows, selection, samples, len(columns), len(evaluations))} {scale_note(value)}")


def as_share(rows: pd.DataFrame, samples: dict[int, int]) -> pd.DataFrame:
    """Ranks in ``value`` as places in [0, 1]: 1 = most balanced; ``samples`` are those of each evaluation."""
    last = rows["evaluation"].map(samples)
    return rows.assign(value=1 - (rows["value"] - 1) / (last - 1).clip(lower=1))


def _said(run: Run, rows: pd.DataFrame, selection: Selection, samples: int, columns: int, evaluations: int) -> str:
    """How many samples and evaluations are shown of how many, and what a row is."""
    total = data_trajectories.count(run, selection)[0]
    blocks = rows["block"].nunique()
    row = (
        "one row each"
        if blocks == samples
        else f"each of the {blocks} rows is the mean of about {samples / blocks:,.0f}"
    )
    missing = "" if samples == total or not data.has_dynamics(run) else " (the others are no training samples)"
    return f"{samples:,} of {total:,} samples{missing}, {row}; {columns} of {evaluations} evaluations."
