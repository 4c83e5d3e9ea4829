"""The map of the two criteria that the score is made of: its colours, the region marked on it, the sample clicked."""

from typing import Any

import plotly.graph_objects as go
import streamlit as st

from app import data, data_score_maps, selection_state
from app.figures.coloured import MOST_POINTS
from app.figures.outline import outline
from app.figures.score_map import AXES, score_map
from app.plain_text import plain
from app.views.scores_region import drawn_region, in_words, selected_polygon
from app.widgets.chart import draw
from app.widgets.links import link_page
from app.widgets.map_controls import PICK, Look, map_controls, prepare
from app.widgets.map_rows import grouped, known_groups, named
from app.widgets.page_frame import told_errors
from app.widgets.region_panel import region_panel
from app.widgets.score_parts import axes_of, formula, keeps_proportions, measurer_of
from bss_core.evaluations import Evaluation
from bss_core.runs import Run
from bss_core.scores import Extrema
from bss_core.selection import Selection

__all__ = ["show"]


@st.fragment
def show(run: Run, about: Evaluation, chosen: Selection) -> None:
    """Draw the map with its controls; marking a region draws only this again, not the page."""
    with told_errors(), st.container(border=True):
        shown, _ = data.sizes(run, about.number, chosen)
        look = map_controls(run, about, "scores", can_pick=shown <= MOST_POINTS)
        axes, extrema = _axes(about)
        figure = _figure(run, about, chosen, look, axes, extrema)
        outline_of = selected_polygon(selection_state.selection(run), axes)
        if outline_of:
            outline(figure, outline_of)
        prepare(figure, look)
        _say(about, shown, look)
        alt = f"Map of {axes[0]} against {axes[1]}, {look.in_words}".replace("_", " ")
        if look.mouse == PICK:
            _picked(draw(figure, "scores_map_pick", alt, ("points",)))
        else:
            drawn = draw(figure, "scores_map" if shown <= MOST_POINTS else "scores_cells", alt, ("box", "lasso"))
            _region(run, about, chosen, drawn, axes, bool(outline_of))


def _axes(about: Evaluation) -> tuple[tuple[str, str], dict[str, Extrema]]:
    """The two criteria to draw, and their extrema if lines of equal s can be drawn between them."""
    measurer = measurer_of(about)
    axes = axes_of(measurer, AXES)
    is_straight = set(axes) == set(measurer.criteria) and keeps_proportions(measurer)
    if not is_straight:
        st.caption(
            f"{formula(measurer)}, normalised by {measurer.normaliser_name.replace('_', ' ')}: on this map, equal "
            "scores do not lie on straight lines, so none are drawn."
        )
    return axes, about.extrema if is_straight else {}


def _figure(
    run: Run, about: Evaluation, chosen: Selection, look: Look, axes: tuple[str, str], extrema: dict[str, Extrema]
) -> go.Figure:
    if data.sizes(run, about.number, chosen)[0] > MOST_POINTS:
        rows = grouped(run, data_score_maps.cells(run, about.number, chosen, axes, look.by, look.before), look.by)
    else:
        points = data_score_maps.points(run, about.number, chosen, axes, look.by, MOST_POINTS, look.before)
        rows = named(run, points, look.by)
    return score_map(rows, extrema, chosen.thresholds, look.by, axes, known_groups(run, look.by))


def _say(about: Evaluation, shown: int, look: Look) -> None:
    """How many of how many, in which form, and what a change of the score means."""
    form = f": {look.of_cells(MOST_POINTS)}." if shown > MOST_POINTS else "."
    change = (
        f" Change since k = {look.before}: every evaluation is normalised by its own lowest and highest values, so a "
        "change is one of the place within the set, not of an absolute value."
        if look.before is not None
        else ""
    )
    st.caption(f"{shown:,} of {about.samples:,} samples shown{form}{change}")


def _region(
    run: Run, about: Evaluation, chosen: Selection, drawn: dict[str, Any], axes: tuple[str, str], is_selected: bool
) -> None:
    region = drawn_region(chosen, drawn, axes)
    if region is not None:
        region_panel(run, about, region, in_words(chosen, region), "scores_map")
    elif is_selected:
        region_panel(run, about, selection_state.selection(run), "outlined on the map", "scores_map")
    else:
        st.caption("Drag over the map to look at the samples of a region; double-click to clear it.")


def _picked(drawn: dict[str, Any]) -> None:
    """A click on a mark makes it the sample that the other pages show."""
    marks = [mark for mark in drawn.get("points", []) if mark.get("customdata")]
    if not marks:
        st.caption("Click a mark to select its sample on all pages; drag to move the map.")
        return
    sample_id = str(marks[0]["customdata"][0])
    selection_state.select_sample(sample_id)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"Sample **{plain(sample_id)}** is selected.")
        link_page("browse", "Look at it in Browse")
        link_page("trajectories", "Follow its score")
