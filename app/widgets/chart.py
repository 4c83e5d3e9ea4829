"""One way to put a figure on a page: the template of the theme in use, no clutter, a text for screen readers.

The browser takes a second to load what draws figures. Where something else on the page matters more, its figures can
wait for it, see :func:`later`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from html import escape
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from app.spans import rounded
from app.style import DARK_GROUND, LIGHT_GROUND, template

__all__ = ["boxes", "configuration", "draw", "is_first_figure", "later"]

_NOT_OFFERED = (
    "sendChartToCloud",  # it would upload the figure to Plotly's server
    "zoomIn2d", "zoomOut2d", "autoScale2d",  # the wheel, the mouse and "reset axes" do the same
)  # fmt: skip
_WAITING = ContextVar("waiting", default=False)
_KNOWN = "browser_draws_figures"
_TOOLS = {"box": "select2d", "lasso": "lasso2d"}  # way to select → its button


def draw(figure: go.Figure, key: str, alt: str, select: tuple[str, ...] = ()) -> dict[str, Any]:
    """Draw a figure as wide as its place.

    Args:
        figure: from :mod:`app.figures`; its template is replaced.
        key: of the widget.
        alt: what the figure shows, for screen readers.
        select: what can be selected by mouse: ``points``, ``box``, ``lasso``.

    Returns:
        The selection, see :func:`boxes`; empty without ``select``. It is reset whenever the figure changes.
    """
    if _WAITING.get():
        st.html(_place_of(figure, alt))
        return {}
    st.session_state[_KNOWN] = True
    is_dark = st.context.theme.type == "dark"
    figure.layout.template = template(is_dark)
    figure.layout.paper_bgcolor = DARK_GROUND if is_dark else LIGHT_GROUND  # else what is saved has none
    config = configuration(key, select)
    if not select:
        st.plotly_chart(figure, key=key, alt=alt, theme=None, config=config)
        return {}
    state = st.plotly_chart(
        figure, key=key, alt=alt, theme=None, config=config, on_select="rerun", selection_mode=select
    )
    return dict(state["selection"])


def is_first_figure() -> bool:
    """Whether the browser has drawn no figure yet, so that the first one takes it long."""
    return _KNOWN not in st.session_state


@contextmanager
def later(is_wanted: bool) -> Iterator[None]:
    """Figures within leave their place free, as large as they will be, if this is wanted."""
    before = _WAITING.set(is_wanted)
    try:
        yield
    finally:
        _WAITING.reset(before)


def _place_of(figure: go.Figure, alt: str) -> str:
    return (
        f'<div role="img" aria-label="{escape(alt)}" style="height:{figure.layout.height or 450}px;border-radius:.5rem;'
        'background:color-mix(in srgb,currentColor 6%,transparent)"></div>'
    )


def configuration(key: str, select: tuple[str, ...] = ()) -> dict[str, Any]:
    """Plotly's configuration of a chart: its camera saves an SVG for a paper, and nothing uploads the chart.

    Args:
        key: of the widget; the name of the saved file.
        select: see :func:`draw`; without it, the mode bar shows only under the mouse.
    """
    return {
        "toImageButtonOptions": {"format": "svg", "filename": key, "scale": 3},
        "displaylogo": False,
        "displayModeBar": True if select else "hover",
        "modeBarButtonsToRemove": [*_NOT_OFFERED, *(button for way, button in _TOOLS.items() if way not in select)],
        "showSendToCloud": False,
        "plotlyServerURL": "",
    }


def boxes(selected: dict[str, Any], axes: tuple[str, ...]) -> tuple[tuple[float, float], ...]:
    """The last rectangle drawn, as (lowest, highest) per axis (``x``, ``y``), see :func:`rounded`; else empty."""
    drawn = selected.get("box") or []
    if not drawn:
        return ()
    spans = [drawn[-1].get(axis) for axis in axes]
    return tuple((min(span), max(span)) for span in map(rounded, spans)) if all(spans) else ()
