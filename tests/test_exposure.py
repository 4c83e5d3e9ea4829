"""How evenly an epoch shows the samples: by hand, against brute force, and against drawn orders."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bss_core.draws import without_replacement
from bss_core.exposure import expected_positions
from bss_core.plans import Plan

WEIGHTS = np.array([0.6, 0.3, 0.1])


def test_with_replacement_by_hand():
    found = Plan(3, probabilities=WEIGHTS, replace=True).exposure(3, np.array([1.0, 0, -1]))

    assert found.effective_sample_size == pytest.approx(1 / 0.46)
    assert found.entropy == pytest.approx(-(0.6 * math.log(0.6) + 0.3 * math.log(0.3) + 0.1 * math.log(0.1)))
    assert found.coverage == pytest.approx((1 - 0.4**3 + 1 - 0.7**3 + 1 - 0.9**3) / 3)
    assert found.decile_positions is None


def test_without_replacement_by_hand():
    scores = np.array([1.0, 0, -1])
    found = Plan(3, probabilities=WEIGHTS).exposure(3, scores)

    # before the first: 0.3/0.9 + 0.1/0.7; of 0 … 2
    by_hand = [(3 / 9 + 1 / 7) / 2, (6 / 9 + 1 / 4) / 2, (6 / 7 + 3 / 4) / 2]
    assert found.coverage == 1
    assert found.decile_positions[:3].tolist() == pytest.approx(by_hand)
    assert np.isnan(found.decile_positions[3:]).all()  # three samples fill three tenths
    assert Plan(3, probabilities=WEIGHTS).exposure(3).decile_positions is None


def test_a_pool_by_hand():
    scores = np.arange(20.0)
    found = Plan(5, pool=np.array([19, 18, 17, 16, 0])).exposure(20, scores)

    assert (found.effective_sample_size, found.coverage) == (5.0, 0.25)
    assert found.entropy == pytest.approx(math.log(5))
    assert found.decile_positions[[0, 1, 9]].tolist() == [0.5, 0.5, 0.5]
    assert np.isnan(found.decile_positions[2:9]).all()


def test_a_part_of_the_samples_drawn_by_probability():
    found = Plan(2, probabilities=WEIGHTS).exposure(3, WEIGHTS)

    assert found.coverage == pytest.approx(2 / 3)
    assert found.decile_positions is None


@pytest.mark.parametrize("replace", [True, False])
def test_the_extremes_of_the_distribution(replace):
    certain = Plan(4, probabilities=np.array([1.0, 0, 0, 0]), replace=replace).exposure(4)
    even = Plan(4, probabilities=np.full(4, 0.25), replace=replace).exposure(4)

    assert (certain.effective_sample_size, certain.entropy) == (1.0, 0.0)
    assert certain.coverage == (0.25 if replace else 1)
    assert even.effective_sample_size == pytest.approx(4)
    assert even.entropy == pytest.approx(math.log(4))


def test_coverage_of_n_even_draws_is_that_of_the_literature():
    n = 100_000
    found = Plan(n, probabilities=np.full(n, 1 / n), replace=True).exposure(n)

    assert found.coverage == pytest.approx(1 - 1 / math.e, abs=1e-5)


def brute_force(weights):
    earlier = [sum(q / (p + q) for j, q in enumerate(weights) if j != i) for i, p in enumerate(weights)]
    return np.array(earlier) / max(len(weights) - 1, 1)


@given(st.lists(st.floats(0.001, 1), min_size=1, max_size=30))
def test_few_samples_are_placed_exactly(weights):
    assert expected_positions(np.array(weights)) == pytest.approx(brute_force(weights), abs=1e-9)


@pytest.mark.parametrize("temperature", [0.01, 0.1, 0.5, 1.0])
def test_many_samples_are_placed_by_bins_nearly_exactly(temperature):
    weights = np.exp(np.random.default_rng(0).uniform(-1, 1, 1300) / temperature)
    off = np.abs(expected_positions(weights) - brute_force(weights))

    assert off.mean() < 1e-4
    assert off.max() < 1e-3


def test_many_equal_samples_are_all_expected_in_the_middle():
    assert expected_positions(np.full(2000, 1 / 2000)) == pytest.approx(np.full(2000, 0.5))


def test_deciles_are_those_of_drawn_orders():
    n, rounds, source = 200, 400, np.random.default_rng(0)
    scores = source.uniform(-1, 1, n)
    weights = np.exp(scores) / np.exp(scores).sum()
    places = np.zeros(n)
    for _ in range(rounds):
        places[without_replacement(weights, n, source)] += np.arange(n) / (n - 1)
    drawn = (places / rounds)[np.argsort(-scores)].reshape(10, -1).mean(axis=1)
    found = Plan(n, probabilities=weights).exposure(n, scores).decile_positions

    assert found == pytest.approx(drawn, abs=0.01)  # one place varies by 0.29: 0.29 / √(20 · 400) = 0.003
    assert (np.diff(found) > 0).all()
