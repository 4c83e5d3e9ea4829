"""The map of the two criteria that the score is made of, and the sample clicked on it."""

import html
from typing import Any

import pandas as pd
import streamlit as st

from app import data, selection_state
from app.figures.scores import AXES, score_density, score_map
from app.views.scores_region import Ranges, show_region
from app.widgets.anatomy import plain
from app.widgets.chart import boxes, draw
from app.widgets.links import link_page
from app.widgets.score_parts import axes_of, formula, keeps_proportions, measurer_of
from bss_core.evaluations import Evaluation
from bss_core.runs import Run
from bss_core.scores import Extrema
from bss_core.selection import Selection

__all__ = ["MOST_POINTS", "grouped", "show"]

MOST_POINTS = 5000  # more samples are drawn as counts per cell
_BY = {"band": "Band", "label": "Class", "modality": "Dominant modality", "correct": "Right modalities"}
_MARK, _PICK = "Mark a region", "Pick a sample"


def show(run: Run, about: Evaluation, chosen: Selection) -> None:
    """Draw the map with its controls."""
    with st.container(border=True):
        shown, _ = data.sizes(run, about.number, chosen)
        if shown > MOST_POINTS:
            _cells(run, about, chosen, shown, *_axes(about))
        else:
            _points(run, about, chosen, *_axes(about))


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
    return axes, (about.extrema or {}) if is_straight else {}


def _alt(axes: tuple[str, str]) -> str:
    return f"Map of {axes[0]} against {axes[1]}".replace("_", " ")


def _cells(
    run: Run, about: Evaluation, chosen: Selection, shown: int, axes: tuple[str, str], extrema: dict[str, Extrema]
) -> None:
    st.caption(f"{shown:,} samples: more than {MOST_POINTS:,}, so the map shows how many lie in each cell.")
    figure = score_density(data.density(run, about.number, chosen, *axes), extrema, chosen.thresholds, axes)
    drawn = draw(figure, "scores_cells", _alt(axes), ("box",))
    show_region(run, about, chosen, _ranges(drawn, axes), "scores_map")


def _points(run: Run, about: Evaluation, chosen: Selection, axes: tuple[str, str], extrema: dict[str, Extrema]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        by = st.segmented_control(
            "Colour by", list(_BY), default="band", required=True, format_func=_BY.get, key="scores_colour",
            persist_state="session",
            help="The dominant modality is the one that gives the label the highest probability on its own; right "
            "modalities are those that predict the label.",
        )  # fmt: skip
        mouse = st.segmented_control(
            "Mouse", [_MARK, _PICK], default=_MARK, required=True, key="scores_mouse", persist_state="session"
        )
    heads = [f"{kind}_{name}" for kind in ("probability", "predicted") for name in run.modalities]
    texts = [name for name, kind in run.modalities.items() if kind == "text" and data.has_media(run)]
    points = data.points(run, about.number, chosen, [*axes, "balance_score", *heads, *texts], MOST_POINTS)
    figure = score_map(grouped(points, by, run.classes, texts), extrema, chosen.thresholds, by, axes)
    if mouse == _MARK:
        drawn = draw(figure, "scores_map", _alt(axes), ("box",))
        show_region(run, about, chosen, _ranges(drawn, axes), "scores_map")
    else:  # in the selection mode that draws boxes, Plotly reports no clicks
        figure.update_layout(dragmode="pan")
        _picked(draw(figure, "scores_map_pick", _alt(axes), ("points",)))


def _ranges(drawn: dict[str, Any], axes: tuple[str, str]) -> Ranges:
    return tuple((axis, *span) for axis, span in zip(axes, boxes(drawn, ("x", "y")), strict=False))


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
        link_page("browse", "Look at it in Browse", "grid_view")
        link_page("trajectories", "Follow its score", "timeline")


def grouped(points: pd.DataFrame, by: str, classes: list[str], texts: list[str]) -> pd.DataFrame:
    """Add ``group`` (name of band, class, dominant or right modalities) and ``about`` (class and text)."""
    names = [classes[int(label)] for label in points["label"]]
    heads = points.filter(regex="^probability_")
    group: Any = names
    if by == "band":
        group = points["band"]
    elif by == "modality":
        group = heads.idxmax(axis=1).str.removeprefix("probability_") if len(points) else []
    elif by == "correct":
        group = _right(points)
    first = points[texts[0]].fillna("").str.slice(0, 60) if texts else [""] * len(points)
    about = [html.escape(" · ".join(filter(None, pair))) for pair in zip(names, first, strict=True)]
    return points.assign(group=group, about=about)


def _right(points: pd.DataFrame) -> list[str]:
    """Names of the modalities that predict the label, joined by +, for every row."""
    heads = points.filter(regex="^predicted_")
    names = [name.removeprefix("predicted_") for name in heads.columns]
    found = heads.eq(points["label"], axis=0).to_numpy()
    return [" + ".join(name for name, is_right in zip(names, row, strict=True) if is_right) or "none" for row in found]
