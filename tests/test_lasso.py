"""Lassos as SQL against a naive point-in-polygon test, and polygons that cannot be."""

import math

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bss_core.errors import ConfigError
from bss_core.lasso import MOST_VERTICES, Lasso

SQUARE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
NUMBER = st.integers(-8, 8).map(float) | st.floats(-10, 10, width=32)
VERTICES = st.lists(st.tuples(NUMBER, NUMBER), min_size=3, max_size=40).map(tuple)


def chosen(vertices, points):
    """Row numbers of the points that the SQL condition keeps."""
    condition, values = Lasso("x", "y", vertices).where('"x"', '"y"')
    table = pd.DataFrame(points, columns=["x", "y"], dtype="float64").reset_index()
    with duckdb.connect() as connection:
        connection.register("points", table)
        return sorted(
            row for (row,) in connection.execute(f"SELECT index FROM points WHERE {condition}", values).fetchall()
        )


def is_inside(vertices, x, y):
    """Edges to the right of the point that the line through it crosses: an odd number inside."""
    crossings = 0
    for (x0, y0), (x1, y1) in zip(vertices, vertices[1:] + vertices[:1], strict=True):
        if (y0 <= y < y1) or (y1 <= y < y0):
            low, high = ((x0, y0), (x1, y1)) if y0 < y1 else ((x1, y1), (x0, y0))
            crossings += (x - low[0]) * (high[1] - low[1]) < (y - low[1]) * (high[0] - low[0])
    return crossings % 2 == 1


@given(VERTICES, st.lists(st.tuples(NUMBER, NUMBER), min_size=1, max_size=30))
def test_the_rows_inside_are_those_of_the_naive_test(vertices, points):
    points = [*points, *vertices]

    assert chosen(vertices, points) == [row for row, point in enumerate(points) if is_inside(vertices, *point)]


@pytest.mark.parametrize("count", [3, 17, 200])
@pytest.mark.parametrize("lobes", [0, 7, 90])
def test_lassos_of_many_vertices(count, lobes):
    turns = np.linspace(0, 2 * math.pi, count, endpoint=False)
    radius = 1 + 0.5 * np.sin(lobes * turns)
    vertices = tuple(zip((radius * np.cos(turns)).tolist(), (radius * np.sin(turns)).tolist(), strict=True))
    points = [*np.random.default_rng(0).uniform(-1.6, 1.6, (500, 2)).tolist(), *vertices]

    found = chosen(vertices, points)
    assert found == [row for row, point in enumerate(points) if is_inside(vertices, *point)]
    assert 0 < len(found) < len(points)


def test_a_circle_holds_what_is_within_its_radius():
    turns = np.linspace(0, 2 * math.pi, 200, endpoint=False)
    vertices = tuple(zip(np.cos(turns).tolist(), np.sin(turns).tolist(), strict=True))
    points = np.random.default_rng(1).uniform(-1.2, 1.2, (400, 2))
    distance = np.linalg.norm(points, axis=1)
    kept = np.abs(distance - 1) > 1e-3  # between the circle and its 200 edges either answer is right

    expected = np.flatnonzero(distance[kept] < 1).tolist()
    assert chosen(vertices, points[kept].tolist()) == expected


def test_squares_that_share_an_edge_share_no_point():
    right = tuple((x + 1, y) for x, y in SQUARE)
    points = [(x / 4, y / 4) for x in range(9) for y in range(5)]
    first, second = chosen(SQUARE, points), chosen(right, points)

    assert set(first) & set(second) == set()
    assert [points[row] for row in first] == [(x / 4, y / 4) for x in range(4) for y in range(4)]


def test_a_polygon_that_crosses_itself_has_a_hole():
    around_twice = ((0, 0), (6, 0), (6, 6), (0, 6), (0, 1), (2, 1), (2, 3), (4, 3), (4, 1), (0, 1))

    assert chosen(around_twice, [(3, 2), (1, 4), (5, 5), (7, 2)]) == [1, 2]


def test_rows_without_a_value_are_outside():
    wide = ((-1e9, -1e9), (1e9, -1e9), (1e9, 1e9), (-1e9, 1e9))
    points = [(0, 0), (np.nan, 0), (0, np.nan), (np.inf, 0), (0, -np.inf), (None, 0)]

    assert chosen(wide, points) == [0]


def test_a_polygon_without_height_holds_nothing():
    assert chosen(((0, 0), (1, 0), (2, 0)), [(0.5, 0), (0, 0), (1, 1)]) == []


@pytest.mark.parametrize("count", [0, 2, MOST_VERTICES + 1])
def test_too_few_or_too_many_vertices_are_refused(count):
    with pytest.raises(ConfigError, match=rf"over 'x' and 'y' has {count} vertices; 3 to 200 are possible"):
        Lasso("x", "y", tuple((float(i), float(i * i)) for i in range(count)))


@pytest.mark.parametrize("vertex", [(math.nan, 0.0), (0.0, math.inf), (1.0,), (1.0, 2.0, 3.0)])
def test_vertices_that_are_no_points_are_refused(vertex):
    with pytest.raises(ConfigError, match="is not a pair of finite numbers"):
        Lasso("x", "y", (*SQUARE, vertex))


def test_no_coordinate_enters_the_sql():
    condition, values = Lasso("x", "y", ((0.125, 0.25), (0.5, 0.75), (0.875, 0.0625))).where('"x"', '"y"')

    assert condition.count("?") == len(values)
    assert not [number for number in ("0.125", "0.75", "0.0625") if number in condition]
