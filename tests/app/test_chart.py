import pytest

from app.widgets.chart import boxes


def test_a_box_is_its_lowest_and_highest_per_axis_whichever_way_it_was_drawn():
    drawn = {"box": [{"x": [0.5, 0.25], "y": [2, 7.12345678]}]}
    assert boxes(drawn, ("x", "y")) == ((0.25, 0.5), (2.0, 7.123457))
    assert boxes(drawn, ("x",)) == ((0.25, 0.5),)


def test_the_last_box_counts():
    assert boxes({"box": [{"x": [0, 1]}, {"x": [2, 3]}]}, ("x",)) == ((2.0, 3.0),)


@pytest.mark.parametrize("drawn", [{}, {"box": []}, {"box": None}, {"box": [{"x": [0, 1]}]}])
def test_without_a_whole_box_there_is_none(drawn):
    assert boxes(drawn, ("x", "y")) == ()
