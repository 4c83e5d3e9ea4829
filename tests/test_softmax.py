"""Softmax and cross-entropy against exact arithmetic, and where a naive one overflows."""

from fractions import Fraction
from math import exp, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bss_core.softmax import cross_entropy, softmax


def test_by_hand():
    logits = np.log([[1.0, 3.0], [2.0, 2.0]])

    assert softmax(logits) == pytest.approx(np.array([[0.25, 0.75], [0.5, 0.5]]))
    assert cross_entropy(logits, np.array([0, 1])) == pytest.approx([log(4), log(2)])


@given(st.lists(st.lists(st.floats(-30, 30), min_size=3, max_size=3), min_size=1, max_size=8), st.integers(0, 2))
def test_both_equal_a_sum_of_fractions(rows, label):
    logits = np.array(rows)
    weights = [[Fraction(exp(value)) for value in row] for row in rows]
    expected = [[float(weight / sum(row)) for weight in row] for row in weights]

    assert softmax(logits) == pytest.approx(np.array(expected), rel=1e-12)
    losses = [-log(row[label]) for row in expected]
    assert cross_entropy(logits, np.full(len(rows), label)) == pytest.approx(losses, rel=1e-9, abs=1e-14)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.int64])
def test_large_logits_are_exact(dtype):
    logits = np.array([[1e4, -1e4], [-1e4, 1e4], [0, 0]], dtype=dtype)

    assert softmax(logits).tolist() == [[1, 0], [0, 1], [0.5, 0.5]]
    assert cross_entropy(logits, np.array([0, 0, 1])) == pytest.approx([0, 2e4, log(2)], rel=1e-15)


def test_the_largest_float32_stays_finite():
    largest = np.finfo(np.float32).max

    assert cross_entropy(np.array([[largest, -largest]]), np.array([1])) == pytest.approx([2 * float(largest)])


@given(st.integers(0, 2**32), st.floats(-1e3, 1e3))
def test_a_constant_added_to_a_row_changes_nothing(seed, constant):
    logits = np.random.default_rng(seed).normal(size=(5, 4))

    assert softmax(logits + constant) == pytest.approx(softmax(logits), rel=1e-9)
    assert softmax(logits).sum(axis=1) == pytest.approx(np.ones(5))


def test_the_input_stays_as_it_was():
    logits = np.array([[1.0, 2.0]])
    softmax(logits), cross_entropy(logits, np.array([0]))

    assert logits.tolist() == [[1.0, 2.0]]
