"""What each epoch of a run drew and cost, as small charts beside those of the run it is compared with."""

from typing import Any

import pandas as pd
import streamlit as st

from app.figures import overview as figures
from app.run_frames import epochs
from app.widgets.chart import draw

__all__ = ["show"]

_CHARTS = {
    "loss": ("Training loss", "nats"),
    "samples": ("Samples drawn per epoch", "samples"),
    "effective_sample_size": ("Effective sample size", "samples"),
    "coverage": ("Coverage of the training set", "share (0–1)"),
}


def show(events: list[dict[str, Any]], reference: list[dict[str, Any]] | None, other: str) -> None:
    """Draw the charts of what was recorded, and say what the last epoch drew and cost.

    Args:
        events: of the run.
        reference: of the run it is compared with, if any.
        other: that run's name.
    """
    own, theirs = epochs(events), None if reference is None else epochs(reference)
    recorded = {column: texts for column, texts in _CHARTS.items() if own[column].notna().any()}
    with st.grid(max(len(recorded), 1), min_column_width=220):
        for column, (title, unit) in recorded.items():
            figure = figures.per_epoch(own, column, title, unit, theirs, other)
            draw(figure, key=f"overview_{column}", alt=f"{title} over the epochs")
    st.caption(" ".join(_facts(own.iloc[-1])))


def _facts(last: pd.Series) -> list[str]:
    facts = []
    if pd.notna(last["samples"]) and pd.notna(last["steps"]):
        facts.append(f"The last epoch drew {last['samples']:,.0f} samples in {last['steps']:,.0f} steps.")
    if pd.notna(last["share"]):
        facts.append(f"The share of the training set that it could draw, λ, was {last['share']:.0%}.")
    if pd.notna(last["seconds"]):
        scoring = last["scoring_seconds"]
        also = f" and {scoring:.1f} s for scoring the training set" if pd.notna(scoring) else ""
        facts.append(f"It took {last['seconds']:.1f} s of training{also}.")
    if pd.notna(last["effective_sample_size"]):
        facts.append(
            "The effective sample size, 1/Σp², is the number of samples that an even draw would need to be as varied."
        )
    return facts
