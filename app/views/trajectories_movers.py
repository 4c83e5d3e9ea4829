"""The tables of the samples whose score rose and fell most, with their pictures and courses."""

import streamlit as st

from app import data_trajectories
from app.widgets.course_table import NOTE, course_table
from bss_core.runs import Run
from bss_core.selection import Selection

__all__ = ["show"]

_COUNT = 8


def show(run: Run, selection: Selection) -> None:
    """Draw both tables side by side; a click on a row selects its sample."""
    st.markdown("**Biggest movers** between the first and the last evaluation")
    grid = st.grid(2, min_column_width=380, gap="medium")
    for is_rising in (True, False):
        with grid.cell():
            _table(run, selection, is_rising)
    st.caption(NOTE)


def _table(run: Run, selection: Selection, is_rising: bool) -> None:
    word = "risers" if is_rising else "fallers"
    movers = data_trajectories.leaders(run, selection, "change", is_rising, _COUNT)
    if movers.empty:
        st.caption(f"There are no {word} among these samples: no score {'rose' if is_rising else 'fell'}.")
        return
    st.caption(f"{len(movers)} of {movers['total'].iloc[0]:,} samples that {'rose' if is_rising else 'fell'} shown.")
    course_table(run, movers, f"trajectories_{word}", f"The samples that are the biggest {word}")
