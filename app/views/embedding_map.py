"""The figure of the embedding map and, beside it, the region marked on it or the nearest neighbours of a sample."""

from dataclasses import replace

import plotly.graph_objects as go
import streamlit as st

from app import data_maps, selection_state
from app.figures.coloured import MOST_POINTS
from app.figures.embedding import embedding_map, mark
from app.figures.outline import outline
from app.map_words import title_of
from app.views import embedding_neighbours
from app.widgets.chart import draw
from app.widgets.drawn import polygon
from app.widgets.map_controls import PICK, Look, map_controls, prepare
from app.widgets.map_rows import grouped, known_groups, named
from app.widgets.page_frame import told_errors
from app.widgets.region_panel import region_panel
from bss_core.evaluations import Evaluation
from bss_core.lasso import Region, Vertex
from bss_core.maps.requests import MapAbout, MapRequest
from bss_core.runs import Run
from bss_core.selection import Selection

__all__ = ["show"]

_CHARTS = ("embedding_map", "embedding_map_pick")


@st.fragment
def show(run: Run, about: Evaluation, found: MapAbout, chosen: Selection) -> None:
    """Draw the map with its controls; marking a region or picking a sample draws only this again, not the page."""
    with told_errors():
        count = data_maps.sizes(run, found.request, about.number, chosen)[0]
        look = map_controls(run, about, "embedding", can_pick=count <= MOST_POINTS, first=PICK)
        left, right = st.columns([3, 2], gap="large")
        with left:
            region = _map(run, about, found, chosen, look, count)
        with right:
            if region is not None:
                region_panel(run, about, region, _told(region, chosen), "embedding_region")
            else:
                embedding_neighbours.show(run, about, found.request, chosen)


def _map(run: Run, about: Evaluation, found: MapAbout, chosen: Selection, look: Look, count: int) -> Selection | None:
    """Draw the figure; the samples of the region that was marked or is selected, None if a sample is looked at."""
    request = found.request
    if look.mouse == PICK:
        _pick()
    if count > MOST_POINTS:
        st.caption(f"{count:,} samples: {look.of_cells(MOST_POINTS)}.")
    figure = _figure(run, about, found, chosen, look, count)
    corners = _selected(request, selection_state.selection(run))
    if corners:
        outline(figure, corners)
    _ring(run, about, found, chosen, figure)
    prepare(figure, look)
    alt = f"Map of {count:,} samples, {look.in_words}"
    if look.mouse == PICK:  # in a mode that draws, Plotly reports no clicks
        draw(figure, _CHARTS[1], alt, ("points",))
        st.caption("Click a point to see its sample and its nearest neighbours; drag to move the map.")
        return None
    drawn = polygon(draw(figure, _CHARTS[0], alt, ("box", "lasso")))
    st.caption("Drag over the map to see the samples of a region; double-click to clear it.")
    if drawn:
        return replace(chosen, regions=(*chosen.regions, Region(request.name, drawn)))
    return selection_state.selection(run) if corners else None


def _figure(run: Run, about: Evaluation, found: MapAbout, chosen: Selection, look: Look, count: int) -> go.Figure:
    request, number = found.request, about.number
    if count > MOST_POINTS:
        rows = grouped(run, data_maps.cells(run, request, number, chosen, look.by, before=look.before), look.by)
    else:
        points = data_maps.points(run, request, number, chosen, look.by, MOST_POINTS, look.before)
        rows = named(run, points, look.by)
    return embedding_map(rows, look.by, title_of(request), _axes(found), known_groups(run, look.by))


def _selected(request: MapRequest, chosen: Selection) -> tuple[Vertex, ...]:
    """The last region of the selection that lies on this map; empty if there is none."""
    found = [item.vertices for item in chosen.regions if item.map == request.name]
    return found[-1] if found else ()


def _told(region: Selection, chosen: Selection) -> str:
    added = [item for item in region.regions if item not in chosen.regions]
    return f"drawn with {len(added[-1].vertices)} corners" if added else "outlined on the map"


def _pick() -> None:
    """Take over a click before the map is drawn, so that it can ring the new sample; a new figure has no clicks."""
    clicked = (st.session_state.get(_CHARTS[1]) or {}).get("selection", {}).get("points", [])
    ids = [str(item["customdata"][0]) for item in clicked if item.get("customdata")]
    if ids and ids[0] != selection_state.selected_sample():
        selection_state.select_sample(ids[0])


def _axes(found: MapAbout) -> tuple[str, str]:
    """What the axes of a PCA show; those of UMAP mean nothing."""
    if found.request.method != "pca":
        return "", ""
    shares = [*found.variance[:2], 0.0][:2]
    names = ("first", "second")
    first, second = (f"{name} principal component ({share:.0%})" for name, share in zip(names, shares, strict=True))
    return first, second


def _ring(run: Run, about: Evaluation, found: MapAbout, chosen: Selection, figure: go.Figure) -> None:
    sample_id = selection_state.selected_sample()
    if sample_id is None:
        return
    rows = data_maps.named(run, found.request, about.number, (sample_id,), chosen.thresholds)
    for row in rows.to_dict("records"):
        mark(figure, row["map_x"], row["map_y"], sample_id)
