"""The figure of the embedding map with its controls: colour, and what the mouse does."""

from dataclasses import replace
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from app import data, data_maps, selection_state
from app.figures.embedding import embedding_cells, embedding_points, mark
from app.widgets.chart import boxes, draw
from bss_core.evaluations import Evaluation
from bss_core.maps.requests import MapAbout
from bss_core.runs import Run
from bss_core.selection import Selection

__all__ = ["MOST_POINTS", "controls", "show"]

MOST_POINTS = 5000  # more samples are drawn as cells
_BY = {"band": "Band", "label": "Class", "modality": "Dominant modality", "correct": "Right modalities"}
_MARK, _PICK = "Mark a region", "Pick a sample"
_CHARTS = ("embedding_map", "embedding_map_pick")
_TITLE = "Samples that look alike lie close"


def show(run: Run, about: Evaluation, found: MapAbout, chosen: Selection, how: tuple[str, bool]) -> Selection | None:
    """Draw the map; the samples in the region that was marked, None if there is none.

    Args:
        how: see :func:`controls`.
    """
    request, (by, is_picking) = found.request, how
    count = data_maps.sizes(run, request, about.number, chosen)[0]
    if count <= MOST_POINTS:
        _pick()
        points = data_maps.points(run, request, about.number, chosen, by, MOST_POINTS)
        figure = embedding_points(_named(run, points, by), by, _TITLE, _axes(found))
    else:
        st.caption(f"{count:,} samples: more than {MOST_POINTS:,}, so the map shows what most in each cell are.")
        cells = data_maps.cells(run, request, about.number, chosen, by)
        figure = embedding_cells(_grouped(run, cells, by), by, _TITLE, _axes(found))
    _ring(run, about, found, chosen, figure)
    alt = f"Map of {count:,} samples, coloured by {_BY[by].lower()}"
    if is_picking:  # in the selection mode that draws boxes, Plotly reports no clicks
        figure.update_layout(dragmode="pan")
        draw(figure, _CHARTS[1], alt, ("points",))
        st.caption("Click a point to see its sample and its nearest neighbours; drag to move the map.")
        return None
    region = _region(chosen, draw(figure, _CHARTS[0], alt, ("box",)))
    if region is None:
        st.caption("Drag over the map to see the samples of a region; double-click to clear it.")
    return region


def controls(count: int) -> tuple[str, bool]:
    """Draw the controls of a map with so many samples: what it is coloured by, and whether a click picks a sample."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        by = st.segmented_control(
            "Colour by", list(_BY), default="band", required=True, format_func=_BY.get, key="embedding_colour",
            persist_state="session",
            help="The dominant modality is the one that gives the label the highest probability on its own; right "
            "modalities are those that predict the label.",
        )  # fmt: skip
        mouse = count <= MOST_POINTS and st.segmented_control(
            "Mouse", [_MARK, _PICK], default=_PICK, required=True, key="embedding_mouse", persist_state="session"
        )
    return by, mouse == _PICK


def _pick() -> None:
    """Take over a click before the map is drawn, so that it can ring the new sample; a new figure has no clicks."""
    clicked = (st.session_state.get(_CHARTS[1]) or {}).get("selection", {}).get("points", [])
    ids = [str(item["customdata"][0]) for item in clicked if item.get("customdata")]
    if ids and ids[0] != selection_state.selected_sample():
        selection_state.select_sample(ids[0])


def _region(chosen: Selection, drawn: dict[str, Any]) -> Selection | None:
    spans = boxes(drawn, ("x", "y"))
    ranges = tuple((axis, *span) for axis, span in zip(data_maps.AXES, spans, strict=False))
    return replace(chosen, ranges=(*chosen.ranges, *ranges)) if ranges else None


def _axes(found: MapAbout) -> tuple[str, str]:
    """What the axes of a PCA show; those of UMAP mean nothing."""
    if found.request.method != "pca":
        return "", ""
    shares = [*found.variance[:2], 0.0][:2]
    names = ("first", "second")
    first, second = (f"{name} principal component ({share:.0%})" for name, share in zip(names, shares, strict=True))
    return first, second


def _grouped(run: Run, rows: pd.DataFrame, by: str) -> pd.DataFrame:
    keys = rows["key"].astype(str)
    return rows.assign(group=keys.map(lambda key: run.classes[int(key)]) if by == "label" else keys)


def _named(run: Run, points: pd.DataFrame, by: str) -> pd.DataFrame:
    """Add ``group`` and ``about``: the class and, if there is one, the beginning of the text."""
    classes = points["label"].map(lambda label: run.classes[int(label)])
    texts = [name for name, kind in run.modalities.items() if kind == "text" and name in points and data.has_media(run)]
    first = points[texts[0]].fillna("").str.slice(0, 60) if texts else pd.Series("", index=points.index)
    about = [escape(" · ".join(filter(None, pair))) for pair in zip(classes, first, strict=True)]
    return _grouped(run, points, by).assign(about=about)


def _ring(run: Run, about: Evaluation, found: MapAbout, chosen: Selection, figure: Any) -> None:
    sample_id = selection_state.selected_sample()
    if sample_id is None:
        return
    rows = data_maps.named(run, found.request, about.number, (sample_id,), chosen.thresholds)
    for row in rows.to_dict("records"):
        mark(figure, row["map_x"], row["map_y"], sample_id)
