"""Ranges of any size: kept as exactly as their width needs, said so that both ends can be told apart."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.spans import ends_in_words, number_in_words, places, rounded, span_in_words
from app.url_values import span, span_word

sizes = st.floats(-12, 12).map(lambda power: 10.0**power)


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (1.2e-4, 3.1e-4, "0.00012 … 0.00031"),
        (8.2e-7, 1.21e-6, "8.2e−7 … 1.21e−6"),
        (0.0, 4e-8, "0 … 4e−8"),
        (-1.0, 2.5, "−1 … 2.5"),
        (0.123456, 0.987654, "0.123 … 0.988"),
        (-1e-9, 0.5, "0 … 0.5"),
        (1.0, 12345.0, "1 … 12,345"),
        (1234.56, 1300.21, "1,234.6 … 1,300.2"),
        (0.99991, 0.99994, "0.99991 … 0.99994"),
        (0.5, 0.5, "0.5 … 0.5"),
        (0.0, 0.0, "0 … 0"),
        (0.0, 1e300, "0 … 1e300"),
        (2.0, math.inf, "at least 2"),
        (-math.inf, -1.5e-5, "at most −1.5e−5"),
    ],
)
def test_a_range_in_words(low, high, said):
    assert span_in_words(low, high) == said


def test_a_range_to_more_digits():
    assert ends_in_words(1.0, 2.512345678, 6) == ("1", "2.51235")


@given(st.floats(-1, 1), sizes, st.floats(0.01, 1))
def test_ends_are_said_within_a_hundredth_of_the_width(low, size, part):
    ends = low * size, (low + part) * size
    said = [float(word.replace("−", "-").replace(",", "")) for word in ends_in_words(*ends)]
    assert said == pytest.approx(ends, abs=(ends[1] - ends[0]) / 100)


@given(st.floats(-1, 1), sizes, st.floats(1e-3, 1))
def test_what_is_kept_of_a_box_is_exact_enough_and_the_same_in_an_address(low, size, part):
    ends = low * size, (low + part) * size
    kept = rounded(ends)
    assert kept == pytest.approx(ends, abs=(ends[1] - ends[0]) / 1000)
    assert span(span_word(*kept)) == tuple(kept)


def test_a_number_has_a_true_minus_sign():
    assert (number_in_words(-0.2564, ".3f"), number_in_words(1234.5, ",.0f")) == ("−0.256", "1,234")
    assert number_in_words(-1.2e-5, ".2g") == "−1.2e−05"


def test_places_are_those_of_the_width():
    assert [places(span, 3) for span in (1.0, 0.5, 2e-6, 1234.0, 0.0)] == [2, 3, 8, -1, 2]
