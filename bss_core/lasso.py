"""A polygon drawn over two columns of a score table or over a map of samples, as an SQL condition on what is inside."""

import math
import re
import statistics
from dataclasses import dataclass
from typing import Any

from bss_core.errors import ConfigError

__all__ = ["MOST_VERTICES", "Lasso", "Region"]

MOST_VERTICES = 200
_FEW = 16  # edges that are simply tried one after the other
_DEPTH = 3
_NAME = re.compile(r"[^\W_][\w=%~. -]{0,199}")  # a file's name in the folder of maps, and nowhere else

Vertex = tuple[float, float]
Edge = tuple[Vertex, Vertex]


@dataclass(frozen=True)
class Lasso:
    """The rows whose point lies inside a polygon; its last vertex is joined to its first.

    A polygon that crosses itself has inside what an odd number of its edges surrounds. Of points on an edge, those on
    the left and the lower side are inside, so that polygons that share an edge share no point.

    Attributes:
        x: column along the first axis.
        y: column along the second axis.
        vertices: 3 to 200 (x, y) pairs in the columns' own units.
    """

    x: str
    y: str
    vertices: tuple[Vertex, ...]

    def __post_init__(self) -> None:
        _check(self.vertices, f"lasso over {self.x!r} and {self.y!r}")

    def where(self, x: str, y: str) -> tuple[str, list[Any]]:
        """SQL condition and its parameters for the quoted columns ``x`` and ``y``."""
        return _inside(self.vertices, x, y)


@dataclass(frozen=True)
class Region:
    """The samples whose point on a map of samples lies inside a polygon, see :class:`Lasso`.

    Attributes:
        map: name of the map, see :attr:`bss_core.maps.requests.MapRequest.name`.
        vertices: 3 to 200 (x, y) pairs in the map's own units.
    """

    map: str
    vertices: tuple[Vertex, ...]

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.map) or ".." in self.map:
            raise ConfigError(f"A region lies on a map such as 'best-train-multimodal-pca'; not on {self.map[:80]!a}.")
        _check(self.vertices, f"region of the map {self.map!r}")

    def where(self, x: str = "x", y: str = "y") -> tuple[str, list[Any]]:
        """SQL condition on the rows of the map's table, and its parameters."""
        return _inside(self.vertices, x, y)


def _check(vertices: tuple[Vertex, ...], what: str) -> None:
    if not 3 <= len(vertices) <= MOST_VERTICES:
        raise ConfigError(f"A {what} has {len(vertices)} vertices; 3 to {MOST_VERTICES} are possible.")
    if not all(len(vertex) == 2 and all(map(math.isfinite, vertex)) for vertex in vertices):
        raise ConfigError(f"A vertex of the {what} is not a pair of finite numbers.")


def _inside(vertices: tuple[Vertex, ...], x: str, y: str) -> tuple[str, list[Any]]:
    """A ray from the point towards larger x meets an odd number of edges if and only if the point is inside.

    The bounding box comes first: row groups and rows outside it cost nothing.
    """
    across, along = zip(*vertices, strict=True)
    box = [min(across), max(across), min(along), max(along)]
    crossings, values = _crossings(x, y, _edges(vertices), _DEPTH)
    return (
        f"{x} BETWEEN ? AND ? AND {y} BETWEEN ? AND ? AND ({crossings}) % 2 = 1",
        [float(value) for value in [*box, *values]],
    )


def _edges(vertices: tuple[Vertex, ...]) -> list[Edge]:
    """The edges, each from its lower to its upper end; a ray along the x axis never crosses an edge along it."""
    pairs = zip(vertices, (*vertices[1:], vertices[0]), strict=True)
    return [(a, b) if a[1] < b[1] else (b, a) for a, b in pairs if a[1] != b[1]]


def _crossings(x: str, y: str, edges: list[Edge], depth: int) -> tuple[str, list[float]]:
    """How many of the edges the ray meets: of many, only those that reach into the point's part of the y axis."""
    if not edges:
        return "0", []
    middle = statistics.median([end[1] for edge in edges for end in edge])
    below = [edge for edge in edges if edge[0][1] < middle]
    above = [edge for edge in edges if edge[1][1] > middle]
    if depth == 0 or len(edges) <= _FEW or max(len(below), len(above)) > 0.75 * len(edges):
        values = [number for (a, b) in edges for number in (a[1], b[1], a[0], b[1] - a[1], a[1], b[0] - a[0])]
        return " + ".join([f"({y} >= ? AND {y} < ? AND ({x} - ?) * ? < ({y} - ?) * ?)::INT"] * len(edges)), values
    lower, upper = _crossings(x, y, below, depth - 1), _crossings(x, y, above, depth - 1)
    return f"CASE WHEN {y} < ? THEN {lower[0]} ELSE {upper[0]} END", [middle, *lower[1], *upper[1]]
