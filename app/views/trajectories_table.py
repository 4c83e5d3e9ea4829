"""The samples followed as a table with a small picture of each course, page by page in any order."""

import zlib

import pandas as pd
import streamlit as st

from app import data, data_trajectories
from app.page_choices import keep, read
from app.views.trajectories_order import TABLE_PAGE, choose_order, order_in_words
from app.widgets.course_table import NOTE, course_table
from app.widgets.course_words import course_number
from bss_core.evaluations import Evaluation
from bss_core.runs import Run
from bss_core.selection import Selection

__all__ = ["PAGE", "show"]

PAGE = 50  # samples
_BLOCK = 10 * PAGE  # asked for at a time: many pages for the price of one, which is the order
_BEFORE = "trajectories_table_before"


def show(run: Run, selection: Selection, evaluations: list[Evaluation]) -> None:
    """Draw the controls and one page of the table."""
    if not data.has_dynamics(run):
        st.info(
            "This run keeps no summary of its samples' courses, by which the table is sorted. The other views are "
            "drawn from the scores alone.", icon=":material/table_rows:",
        )  # fmt: skip
        return
    with st.container(horizontal=True, vertical_alignment="top"):
        order, descending = choose_order(run)
    total = data_trajectories.course_count(run, selection)
    if not total:
        st.caption("None of the samples followed was trained on, so there is no course to show.")
        return
    number = _page_now((run.id, selection, order, descending), -(-total // PAGE))
    rows = _rows(run, selection, order, descending, number)
    _say(run, selection, number, len(rows), total, len(evaluations))
    course_table(
        run, rows, f"trajectories_table_{_mark(rows)}",
        f"{len(rows)} of {total} samples with their courses, sorted by {order_in_words(order)}",
        None if order == "balance_score" else course_number(order), is_wide=True,
    )  # fmt: skip
    st.caption(NOTE)
    _pagination(number, -(-total // PAGE))


def _rows(run: Run, selection: Selection, order: str, descending: bool, number: int) -> pd.DataFrame:
    start = (number - 1) * PAGE
    before = start % _BLOCK
    block = data_trajectories.course_page(run, selection, order, descending, _BLOCK, start - before)
    return block.iloc[before : before + PAGE]


def _mark(rows: pd.DataFrame) -> int:
    """Tells the rows of one page from those of another."""
    return zlib.crc32("\n".join(rows["sample_id"]).encode())


def _say(run: Run, selection: Selection, number: int, shown: int, total: int, evaluations: int) -> None:
    first = (number - 1) * PAGE
    others = data_trajectories.count(run, selection)[0] - total
    missing = f" {others:,} more are no training samples and have none." if others else ""
    st.caption(
        f"Samples {first + 1:,} to {first + shown:,} of {total:,}, with their courses over {evaluations} "
        f"evaluations.{missing}"
    )


def _page_now(asked: tuple[object, ...], pages: int) -> int:
    """The page turned to, from the address too; the first one of other samples or another order."""
    word = read(TABLE_PAGE)
    before, said = st.session_state.get(_BEFORE, (asked, word))
    st.session_state[_BEFORE] = (asked, word)
    number = int(word) if word.isascii() and word.isdigit() and len(word) <= 9 else 1
    is_left = asked != before and word == said  # else the address brought order and page together
    if is_left or not 1 <= number <= pages:
        _turn_to(1)
        st.session_state[_BEFORE] = (asked, "")
        return 1
    return number


def _turn_to(number: int) -> None:
    keep({TABLE_PAGE: "" if number == 1 else str(number)})


def _pagination(number: int, pages: int) -> None:
    """Draw the buttons that turn pages; a new widget for every page, as its value cannot be set from outside."""
    if pages > 1:
        key = f"trajectories_table_at_{number}_of_{pages}"
        st.pagination(pages, default=number, key=key, on_change=lambda: _turn_to(st.session_state[key]))
