"""From a figure of :mod:`app.figures` to what the report's script draws, light or dark."""

import json
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
from plotly.io.json import to_json_plotly

from app.figures import NEUTRAL
from app.style import template

__all__ = ["Chart", "plain_names", "templates"]


@dataclass(frozen=True)
class Chart:
    """A figure of the report.

    Attributes:
        key: letters and hyphens; the name of its file when saved.
        figure: from :mod:`app.figures`.
        alt: what it shows, for screen readers and as its caption.
        is_wide: whether it needs the whole width of the page.
    """

    key: str
    figure: go.Figure
    alt: str
    is_wide: bool = False

    def drawn(self) -> dict[str, Any]:
        """``key, data, layout, alt`` as plain values. The template is the reader's: it depends on light or dark."""
        made = self.figure.to_plotly_json()
        made["layout"].pop("template", None)
        made = json.loads(to_json_plotly(made))
        return {"key": self.key, "data": made["data"], "layout": made["layout"], "alt": self.alt}


def templates() -> dict[str, Any]:
    """Template by name of the theme, with a mode bar that hides nothing, and room for what stands beside the axes."""
    bar = {"bgcolor": "rgba(0,0,0,0)", "color": NEUTRAL, "activecolor": NEUTRAL}
    found = {"light": template(False), "dark": template(True)}
    for item in found.values():
        axes = {name: {**item["layout"][name], "automargin": True} for name in ("xaxis", "yaxis")}
        item["layout"] = {**item["layout"], **axes, "modebar": bar}
    return found


def plain_names(name: str) -> str:
    """A name for a figure's text: Plotly reads tags, entities and ``%{…}`` in it, and names mean none of these."""
    return name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("%{", "%&#123;")
