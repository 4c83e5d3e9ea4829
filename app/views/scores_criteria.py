"""The facts behind the scores of one evaluation: the ends of the raw criteria and how they were normalised."""

import pandas as pd
import streamlit as st

from app import data
from app.widgets.score_parts import formula, measurer_of
from bss_core.evaluations import Evaluation
from bss_core.registry import card
from bss_core.runs import Run

__all__ = ["show"]


def show(run: Run, about: Evaluation) -> None:
    """Draw the table of criteria and say how far the scores can be compared."""
    with st.container(border=True):
        st.markdown("**The criteria of this evaluation** (raw values, all samples)")
        measurer = measurer_of(about)
        rows = [
            {
                "criterion": name.replace("_", " "),
                "in s": "yes" if name in measurer.criteria else "no",
                "lowest": extrema.min,
                "median": data.median(run, about.number, name),
                "highest": extrema.max,
                "what it measures": card("criteria", name).splitlines()[0],
            }
            for name, extrema in about.extrema.items()
        ]
        numbers = {key: st.column_config.NumberColumn(format="%.4f") for key in ("lowest", "median", "highest")}
        st.dataframe(pd.DataFrame(rows), hide_index=True, column_config=numbers, alt="Raw criteria of this evaluation")
        for name in about.constant:
            words = name.replace("_", " ")
            st.warning(f"The {words} is the same for all samples, so it does not count in the score.")
        st.caption(
            f"{formula(measurer)}. Normaliser: {measurer.normaliser_name.replace('_', ' ')}, by the lowest and highest "
            "value above or, if it clips, by the ends that it clips at. Every evaluation has its own, so scores of two "
            "evaluations compare places within the set, not absolute values."
        )
