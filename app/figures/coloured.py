"""Samples on a map, as points of few or as cells of many, coloured by a name (band, class …) or by how s changed."""

from collections.abc import Sequence
from html import escape

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from app.figures import NEUTRAL
from app.figures.groups import OTHER, group_colours, group_order, top_groups
from app.spans import places
from app.style import CHANGE

__all__ = ["MOST_POINTS", "add_samples"]

MOST_POINTS = 2000  # more are cells: a point is an element of the page, and 110 bytes sent back if it lies in a box
_PLACES = 4  # of a change: it is sent back, too
_FAINTEST = 0.35  # opacity of a cell with the fewest samples
_DIGITS = 6  # of a point's place, in parts of the map
_SMALLEST = 0.05  # the least end of the scale of changes: differences below it are noise and look like it


def _grouped(rows: pd.DataFrame, counts: dict[str, int], by: str) -> tuple[pd.DataFrame, list[str]]:
    """The rows with rare groups joined, and the groups in the legend's order."""
    kept = top_groups(counts)
    rows = rows.assign(group=rows["group"].where(rows["group"].isin(kept), OTHER))
    return rows, group_order(list(dict.fromkeys([*kept, *([OTHER] if (rows["group"] == OTHER).any() else [])])), by)


def add_samples(
    figure: go.Figure, rows: pd.DataFrame, by: str, names: tuple[str, str] = ("", ""), known: Sequence[str] = ()
) -> None:
    """Samples as points, or as cells in the colour of what most of theirs are; a trace per group, or one for a change.

    Args:
        figure: drawn into.
        rows: points, one row per sample: ``sample_id, x, y, balance_score, group, about``; or cells, told by their
            ``count``: ``x, y, width, height, count, group, share``. ``group`` is a name of what ``by`` says, or the
            (mean) change of s; ``about`` the second line of the hover label, escaped; ``share`` the part of a cell's
            samples that is ``group``, for a change the part that has one.
        by: one of :data:`bss_core.queries.COLOURS`.
        names: of the axes, for the hover label; empty if their values mean nothing.
        known: see :func:`app.figures.groups.group_colours`.
    """
    (_add_cells if "count" in rows else _add_points)(figure, rows, by, names, known)


def _add_points(figure: go.Figure, points: pd.DataFrame, by: str, names: tuple[str, str], known: Sequence[str]) -> None:
    points = points.assign(words=_words(points, by), **{axis: _short(points[axis]) for axis in "xy"})
    if by == "change":
        changed, new = points[points["group"].notna()], points[points["group"].isna()]
        _add(figure, changed, "score change", names, showlegend=False, marker=_scale(changed["group"]))
        if len(new):
            _add(figure, new, "no earlier score", names, marker={"color": NEUTRAL})
        return
    points, groups = _grouped(points, points["group"].value_counts().to_dict(), by)
    colours = group_colours(groups, by, known)
    for name in groups:
        _add(figure, points[points["group"] == name], name, names, marker={"color": colours[name]})


def _words(points: pd.DataFrame, by: str) -> list[str]:
    """The hover labels: as texts, since what stands in ``customdata`` is sent back for every point in a box."""
    changes = [f"<br>change {value:+.3f}" for value in points["group"]] if by == "change" else [""] * len(points)
    rows = zip(points["sample_id"], points["about"], points["balance_score"], changes, strict=True)
    return [f"<b>{escape(str(name))}</b> · {about}<br>s {score:.3f}{change}" for name, about, score, change in rows]


def _short(values: pd.Series) -> np.ndarray:
    """Rounded far below what can be seen: these numbers, too, are sent back for every point in a box."""
    return values.to_numpy(float).round(places(float(np.ptp(values)) if len(values) else 0.0, _DIGITS))


def _add(
    figure: go.Figure, rows: pd.DataFrame, name: str, names: tuple[str, str], marker: dict, showlegend: bool = True
) -> None:
    place = "".join(f"<br>{axis} %{{{letter}:.4~g}}" for axis, letter in zip(names, "xy", strict=True) if axis)
    figure.add_scatter(
        x=rows["x"], y=rows["y"], mode="markers", name=f"{name} ({len(rows):,})", hovertext=rows["words"],
        marker={"size": 7, "opacity": 0.75, **marker}, customdata=rows[["sample_id"]], showlegend=showlegend,
        hovertemplate=f"%{{hovertext}}{place}<extra></extra>",
    )  # fmt: skip


