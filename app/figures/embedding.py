"""The map of samples: points of few, cells of many, coloured by band, class, dominant or right modalities."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from app.figures import empty, titled
from app.figures.scores import OTHER, SVG_POINTS, group_colours, group_order, top_groups
from app.style import DARK_GROUND, LIGHT_GROUND

__all__ = ["HEIGHT", "embedding_cells", "embedding_points", "mark"]

HEIGHT = 560
_NOTHING = "No sample to show."
_FAINTEST = 0.35  # opacity of a cell with the fewest samples


def embedding_points(points: pd.DataFrame, by: str, title: str, axes: tuple[str, str]) -> go.Figure:
    """One mark per sample.

    Args:
        points: one row per sample: ``sample_id, map_x, map_y, balance_score, group, about``; ``group`` is a name of
            what ``by`` says, ``about`` the second line of the hover label, escaped.
        by: ``band``, ``label``, ``modality`` or ``correct``: what ``group`` means.
        title: of the figure.
        axes: what the axes show; empty if they mean nothing.
    """
    if points.empty:
        return empty(title, _NOTHING, HEIGHT)
    points, groups = _grouped(points, points["group"].value_counts().to_dict(), by)
    figure, colours = go.Figure(), group_colours(groups, by)
    for name in groups:
        _add_points(figure, name, points[points["group"] == name], colours[name], len(points))
    return _layout(figure, title, axes)


def _grouped(rows: pd.DataFrame, counts: dict[str, int], by: str) -> tuple[pd.DataFrame, list[str]]:
    """The rows with rare groups joined, and the groups in the legend's order."""
    kept = top_groups(counts)
    rows = rows.assign(group=rows["group"].where(rows["group"].isin(kept), OTHER))
    return rows, group_order(list(dict.fromkeys([*kept, *([OTHER] if (rows["group"] == OTHER).any() else [])])), by)


def _add_points(figure: go.Figure, name: str, rows: pd.DataFrame, colour: str, total: int) -> None:
    trace = go.Scatter if total <= SVG_POINTS else go.Scattergl
    figure.add_trace(
        trace(
            x=rows["map_x"],
            y=rows["map_y"],
            mode="markers",
            name=f"{name} ({len(rows):,})",
            marker={"color": colour, "size": 7 if total <= SVG_POINTS else 4, "opacity": 0.75},
            customdata=rows[["sample_id", "about", "balance_score"]],
            hovertemplate="<b>%{customdata[0]}</b> · %{customdata[1]}<br>s %{customdata[2]:.3f}<extra></extra>",
            showlegend=True,
        )
    )


def embedding_cells(cells: pd.DataFrame, by: str, title: str, axes: tuple[str, str]) -> go.Figure:
    """Cells in the colour of what most of their samples are, the stronger the more samples.

    Args:
        cells: one row per cell: ``x, y, width, height, count, group, share``; ``share`` is the part of them that is
            ``group``.
        by, title, axes: as in :func:`embedding_points`.
    """
    if cells.empty:
        return empty(title, _NOTHING, HEIGHT)
    counts = cells.groupby("group")["count"].sum().to_dict()
    cells, groups = _grouped(cells, counts, by)
    figure, colours = go.Figure(), group_colours(groups, by)
    highest = max(1.0, float(np.log10(cells["count"].max())))
    across, up = (_places(cells[axis], cells[size].iloc[0]) for axis, size in (("x", "width"), ("y", "height")))
    cells = cells.assign(i=_index(cells["x"], cells["width"]), j=_index(cells["y"], cells["height"]))
    for name in groups:
        _add_cells(figure, name, cells[cells["group"] == name], colours[name], (across, up, highest))
    return _layout(figure, title, axes)


def _places(centres: pd.Series, step: float) -> np.ndarray:
    """All centres of the grid from the first to the last: without the empty ones, Plotly would stretch its cells."""
    return centres.min() + step * np.arange(round((centres.max() - centres.min()) / step) + 1)


def _index(centres: pd.Series, step: pd.Series) -> pd.Series:
    return ((centres - centres.min()) / step).round().astype(int)


def _add_cells(
    figure: go.Figure, name: str, rows: pd.DataFrame, colour: str, grid: tuple[np.ndarray, np.ndarray, float]
) -> None:
    """One group's cells as a heat map over the common grid, and an empty mark for the legend."""
    across, up, highest = grid
    counts, shares = (np.full((len(up), len(across)), np.nan, np.float32) for _ in range(2))
    counts[rows["j"], rows["i"]], shares[rows["j"], rows["i"]] = rows["count"], rows["share"]
    figure.add_heatmap(
        x=across, y=up, z=np.log10(counts), zmin=0, zmax=highest, showscale=False, name=name,
        colorscale=[[0, _faded(colour)], [1, colour]], customdata=np.stack([counts, shares], axis=-1),
        hovertemplate="%{customdata[0]:,} samples, %{customdata[1]:.0%} %{fullData.name}<extra></extra>",
        hoverongaps=False, legendgroup=name,
    )  # fmt: skip
    figure.add_scatter(
        x=[None], y=[None], mode="markers", name=f"mostly {name}", marker={"color": colour, "size": 9},
        legendgroup=name, showlegend=True,
    )  # fmt: skip


def _faded(colour: str) -> str:
    """The colour as rgba, for the cells with the fewest samples."""
    if not colour.startswith("#"):
        return "rgba(127, 135, 145, 0.15)"
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {_FAINTEST})"


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
