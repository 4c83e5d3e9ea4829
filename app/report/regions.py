"""Regions that a selection was drawn with: outlines on the report's charts, and the maps of samples they lie on."""

from collections.abc import Iterable

import pandas as pd
import plotly.graph_objects as go

from app import data_maps
from app.figures.coloured import MOST_POINTS
from app.figures.embedding import embedding_map
from app.figures.outline import outline
from app.map_words import what
from app.report.figures import Chart, plain_names
from app.report.request import Shared
from app.widgets.map_rows import grouped
from bss_core.lasso import Lasso, Vertex
from bss_core.maps.regions import request_of
from bss_core.runs import Run
from bss_core.selection import Selection

__all__ = ["lassos_on", "named_plainly", "outlined", "region_charts", "told_plainly"]


def lassos_on(lassos: Iterable[Lasso], axes: tuple[str, str]) -> list[tuple[Vertex, ...]]:
    """The polygons over these two columns, each vertex in the order of the axes."""
    straight = [item.vertices for item in lassos if (item.x, item.y) == axes]
    turned = [tuple((y, x) for x, y in item.vertices) for item in lassos if (item.y, item.x) == axes]
    return [*straight, *turned]


def outlined(figure: go.Figure, polygons: Iterable[tuple[Vertex, ...]]) -> go.Figure:
    """The figure with the polygons drawn on it."""
    for vertices in polygons:
        outline(figure, vertices)
    return figure


def named_plainly(run: Run, points: pd.DataFrame) -> pd.DataFrame:
    """Points of a map by band with ``group`` and ``about``, for a figure that goes through :func:`told_plainly`."""
    return grouped(run, points, "band").assign(
        about=[plain_names(run.classes[int(label)]) for label in points["label"]]
    )


def told_plainly(figure: go.Figure) -> go.Figure:
    """The figure with hover labels that hold no template, and without the ids that only the app's clicks need."""
    for trace in figure.select_traces({"type": "scatter"}):
        told = [] if trace.hovertext is None or isinstance(trace.hovertext, str) else trace.hovertext
        trace.update(customdata=None, hovertext=[words.replace("%{", "%&#123;") for words in told] or None)
    return figure


def region_charts(shared: Shared) -> list[Chart]:
    """Every map that the selection has regions on, with all its samples and the regions.

    Raises:
        RunError, CheckpointError: a map that is gone or no longer holds.
    """
    names = dict.fromkeys(region.map for region in shared.selection.regions)
    return [_chart(shared, name, place) for place, name in enumerate(names, start=1)]


def _chart(shared: Shared, name: str, place: int) -> Chart:
    run, number, everything = shared.run, shared.about.number, Selection(thresholds=shared.selection.thresholds)
    request = request_of(run, name)
    title = f"{what(request)}, {request.method.upper()}"
    if data_maps.sizes(run, request, number, everything)[0] <= MOST_POINTS:  # WebGL may lack a driver at the reader's
        points = data_maps.points(run, request, number, everything, "band", MOST_POINTS)
        figure = told_plainly(embedding_map(named_plainly(run, points), "band", title, ("", "")))
    else:
        cells = grouped(run, data_maps.cells(run, request, number, everything, "band"), "band")
        figure = embedding_map(cells, "band", title, ("", ""))
    polygons = [region.vertices for region in shared.selection.regions if region.map == name]
    figure.update_layout(dragmode="zoom")
    return Chart(f"region-{place}", outlined(figure, polygons), f"All samples of the map {name} and the region chosen.")
