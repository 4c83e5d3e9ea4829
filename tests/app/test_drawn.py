"""What was drawn by mouse: few corners, short numbers, the same samples."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.widgets import drawn
from app.widgets.drawn import MOST_CORNERS, box_corners, polygon, simplified
from bss_core.lasso import Lasso
from bss_core.tables import frame

finite = st.floats(-1e6, 1e6)


def lasso(seed, corners=240, width=0.4, height=9.0):
    """A line drawn by hand around a place: a circle with three slow waves and the tremor of the mouse."""
    rng = np.random.default_rng(seed)
    turns = np.linspace(0, 2 * math.pi, corners, endpoint=False)
    waves = sum(rng.uniform(0, 0.2) * np.sin(k * turns + rng.uniform(0, 6)) for k in (2, 3, 5))
    radius = 0.35 * (1 + waves) + rng.normal(0, 0.001, corners)
    return [(0.5 * width + width * r * math.cos(t), height * (0.5 + r * math.sin(t)))
            for r, t in zip(radius, turns, strict=True)]  # fmt: skip


def inside(vertices, points):
    """Ray casting, one point and one edge at a time."""
    found = np.zeros(len(points), bool)
    for (ax, ay), (bx, by) in zip(vertices, [*vertices[1:], vertices[0]], strict=True):
        if ay == by:
            continue
        crosses = (points[:, 1] >= min(ay, by)) & (points[:, 1] < max(ay, by))
        at = ax + (points[:, 1] - ay) / (by - ay) * (bx - ax)
        found ^= crosses & (points[:, 0] < at)
    return found


@pytest.mark.parametrize("seed", range(8))
def test_a_line_drawn_by_hand_keeps_its_samples_with_few_corners(seed):
    drawn = lasso(seed)
    kept = simplified(drawn)
    points = np.random.default_rng(99).uniform((0, 0), (0.4, 9.0), (40_000, 2))
    before, after = inside(drawn, points), inside(list(kept), points)
    assert len(kept) <= MOST_CORNERS <= 60
    assert before.sum() > 5000
    assert (before ^ after).sum() < 0.01 * before.sum()


def test_its_numbers_are_short():
    kept = simplified([(x * 1e-3, y) for x, y in lasso(1)])
    assert all(round(x, 7) == x and round(y, 3) == y for x, y in kept)
    assert len(";".join(f"{x:.10g},{y:.10g}" for x, y in kept)) < 17 * MOST_CORNERS


def test_a_polygon_in_other_units_keeps_the_same_corners():
    drawn = lasso(1, width=1.0, height=1.0)
    for unit in (1e-5, 1e5):
        assert len(simplified([(x * unit, y) for x, y in drawn])) == len(simplified(drawn)) > 20


def test_corners_on_a_straight_edge_are_no_corners():
    square = [(0, 0), (0.5, 0), (1, 0), (1, 0.3), (1, 1), (0, 1), (0, 0.5)]
    assert set(simplified(square)) == {(0, 0), (1, 0), (1, 1), (0, 1)}


@given(st.lists(st.tuples(finite, finite), max_size=150))
def test_whatever_is_drawn_makes_a_lasso_or_nothing(vertices):
    kept = simplified(vertices)
    assert (kept == ()) == (len(vertices) < 3)
    if kept:
        assert 3 <= len(kept) <= MOST_CORNERS
        condition, values = Lasso("x", "y", kept).where("x", "y")
        assert len(frame(f"SELECT * FROM (SELECT 0.0 AS x, 0.0 AS y) WHERE {condition}", values)) <= 1


def test_a_hundred_thousand_places_of_the_mouse_are_no_burden(monkeypatch):
    weighed, taken = drawn._triangles, []
    monkeypatch.setattr(drawn, "_triangles", lambda corners: taken.append(len(corners)) or weighed(corners))
    assert 3 <= len(simplified(lasso(2, 100_000))) <= MOST_CORNERS
    assert max(taken) <= 1000


@pytest.mark.parametrize(
    "vertices", [[], [(0, 0), (1, 1)], [(0, 0), (1, math.nan), (2, 0)], [(0, 0), (math.inf, 1), (2, 0)]]
)
def test_what_is_no_polygon(vertices):
    assert simplified(vertices) == ()


def test_the_last_lasso_counts_before_a_box():
    first, last = {"x": [9, 8, 7], "y": [9, 8, 9]}, {"x": [0, 4, 4], "y": [0, 0, 4]}
    box = {"x": [1, 2], "y": [3, 4]}
    assert polygon({"lasso": [first, last], "box": [box]}) == ((0, 0), (4, 0), (4, 4))
    assert polygon({"lasso": [], "box": [box]}) == ((1, 3), (2, 3), (2, 4), (1, 4))
    assert polygon({"box": [{"x": [0.123456, 5.5], "y": [7, 7]}]}) == ((0.123, 7), (5.5, 7), (5.5, 7), (0.123, 7))
    assert polygon({}) == ()


def test_a_box_of_one_axis_has_no_corners():
    assert box_corners([(0, 1)]) == ()
