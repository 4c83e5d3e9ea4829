"""How a map is looked at: what it is coloured by, and what the mouse does. The colours are in the address."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
import streamlit as st

from app import data
from app.page_choices import addressed, choose
from bss_core.evaluations import Evaluation
from bss_core.runs import Run

__all__ = ["BOX", "COLOURS", "LASSO", "PICK", "Look", "map_controls", "prepare"]

COLOURS = {
    "band": "Band", "label": "Class", "modality": "Dominant modality", "correct": "Right modalities",
    "change": "Score change",
}  # fmt: skip
BOX, LASSO, PICK = "Box", "Lasso", "Pick a sample"
_HELP = (
    "The dominant modality is the one that gives the label the highest probability on its own; right modalities are "
    "those that predict the label; the score change is the balance score minus that of an earlier evaluation."
)


@dataclass(frozen=True)
class Look:
    """What was chosen.

    Attributes:
        by: one of :data:`bss_core.queries.COLOURS`.
        before: number of the earlier evaluation that a change is measured from, else None.
        mouse: ``Box``, ``Lasso`` or ``Pick a sample``.
    """

    by: str
    before: int | None
    mouse: str

    @property
    def in_words(self) -> str:
        """Such as ``coloured by band``."""
        return f"coloured by {COLOURS[self.by].lower()}"

    def of_cells(self, most: int) -> str:
        """What the cells show that are drawn for more samples than ``most``."""
        told = "their samples' mean change" if self.by == "change" else "what most of their samples are"
        return f"more than {most:,}, so the map shows cells in the colour of {told}"


def map_controls(run: Run, about: Evaluation, page: str, can_pick: bool, first: str = BOX) -> Look:
    """Draw the controls, the same ones on every page with a map: a choice made on one holds on the other.

    Args:
        run, about: what is looked at.
        page: its name; each has a mouse of its own.
        can_pick: whether there are marks to click on.
        first: what the mouse does before anybody chose.
    """
    earlier = _earlier(run, about)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        offered = [name for name in COLOURS if name != "change" or earlier]
        by = st.segmented_control(
            "Colour by", offered, required=True, format_func=COLOURS.get, help=_HELP,
            key=addressed("map_colour", offered, "band"), on_change=choose, args=("map_colour", "band"),
        )  # fmt: skip
        before = None
        if by == "change":
            start = next(iter(earlier))
            before = st.selectbox(
                "Since", list(earlier), format_func=earlier.get, key=addressed("map_since", earlier, start), width=160,
                on_change=choose, args=("map_since", start),
            )  # fmt: skip
        ways = [BOX, LASSO, *([PICK] if can_pick else [])]
        way = st.segmented_control(
            "Mouse", ways, default=first if first in ways else BOX, required=True,
            key=_kept_valid(f"{page}_mouse", ways), persist_state="session",
            help="Draw a box or a free line around samples to look at them together, or click on one.",
        )  # fmt: skip
    return Look(by, before, way)


def _earlier(run: Run, about: Evaluation) -> dict[int, str]:
    """The first and the previous evaluation of the same samples, in words; empty before there is one."""
    numbers = [item.number for item in data.evaluations(run) if item.split == about.split]
    numbers = [number for number in numbers if number < about.number]
    if not numbers:
        return {}
    return {numbers[0]: f"the first (k = {numbers[0]})", numbers[-1]: f"the previous (k = {numbers[-1]})"}


def _kept_valid(key: str, offered: Sequence[str]) -> str:
    """The key of a widget, whose kept value is forgotten if it is not offered any more."""
    if key in st.session_state and st.session_state[key] not in offered:
        del st.session_state[key]
    return key


def prepare(figure: go.Figure, look: Look) -> None:
    """Let the mouse do what was chosen; in a mode that draws, Plotly reports no clicks.

    There, the browser sends back whatever a mark in the box holds, so marks give their texts to a line without width,
    which takes no part in a selection, and lose the ids that a click is known by.
    """
    figure.update_layout(dragmode={BOX: "select", LASSO: "lasso", PICK: "pan"}[look.mouse])
    if look.mouse == PICK:
        return
    for place, marks in enumerate(list(figure.select_traces({"type": "scatter", "mode": "markers"}))):
        if marks.hovertext is not None:
            _tell_by_line(figure, marks, str(place) if marks.showlegend else None)
        marks.customdata = None


def _tell_by_line(figure: go.Figure, marks: go.Scatter, group: str | None) -> None:
    """Move the hover labels to a line; both are hidden together if the legend has an entry, their ``group``."""
    figure.add_scatter(
        x=marks.x, y=marks.y, mode="lines", line={"width": 0}, name=marks.name, showlegend=False, legendgroup=group,
        hovertext=marks.hovertext, hovertemplate=marks.hovertemplate,
    )  # fmt: skip
    marks.update(hovertext=None, hovertemplate=None, hoverinfo="skip", legendgroup=group)
