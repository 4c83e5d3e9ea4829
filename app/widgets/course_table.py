"""A table of samples with their pictures and courses, a click on which selects a sample."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from app import data, selection_state
from app.widgets.cards import picture_urls
from app.widgets.course_words import CourseNumber
from bss_core.runs import Run

__all__ = ["NOTE", "course_rows", "course_table"]

NOTE = "Click the box before a row to select its sample on all pages. The small charts are drawn as smooth curves."
_ROW = 44  # px, as high as a picture that can be recognised
_HEIGHT = 620  # px, at most: more rows are scrolled to


def course_table(
    run: Run, samples: pd.DataFrame, key: str, alt: str, value: CourseNumber | None = None, is_wide: bool = False
) -> None:
    """Draw it.

    Args:
        run: the run.
        samples: ``sample_id, label, first_score, last_score`` and, for ``value``, ``value``; few of them.
        key: of the table: another one for other samples, else the row clicked before stays marked.
        alt: what the table holds.
        value: what a column besides both scores tells; None for no such column.
        is_wide: whether it has the whole page for itself, so that courses can be wider.
    """
    courses = data.trajectories(run, samples["sample_id"].tolist(), "balance_score")
    rows, ids = course_rows(samples, courses, run.classes), samples["sample_id"].tolist()
    if value is not None:
        rows.insert(len(rows.columns) - 1, value.name, samples["value"].tolist())
    pictures = picture_urls(run, ids, 64)
    if any(pictures):
        rows.insert(0, "picture", pictures)
    chosen = selection_state.selected_sample()
    st.dataframe(
        rows, key=key, hide_index=True, row_height=_ROW, height=_HEIGHT if len(rows) * _ROW > _HEIGHT else "auto",
        on_select=_selecting(key, ids), selection_mode="single-row", column_config=_columns(value, is_wide), alt=alt,
        placeholder="", selection_default={"selection": {"rows": [ids.index(chosen)] if chosen in ids else []}},
    )  # fmt: skip


def _selecting(key: str, ids: list[str]) -> Callable[[], None]:
    def select() -> None:
        marked = st.session_state[key]["selection"]["rows"]
        if marked and marked[0] < len(ids):
            selection_state.select_sample(ids[marked[0]])

    return select


def course_rows(samples: pd.DataFrame, courses: pd.DataFrame, classes: list[str]) -> pd.DataFrame:
    """One row per sample: ``sample, class, first, last, course`` (its scores in the order of the evaluations)."""
    scores = courses.sort_values("evaluation").groupby("sample_id")["balance_score"].agg(list)
    return pd.DataFrame(
        {
            "sample": samples["sample_id"].tolist(),
            "class": [classes[int(label)] for label in samples["label"]],
            "first": samples["first_score"].tolist(),
            "last": samples["last_score"].tolist(),
            "course": [scores.get(sample_id, []) for sample_id in samples["sample_id"]],
        }
    )


def _columns(value: CourseNumber | None, is_wide: bool) -> dict[str, object]:
    number = {name: st.column_config.NumberColumn(format="%.2f", width=56) for name in ("first", "last")}
    if value is not None:
        form = "%d" if value.is_whole else "%.3f"
        number[value.name] = st.column_config.NumberColumn(format=form, help=value.meaning)
    course = st.column_config.LineChartColumn(
        width=360 if is_wide else "small", y_min=-1, y_max=1, help="s over the evaluations, −1 to 1"
    )
    return {"picture": st.column_config.ImageColumn("", width=48), **number, "course": course}
