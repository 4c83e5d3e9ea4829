"""Value against rank: what the same place in the ranking was worth in each evaluation, and what its scale was."""

import pandas as pd
import streamlit as st

from app import data, data_trajectories, selection_state
from app.figures.trajectory_maps import rank_curves
from app.views.trajectories_cases import spread
from app.widgets.chart import draw
from bss_core.evaluations import Evaluation
from bss_core.runs import Run
from bss_core.selection import Selection

__all__ = ["scales", "show"]

_MOST_CURVES = 6


def show(run: Run, selection: Selection, evaluations: list[Evaluation]) -> None:
    """Draw the curves, the selected sample on them, and the ends of every scale."""
    numbers = spread([item.number for item in evaluations], _MOST_CURVES)
    curves = data_trajectories.curves(run, selection, "balance_score", tuple(numbers))
    path = _path(run, selection, numbers, evaluations)
    draw(rank_curves(curves, path, selection.thresholds), "trajectories_ranks", "Score against place in ranking")
    total, _ = data_trajectories.count(run, selection)
    st.caption(
        f"{total:,} of {total:,} samples in {len(numbers)} of {len(evaluations)} evaluations, the later the darker. "
        "Where two curves part, the same place in the ranking had another score: scores of two evaluations can be "
        "compared only together with the lowest and highest raw values that they were scaled by, ranks always."
    )
    with st.expander("What 0 and 1 meant in each evaluation"):
        st.dataframe(
            scales(evaluations), hide_index=True, alt="Lowest and highest raw value of each criterion by evaluation"
        )


def scales(evaluations: list[Evaluation]) -> pd.DataFrame:
    """One row per evaluation: ``k, epoch`` and the raw values of each criterion that became 0 and 1."""
    return pd.DataFrame([{"k": item.number, "epoch": item.epoch, **_ends(item)} for item in evaluations])


def _ends(about: Evaluation) -> dict[str, float]:
    return {
        f"{name.replace('_', ' ')}: {word}": getattr(ends, end)
        for name, ends in about.extrema.items()
        for word, end in (("lowest", "min"), ("highest", "max"))
    }


def _path(run: Run, selection: Selection, numbers: list[int], evaluations: list[Evaluation]) -> pd.DataFrame:
    """The selected sample's place and score; none for a selection, within which it has no place of its own."""
    selected = selection_state.selected_sample()
    is_whole = selection == Selection(thresholds=selection.thresholds)
    if selected is None or not is_whole:
        return pd.DataFrame(columns=["evaluation", "place", "value"])
    rows = data.trajectories(run, [selected], "rank", "balance_score")
    rows = rows[rows["evaluation"].isin(numbers)]
    last = rows["evaluation"].map({item.number: item.samples for item in evaluations}) - 1
    return pd.DataFrame(
        {
            "evaluation": rows["evaluation"],
            "place": (rows["rank"] - 1) / last.clip(lower=1),
            "value": rows["balance_score"],
        }
    )
