"""The map of samples laid out by what is alike: points of few, cells of many, coloured as on the other map."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from app.figures import empty, titled
from app.figures.coloured import add_cells, add_points
from app.style import DARK_GROUND, LIGHT_GROUND

__all__ = ["HEIGHT", "embedding_cells", "embedding_points", "mark"]

HEIGHT = 560
_NOTHING = "No sample to show."


def embedding_points(
    points: pd.DataFrame, by: str, title: str, axes: tuple[str, str], known: Sequence[str] = ()
) -> go.Figure:
    """One mark per sample.

    Args:
        points: see :func:`app.figures.coloured.add_points`.
        by: one of :data:`bss_core.queries.COLOURS`.
        title: of the figure.
        axes: what the axes show; empty if they mean nothing.
        known: all modalities or classes of the run, for their colours.
    """
    if points.empty:
        return empty(title, _NOTHING, HEIGHT)
    figure = go.Figure()
    add_points(figure, points, by, known=known)
    return _layout(figure, title, axes)


def embedding_cells(
    cells: pd.DataFrame, by: str, title: str, axes: tuple[str, str], known: Sequence[str] = ()
) -> go.Figure:
    """Cells, see :func:`app.figures.coloured.add_cells`; else as :func:`embedding_points`."""
    if cells.empty:
        return empty(title, _NOTHING, HEIGHT)
    figure = go.Figure()
    add_cells(figure, cells, by, known=known)
    return _layout(figure, title, axes)


def mark(figure: go.Figure, x: float, y: float, sample_id: str) -> None:
    """Draw a ring around the sample that is looked at: dark in light, so that it stands out on both grounds."""
    for size, colour in ((22, LIGHT_GROUND), (18, DARK_GROUND)):
        figure.add_scatter(
            x=[x], y=[y], mode="markers", name="selected sample", hoverinfo="skip", showlegend=False,
            marker={"symbol": "circle-open", "size": size, "color": colour, "line": {"width": 3}},
            customdata=[[sample_id]],
        )  # fmt: skip


def _layout(figure: go.Figure, title: str, axes: tuple[str, str]) -> go.Figure:
    """Below, the legend may have several lines; equal scales, since both axes are of the same distances."""
    titled(figure, title, *axes, height=HEIGHT, showlegend=True)
    figure.update_layout(dragmode="select", margin_t=48, legend={"y": -0.14, "yanchor": "top"})
    figure.update_yaxes(scaleanchor="x")
    if not any(axes):
        figure.update_xaxes(showticklabels=False, zeroline=False)
        figure.update_yaxes(showticklabels=False, zeroline=False)
    return figure
