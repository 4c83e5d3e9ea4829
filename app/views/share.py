"""The Share panel: the link to this view, and for anyone without this app a report, tables, code and figures."""

import streamlit as st

from app import data
from app.plain_text import plain
from app.report.code import python_code, sql_code
from app.report.request import FIGURES, Shared, address, figure_address
from app.report.samples import MOST_SAMPLES
from app.report.words import in_words, order_in_words
from app.widgets.copy_link import copy_link
from bss_core.evaluations import Evaluation
from bss_core.runs import Run
from bss_core.selection import Selection

__all__ = ["show"]

_TABLES = {"parquet": ("Parquet", ":material/table:"), "csv": ("CSV", ":material/csv:")}
_PANELS = {"a": "(a) Samples of each band", "b": "(b) Score of one sample"}
_WIDTHS = {"single": "1 column, 85 mm", "double": "2 columns, 178 mm"}
_KINDS = tuple(dict.fromkeys(kind for _, _, kind in FIGURES))


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
        st.caption(plain(f"{in_words(shared)}, {order_in_words(shared)}."))
        copy_link(run, "share.link")
        _downloads(shared, selected)
        _figures(shared)
        _code(shared)


def _downloads(shared: Shared, selected: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        rows = "1 row" if selected == 1 else f"{selected:,} rows"
        for kind, (name, icon) in _TABLES.items():
            st.link_button(
                f"{name}, {rows}", address(shared, kind), icon=icon,
                help="All columns of the selected samples with their bands, texts and tags, in this order.",
            )  # fmt: skip
        st.link_button(
            "Frozen report", address(shared, "html"), icon=":material/description:", type="primary",
            help="One HTML file for people without this app: what is selected, charts to zoom and save, up to "
            f"{MOST_SAMPLES} samples with picture, sound and anatomy, options, versions and citation. It takes some "
            "seconds to make.",
        )  # fmt: skip


def _figures(shared: Shared) -> None:
    st.caption("The paper’s case study of this evaluation, as figures for print.")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        width = st.segmented_control(
            "Width", list(_WIDTHS), default="single", required=True, format_func=_WIDTHS.get, key="share.width"
        )
        kind = st.segmented_control(
            "File", _KINDS, default="svg", required=True, format_func=str.upper, key="share.kind",
            help="SVG and PDF keep text as text; PNG has 300 dpi. No letter is smaller than 7 pt.",
        )  # fmt: skip
    with st.container(horizontal=True, gap="small"):
        for panel, label in _PANELS.items():
            st.link_button(label, figure_address(shared, panel, width, kind), icon=":material/draw:")


def _code(shared: Shared) -> None:
    st.caption("Or get the same rows without this app; it needs only DuckDB.")
    if shared.selection.tags:
        st.link_button("All tags of the run", address(shared, "tags"), icon=":material/label:", help="For the code.")
    python, sql = st.tabs(["Python", "SQL"])
    with python:
        st.code(python_code(shared, shared.run.folder.absolute()), language="python", wrap_lines=True)
    with sql:
        st.code(sql_code(shared, shared.run.folder.absolute()), language="sql", wrap_lines=True)
