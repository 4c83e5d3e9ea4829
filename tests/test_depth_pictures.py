"""Depth: raw values told, false colours by hand, and pictures that hold no depth."""

import io

import numpy as np
import pytest
from PIL import Image

from bss_core.depth_pictures import COLOURS, depth_image, depth_thumbnail, read_depth
from bss_core.errors import MediaError
from tests.media_samples import picture, png


def grey(values, bits=16):
    return png(np.array(values, dtype=np.uint16 if bits == 16 else np.uint8))


def test_the_raw_values_of_sixteen_bits_are_kept_and_zero_is_no_reading():
    depth = read_depth(grey([[0, 500, 4000]]))
    assert (depth.lowest, depth.highest) == (500, 4000)
    assert depth.is_known.tolist() == [[False, True, True]]
    assert depth.share().tolist() == [[1.0, 0.0, 1.0]]
    assert read_depth(grey([[0, 500, 501]])).share().tolist() == [[1.0, 0.0, 1.0]]


def test_eight_bits_are_taken_as_drawn():
    depth = read_depth(grey([[0, 51, 255]], bits=8))
    assert (depth.lowest, depth.highest, depth.is_known.all()) == (0, 255, True)
    assert depth.share().tolist() == [[0.0, 0.2, 1.0]]


def test_a_jpeg_and_an_equal_rgb_picture_are_grey_enough():
    file = io.BytesIO()
    Image.new("L", (8, 8), 90).save(file, "JPEG")
    assert read_depth(file.getvalue()).lowest == pytest.approx(90, abs=1)
    assert read_depth(png(np.full((2, 2, 3), 7, dtype=np.uint8))).highest == 7


def test_near_is_bright_far_is_dark_and_no_reading_is_transparent():
    blocks = np.repeat([1000, 3000, 0], 16)[:, None].repeat(48, axis=1)
    shown = Image.open(io.BytesIO(depth_thumbnail(read_depth(grey(blocks)), 64)))
    assert (shown.mode, shown.size) == ("RGBA", (48, 48))
    assert shown.getpixel((24, 40))[3] == 0
    for row, colour in ((8, COLOURS[0]), (24, COLOURS[-1])):
        assert np.abs(np.array(shown.getpixel((24, row))[:3]) - colour).max() == 0


def test_the_colours_fall_in_lightness_evenly():
    light = [0.2126 * red + 0.7152 * green + 0.0722 * blue for red, green, blue in COLOURS]
    steps = -np.diff(light)
    assert steps.min() > 0.6 * steps.mean()
    assert steps.max() < 1.5 * steps.mean()


def test_greys_to_train_on():
    image = depth_image(read_depth(grey([[0, 1000, 2000, 3000]])))
    assert [image.getpixel((x, 0)) for x in range(4)] == [(0, 0, 0), (255, 255, 255), (128, 128, 128), (0, 0, 0)]


@pytest.mark.parametrize("values", [[[0, 0]], [[7, 7]]])
def test_nothing_known_and_one_value(values):
    depth = read_depth(grey(values))
    assert Image.open(io.BytesIO(depth_thumbnail(depth, 16))).size == (2, 1)
    assert depth.lowest == depth.highest == values[0][0]


def test_colours_are_no_depth():
    with pytest.raises(MediaError, match="must be grey, with 8 or 16 bits; this one is in colour"):
        read_depth(picture(0))


@pytest.mark.parametrize("side", [0, 4000])
def test_a_side_out_of_range(side):
    with pytest.raises(MediaError, match="from 1 to 2048"):
        depth_thumbnail(read_depth(grey([[1, 2]])), side)
