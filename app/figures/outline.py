"""A region drawn on a chart: the outline of what is selected, to be seen on every ground."""

from collections.abc import Sequence

import plotly.graph_objects as go

from app.style import DARK_GROUND, LIGHT_GROUND

__all__ = ["outline"]

_LINES = ((LIGHT_GROUND, 4.0), (DARK_GROUND, 1.6))  # dark in light, so that one of them stands out on either ground


def outline(figure: go.Figure, vertices: Sequence[tuple[float, float]]) -> None:
    """Draw the closed polygon, in the units of the axes."""
    corners = " L ".join(f"{x:.10g},{y:.10g}" for x, y in vertices)
    for colour, width in _LINES:
        figure.add_shape(
            type="path", path=f"M {corners} Z", line={"color": colour, "width": width}, layer="above",
            name="selected region", fillcolor="rgba(127, 135, 145, 0.08)",
        )  # fmt: skip
