"""Vectors and series: what is taken, and pictures looked at where the numbers must be."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bss_core import series_pictures
from bss_core.errors import MediaError
from bss_core.series_pictures import features_png, features_values, series_png, series_values


def drawn(content):
    image = Image.open(io.BytesIO(content))
    assert image.format == "PNG"
    return np.asarray(image)[..., 3] > 0


def test_a_flat_list_is_one_channel_and_lists_are_channels():
    assert series_values([1, 2, 3]).tolist() == [[1.0, 2.0, 3.0]]
    assert series_values([[1, 2], [3, 4]]).shape == (2, 2)
    stored = np.array([np.array([1.0, 2.0]), np.array([3.0, 4.0])], dtype=object)  # as Parquet gives them back
    assert series_values(stored).tolist() == [[1.0, 2.0], [3.0, 4.0]]


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ([], r"shape \(1, 0\)"),
        ([[1, 2], [3]], "channels of the series differ in length"),
        ([[1], 2], "channels of the series differ in length|not a list of numbers"),
        ([1.0, float("nan")], "not finite"),
        (["a"], "not a list of numbers"),
        ("1 2", "not a list of numbers"),
        (None, "not a list of numbers"),
        ([[[1.0]]], "shape|not a list"),
    ],
)
def test_what_is_no_series(cell, message):
    with pytest.raises(MediaError, match=message):
        series_values(cell)


@pytest.mark.parametrize(("cell", "message"), [([[1.0]], "flat list"), ([], "flat list"), (3, "not a list of numbers")])
def test_what_is_no_vector(cell, message):
    with pytest.raises(MediaError, match=message):
        features_values(cell)


def test_a_line_rises_from_the_lower_left_to_the_upper_right():
    picture = drawn(series_png(np.arange(10.0)[None], 100, 50))
    middles = [np.flatnonzero(picture[:, column]).mean() for column in range(100)]
    assert middles[0] > 47
    assert middles[-1] < 2
    assert all(later <= earlier for earlier, later in zip(middles, middles[1:], strict=False))


def test_one_peak_among_many_steps_is_drawn():
    values = np.zeros((1, 100_000))
    values[0, 70_007] = 1.0
    picture = drawn(series_png(values, 100, 50))
    assert np.flatnonzero(picture[:10].any(axis=0)).tolist() == [70]


def test_a_constant_is_a_line_in_the_middle():
    picture = drawn(series_png(np.full((1, 5), 7.0), 20, 41))
    assert np.flatnonzero(picture.any(axis=1)).tolist() == [20]


def test_every_channel_has_its_colour_and_all_share_one_scale():
    picture = np.asarray(Image.open(io.BytesIO(series_png(np.array([[0.0, 0.0], [1.0, 1.0]]), 10, 21))))
    top, bottom = picture[0, 5, :3].tolist(), picture[20, 5, :3].tolist()
    assert top != bottom
    assert picture[10, 5, 3] == 0


def test_bars_stand_on_zero_and_hang_from_it():
    picture = drawn(features_png(np.array([1.0, -1.0]), 20, 41))
    assert picture[:21, :10].all()
    assert not picture[22:, :10].any()
    assert picture[20:, 10:].all()
    assert not picture[:19, 10:].any()


def test_a_vector_of_zeros_is_a_line():
    assert drawn(features_png(np.zeros(3), 9, 5)).any(axis=0).all()


@given(
    st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=50),
    st.integers(1, 70),
    st.integers(1, 40),
)
def test_any_numbers_have_pictures_without_a_gap(values, width, height):
    for content in (features_png(np.array(values), width, height), series_png(np.array([values]), width, height)):
        picture = drawn(content)
        assert picture.shape == (height, width)
        assert picture.any(axis=0).all()


@pytest.mark.parametrize(("width", "height"), [(0, 10), (10, 5000)])
def test_sides_out_of_range(width, height):
    with pytest.raises(MediaError, match="from 1 to 4096"):
        features_png(np.ones(3), width, height)


def pixels(content):
    return np.asarray(Image.open(io.BytesIO(content))).tolist()


def test_only_the_channels_that_are_drawn_set_the_scale():
    eight = np.arange(80.0).reshape(8, 10)
    assert series_png(np.vstack([eight, np.full(10, 1e9)]), 30, 20) == series_png(eight, 30, 20)


def test_the_first_channel_lies_on_top():
    line = np.array([[0.0, 1.0]])
    assert pixels(series_png(np.vstack([line, line]), 20, 20)) == pixels(series_png(line, 20, 20))


@pytest.mark.parametrize("steps", [[0.0, 1.0], [1.0, 0.0]])
def test_a_step_between_two_columns_leaves_no_gap(steps):
    picture = drawn(series_png(np.repeat(steps, 20)[None], 40, 30))
    assert picture[:, 19:21].any(axis=1).all()


def test_bars_above_zero_are_measured_from_zero_and_have_one_colour():
    content = features_png(np.array([1.0, 2.0]), 20, 41)
    assert [np.flatnonzero(column).min() for column in drawn(content).T[[5, 15]]] == [20, 0]
    for shown in (content, features_png(np.array([1.0, 0.0]), 20, 41)):
        assert len({tuple(pixel) for row in pixels(shown) for pixel in row if pixel[3]}) == 1


@pytest.mark.parametrize("value", [float("inf"), float("-inf")])
def test_a_value_without_an_end_is_refused(value):
    for read in (series_values, features_values):
        with pytest.raises(MediaError, match="not finite"):
            read([0.0, value])


def test_as_many_numbers_as_possible_are_read_and_no_more(monkeypatch):
    monkeypatch.setattr(series_pictures, "MAX_VALUES", 4)
    assert series_values([[1, 2], [3, 4]]).size == features_values([1, 2, 3, 4]).size == 4
    with pytest.raises(MediaError, match="hold 5 numbers; at most 4 are read"):
        features_values([1, 2, 3, 4, 5])
