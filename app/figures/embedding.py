"""The map of samples laid out by what is alike: points of few, cells of many, coloured as on the other map."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from app.figures import empty, legend_below, titled
from app.figures.coloured import add_samples
from app.style import DARK_GROUND, LIGHT_GROUND

__all__ = ["HEIGHT", "embedding_map", "mark"]

HEIGHT = 560


def embedding_map(
    rows: pd.DataFrame, by: str, title: str, axes: tuple[str, str], known: Sequence[str] = ()
) -> go.Figure:
    """Samples as points or cells.

    Args:
        rows: see :func:`app.figures.coloured.add_samples`.
        by: one of :data:`bss_core.queries.COLOURS`.
        title: of the figure.
        axes: what the axes show; empty if they mean nothing.
        known: all modalities or classes of the run, for their colours.
    """
    if rows.empty:
        return empty(title, "No sample to show.", HEIGHT)
    figure = go.Figure()
    add_samples(figure, rows, by, known=known)
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
    """Equal scales, since both axes are of the same distances."""
    legend_below(titled(figure, title, *axes, height=HEIGHT, showlegend=True)).update_layout(dragmode="select")
    figure.update_yaxes(scaleanchor="x")
    if not any(axes):
        figure.update_xaxes(showticklabels=False, zeroline=False)
        figure.update_yaxes(showticklabels=False, zeroline=False)
    return figure
