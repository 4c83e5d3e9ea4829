"""The Share panel: the selected samples as a table or as code, and the frozen report, for anyone without this app."""

import streamlit as st

from app import data
from app.report.code import python_code, sql_code
from app.report.request import Shared, address
from app.report.samples import MOST_SAMPLES
from app.report.words import in_words, order_in_words
from app.widgets.anatomy import plain
from bss_core.evaluations import Evaluation
from bss_core.runs import Run
from bss_core.selection import Selection

__all__ = ["show"]

_TABLES = {"parquet": ("Parquet", ":material/table:"), "csv": ("CSV", ":material/csv:")}


def show(run: Run, about: Evaluation, chosen: Selection, sort: str = "balance_score", descending: bool = False) -> None:
    """Draw the button that opens the panel.

    Args:
        run: the run.
        about: the evaluation looked at.
        chosen: the selected samples.
        sort: column that they are sorted by.
        descending: whether the highest come first.
    """
    shared = Shared(run, about, chosen, sort, descending)
    selected, total = data.sizes(run, about.number, chosen)
    with st.popover("Share", icon=":material/ios_share:", key="share"):
        st.markdown(f"**Share {selected:,} of {total:,} samples**")
        told = plain(f"{in_words(shared)}, {order_in_words(shared)}")
        st.caption(f"{told}. The page's address shows the same to others here.")
        _downloads(shared, selected)
        _code(shared)


def _downloads(shared: Shared, selected: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        for kind, (name, icon) in _TABLES.items():
            st.link_button(
                f"{name}, {selected:,} rows", address(shared, kind), icon=icon,
                help="All columns of the selected samples with their bands and texts, in this order.",
            )  # fmt: skip
        st.link_button(
            "Frozen report", address(shared, "html"), icon=":material/description:", type="primary",
            help="One HTML file for people without this app: what is selected, charts to zoom and save, up to "
            f"{MOST_SAMPLES} samples with picture, sound and anatomy, options, versions and citation. It takes some "
            "seconds to make.",
        )  # fmt: skip


def _code(shared: Shared) -> None:
    st.caption("Or get the same rows without this app; it needs only DuckDB.")
    python, sql = st.tabs(["Python", "SQL"])
    with python:
        st.code(python_code(shared, shared.run.folder.absolute()), language="python", wrap_lines=True)
    with sql:
        st.code(sql_code(shared, shared.run.folder.absolute()), language="sql", wrap_lines=True)
