"""One way to put a figure on a page: the template of the theme in use, no clutter, a text for screen readers."""

from typing import Any

import plotly.graph_objects as go
import streamlit as st

from app.style import template

__all__ = ["boxes", "draw"]


def draw(figure: go.Figure, key: str, alt: str, select: tuple[str, ...] = ()) -> dict[str, Any]:
    """Draw a figure as wide as its place.

    Args:
        figure: from :mod:`app.figures`; its template is replaced.
        key: of the widget.
        alt: what the figure shows, for screen readers.
        select: what can be selected by mouse: ``points``, ``box``.

    Returns:
        The selection, see :func:`boxes`; empty without ``select``. It is reset whenever the figure changes.
    """
    figure.update_layout(template=template(st.context.theme.type == "dark"))
    config = {"displaylogo": False, "displayModeBar": bool(select), "modeBarButtonsToRemove": ["lasso2d", "toImage"]}
    if not select:
        st.plotly_chart(figure, key=key, alt=alt, theme=None, config=config)
        return {}
    state = st.plotly_chart(
        figure, key=key, alt=alt, theme=None, config=config, on_select="rerun", selection_mode=select
    )
    return dict(state["selection"])


def boxes(selected: dict[str, Any], axes: tuple[str, ...]) -> tuple[tuple[float, float], ...]:
    """The last rectangle drawn, as (lowest, highest) per axis (``x``, ``y``) to six decimals; else empty."""
    drawn = selected.get("box") or []
    if not drawn:
        return ()
    spans = [[round(float(value), 6) for value in drawn[-1].get(axis, [])] for axis in axes]
    return tuple((min(span), max(span)) for span in spans) if all(spans) else ()