def _scale(changes: pd.Series) -> dict:
    """A diverging scale with 0 in its middle; its ends leave out the outermost hundredth of the changes."""
    end = max(_SMALLEST, float(changes.abs().quantile(0.99))) if len(changes) else 1.0
    bar = {
        "orientation": "h", "x": 0, "xanchor": "left", "y": -0.13, "yanchor": "top", "len": 0.5, "thickness": 10,
        "title": {"text": "change of s (fell … rose)", "side": "top", "font": {"size": 12}}, "tickformat": "+.2f",
        "nticks": 3, "tickangle": 0, "outlinewidth": 0,
    }  # fmt: skip
    return {
        "color": changes.round(_PLACES), "cmin": -end, "cmax": end, "cmid": 0,
        "colorscale": [list(stop) for stop in CHANGE], "colorbar": bar, "showscale": True,
    }  # fmt: skip


def _add_cells(figure: go.Figure, cells: pd.DataFrame, by: str, names: tuple[str, str], known: Sequence[str]) -> None:
    """The stronger its colour, the more samples a cell has."""
    grid = tuple(_places(cells[axis], cells[size].iloc[0]) for axis, size in (("x", "width"), ("y", "height")))
    cells = cells.assign(i=_index(cells["x"], cells["width"]), j=_index(cells["y"], cells["height"]))
    place = "".join(f"{name} %{{{axis}:.4~g}}<br>" for name, axis in zip(names, "xy", strict=True) if name)
    if by == "change":
        _add_mean(figure, cells, grid, place)
        return
    cells, groups = _grouped(cells, cells.groupby("group")["count"].sum().to_dict(), by)
    colours, highest = group_colours(groups, by, known), max(1.0, float(np.log10(cells["count"].max())))
    for name in groups:
        _add_group(figure, name, cells[cells["group"] == name], colours[name], (*grid, highest), place)


def _places(centres: pd.Series, step: float) -> np.ndarray:
    """All centres of the grid from the first to the last: without the empty ones, Plotly would stretch its cells."""
    return centres.min() + step * np.arange(round((centres.max() - centres.min()) / step) + 1)


def _index(centres: pd.Series, step: pd.Series) -> pd.Series:
    return ((centres - centres.min()) / step).round().astype(int)


def _filled(rows: pd.DataFrame, column: str, grid: tuple) -> np.ndarray:
    """(rows, columns) float32 of the grid, NaN in cells without a row."""
    values = np.full((len(grid[1]), len(grid[0])), np.nan, np.float32)
    values[rows["j"], rows["i"]] = rows[column]
    return values


def _add_group(figure: go.Figure, name: str, rows: pd.DataFrame, colour: str, grid: tuple, place: str) -> None:
    """One group's cells as a heat map over the common grid, and an empty mark for the legend."""
    across, up, highest = grid
    counts, shares = _filled(rows, "count", grid), _filled(rows, "share", grid)
    figure.add_heatmap(
        x=across, y=up, z=np.log10(counts), zmin=0, zmax=highest, showscale=False, name=name,
        colorscale=[[0, _faded(colour)], [1, colour]], customdata=np.stack([counts, shares], axis=-1),
        hovertemplate=f"{place}%{{customdata[0]:,}} samples, %{{customdata[1]:.0%}} %{{fullData.name}}<extra></extra>",
        hoverongaps=False, legendgroup=name,
    )  # fmt: skip
    figure.add_scatter(
        x=[None], y=[None], mode="markers", name=f"mostly {name}", marker={"color": colour, "size": 9},
        legendgroup=name, showlegend=True,
    )  # fmt: skip


def _add_mean(figure: go.Figure, cells: pd.DataFrame, grid: tuple, place: str) -> None:
    known = cells[cells["group"].notna()]
    scale = _scale(known["group"].repeat(known["count"].clip(upper=100)))
    figure.add_heatmap(
        x=grid[0], y=grid[1], z=_filled(known, "group", grid), customdata=_filled(cells, "count", grid), name="change",
        zmin=scale["cmin"], zmax=scale["cmax"], colorscale=scale["colorscale"], colorbar=scale["colorbar"],
        hovertemplate=f"{place}%{{customdata:,}} samples, mean change %{{z:+.3f}}<extra></extra>", hoverongaps=False,
    )  # fmt: skip


def _faded(colour: str) -> str:
    """The colour as rgba, for the cells with the fewest samples."""
    if not colour.startswith("#"):
        return "rgba(127, 135, 145, 0.15)"
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {_FAINTEST})"
