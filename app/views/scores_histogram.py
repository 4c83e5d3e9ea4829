"""The histogram of any column, to mark a range on, and the same histogram class by class."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from app import data
from app.figures.multiples import class_histograms, panel_of
from app.figures.scores import SCORE, score_histogram
from app.page_choices import addressed, choose
from app.views.scores_region import Ranges, in_words, within
from app.widgets.chart import boxes, draw
from app.widgets.columns import offered, words
from app.widgets.page_frame import told_errors
from app.widgets.region_panel import region_panel
from bss_core.evaluations import Evaluation
from bss_core.runs import Run
from bss_core.selection import Selection

__all__ = ["MOST_PANELS", "show"]

MOST_PANELS = 12
_BINS, _BINS_OF_A_PANEL = 60, 30
_BY = {"band": "Band", "label": "Class"}
_SCALES = {"linear": "Linear", "log": "Logarithmic"}


@st.fragment
def show(run: Run, about: Evaluation, chosen: Selection) -> None:
    """Draw both, of the column chosen; marking a range draws only these again, not the page."""
    with told_errors(), st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            column = _column(run, about)
            by, is_log = _look()
        _histogram(run, about, chosen, column, by, is_log)
        if st.toggle(
            "Small multiples: one histogram per class", key=addressed("panels", (True, False), False),
            on_change=choose, args=("panels", False),
        ):  # fmt: skip
            _multiples(run, about, chosen, column)


def _column(run: Run, about: Evaluation) -> str:
    options = offered(data.columns(run, about.number))
    return st.selectbox(
        "Column", options, key=addressed("column", options, SCORE), on_change=choose, args=("column", SCORE),
        format_func=words, width=260,
    )  # fmt: skip


def _look() -> tuple[str, bool]:
    by = st.segmented_control(
        "Colour bars by", list(_BY), required=True, format_func=_BY.get, key=addressed("by", _BY, "band"),
        on_change=choose, args=("by", "band"),
    )  # fmt: skip
    scale = st.segmented_control(
        "Count axis", list(_SCALES), required=True, format_func=_SCALES.get,
        key=addressed("scale", _SCALES, "linear"), on_change=choose, args=("scale", "linear"),
    )  # fmt: skip
    return by, scale == "log"


def _histogram(run: Run, about: Evaluation, chosen: Selection, column: str, by: str, is_log: bool) -> None:
    bins = data.histogram(run, about.number, chosen, column, _BINS, by)
    bins = _named(bins, run.classes) if by == "label" else bins
    figure = score_histogram(bins, chosen.thresholds, by, is_log, column, words(column), run.classes)
    alt = "Histogram of the balance score with the three bands" if column == SCORE else f"Histogram of {words(column)}"
    drawn = draw(figure, "scores_histogram", alt, ("box",))
    _say(data.sizes(run, about.number, chosen)[0], int(bins["count"].sum()), about.samples, column)
    ranges = tuple((column, *span) for span in boxes(drawn, ("x",)))
    _region(run, about, chosen, ranges, "scores_histogram")


def _region(run: Run, about: Evaluation, chosen: Selection, ranges: Ranges, key: str) -> None:
    if not ranges:
        st.caption("Drag over the chart to look at the samples of a range; double-click to clear it.")
        return
    region = within(chosen, ranges)
    region_panel(run, about, region, in_words(chosen, region), key)


def _named(bins: pd.DataFrame, classes: list[str]) -> pd.DataFrame:
    return bins.assign(key=[classes[int(label)] for label in bins["key"]])


def _say(selected: int, counted: int, total: int, column: str) -> None:
    missing = f"; {selected - counted:,} have no {words(column)}" if counted < selected else ""
    st.caption(f"{counted:,} of {total:,} samples counted{missing}.")


def _multiples(run: Run, about: Evaluation, chosen: Selection, column: str) -> None:
    bins = data.histogram(run, about.number, chosen, column, _BINS_OF_A_PANEL, "label")
    counts = bins.groupby("key")["count"].sum()
    labels = sorted(counts.index, key=lambda label: (-counts[label], int(label)))[:MOST_PANELS]
    names = [run.classes[int(label)] for label in labels]
    figure = class_histograms(_named(bins, run.classes), names, chosen.thresholds, column, words(column))
    drawn = draw(figure, "scores_classes", f"Histograms of {words(column)}, one per class", ("box",))
    shown = int(counts[labels].sum())
    st.caption(
        f"{len(labels)} of {len(counts)} classes shown, the largest first; {shown:,} of {about.samples:,} samples. "
        "Bars are shares of the class, the grey line is that of all samples counted above. Drag over a panel to mark "
        "a range of its class."
    )
    region, ranges = _panel(chosen, column, drawn, [int(label) for label in labels])
    _region(run, about, region, ranges, "scores_classes")


def _panel(chosen: Selection, column: str, drawn: dict, labels: list[int]) -> tuple[Selection, Ranges]:
    """What a box over a panel means: a range of the column, of the panel's class only."""
    spans = boxes(drawn, ("x",))
    place = panel_of(str(drawn["box"][-1].get("xref", ""))) if spans else -1
    if not 0 <= place < len(labels):
        return chosen, ()
    return replace(chosen, classes=(labels[place],)), tuple((column, *span) for span in spans)
