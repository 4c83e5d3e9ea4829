"""The tables of the samples whose score rose and fell most, with their pictures and courses."""

import pandas as pd
import streamlit as st

from app import data, data_trajectories, selection_state
from app.widgets.cards import picture_urls
from bss_core.runs import Run
from bss_core.selection import Selection

__all__ = ["mover_rows", "show"]

_COUNT = 8


def show(run: Run, selection: Selection) -> None:
    """Draw both tables side by side; a click on a row selects its sample."""
    st.markdown("**Biggest movers** between the first and the last evaluation")
    grid = st.grid(2, min_column_width=380, gap="medium")
    for is_rising in (True, False):
        with grid.cell():
            _table(run, selection, is_rising)
    st.caption("Click the box before a row to select its sample on all pages. The courses are smoothed by the table.")


def _table(run: Run, selection: Selection, is_rising: bool) -> None:
    word = "risers" if is_rising else "fallers"
    movers = data_trajectories.leaders(run, selection, "change", is_rising, _COUNT)
    if movers.empty:
        st.caption(f"There are no {word} among these samples: no score {'rose' if is_rising else 'fell'}.")
        return
    st.caption(f"{len(movers)} of {movers['total'].iloc[0]:,} samples that {'rose' if is_rising else 'fell'} shown.")
    courses = data.trajectories(run, movers["sample_id"].tolist(), "balance_score")
    rows = mover_rows(movers, courses, run.classes)
    pictures = picture_urls(run, rows["sample"], 64)
    if any(pictures):
        rows.insert(0, "picture", pictures)
    key, ids = f"trajectories_{word}", rows["sample"].tolist()
    st.dataframe(
        rows, key=key, hide_index=True, row_height=44, on_select=lambda: _select(key, ids), selection_mode="single-row",
        column_config=_columns(), alt=f"The samples that are the biggest {word}",
    )  # fmt: skip


def _select(key: str, ids: list[str]) -> None:
    marked = st.session_state[key]["selection"]["rows"]
    if marked and marked[0] < len(ids):
        selection_state.select_sample(ids[marked[0]])


def mover_rows(movers: pd.DataFrame, courses: pd.DataFrame, classes: list[str]) -> pd.DataFrame:
    """One row per mover: ``sample, class, first, last, course`` (its scores in the order of the evaluations)."""
    scores = courses.sort_values("evaluation").groupby("sample_id")["balance_score"].agg(list)
    return pd.DataFrame(
        {
            "sample": movers["sample_id"].tolist(),
            "class": [classes[int(label)] for label in movers["label"]],
            "first": movers["first_score"].tolist(),
            "last": movers["last_score"].tolist(),
            "course": [scores.get(sample_id, []) for sample_id in movers["sample_id"]],
        }
    )


def _columns() -> dict[str, object]:
    number = {name: st.column_config.NumberColumn(format="%.2f", width=56) for name in ("first", "last")}
    course = st.column_config.LineChartColumn(width="small", y_min=-1, y_max=1, help="s over the evaluations, −1 to 1")
    return {"picture": st.column_config.ImageColumn("", width=48), **number, "course": course}
