"""Frames and the sign for a video."""

import io

import numpy as np
import pytest
from PIL import Image

from bss_core.errors import MediaError
from bss_core.moving_pictures import frame_of, video_sign


@pytest.mark.parametrize(("count", "middle"), [(1, 0), (2, 1), (3, 1), (10, 5)])
def test_the_middle_frame_stands_for_all(count, middle):
    assert frame_of([str(index) for index in range(count)]) == str(middle)
    assert frame_of(np.array([str(index) for index in range(count)], dtype=object), 0) == "0"


@pytest.mark.parametrize(
    ("cell", "index", "message"),
    [
        (["a", "b"], 2, "Frame 2 was asked for; the frames run from 0 to 1"),
        (["a"], -1, "run from 0 to 0"),
        ([], None, "an empty list"),
        ("a", None, "this one holds str"),
        (None, None, "this one holds NoneType"),
    ],
)
def test_frames_that_are_not_there(cell, index, message):
    with pytest.raises(MediaError, match=message):
        frame_of(cell, index)


def test_the_sign_is_drawn_at_any_side():
    for side in (1, 16, 300):
        image = Image.open(io.BytesIO(video_sign(side)))
        assert (image.size, image.mode) == ((side, side), "RGBA")
    assert image.getpixel((150, 150))[3] > 200  # the triangle
    assert image.getpixel((2, 2))[3] == 0
    with pytest.raises(MediaError, match="from 1 to 2048"):
        video_sign(0)
