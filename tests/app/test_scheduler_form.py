import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.widgets.scheduler_form import scale
from bss_core.config import Option


def ranged(low, high, above=None):
    return Option("temperature", float, 1.0, "help", min=low, max=high, above=above)


def test_a_wide_range_is_chosen_in_steps_of_1_2_5():
    assert scale(ranged(0.01, 100.0), 1.0) == [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100]


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (0.1, 1.0), (None, 10.0), (0.5, None)])
def test_other_ranges_are_no_scale(low, high):
    assert scale(ranged(low, high), 0.5) == []


@given(st.floats(0.001, 1000.0))
def test_the_value_is_always_among_the_steps_and_all_are_valid(value):
    steps = scale(ranged(0.001, 1000.0), value)
    assert value in steps
    assert steps == sorted(set(steps))
    assert all(0.001 <= step <= 1000.0 for step in steps)
