"""One epoch's draw: pools, draws with and without replacement, and the chances they give each sample."""

from collections import Counter
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bss_core.errors import ConfigError
from bss_core.plans import Plan, checked_scores

WEIGHTS = np.array([0.6, 0.3, 0.1])


def generator(seed=0):
    return np.random.default_rng(seed)


@given(n=st.integers(1, 50), share=st.floats(0.01, 1), seed=st.integers(0, 2**32))
def test_a_pool_is_drawn_once_each_in_random_order(n, share, seed):
    order, size = generator(seed).permutation(n), max(1, int(n * share))
    drawn = Plan(size, pool=order[:size]).draw(generator(seed))

    assert len(drawn) == size
    assert set(drawn.tolist()) == set(order[:size].tolist())


def test_a_pool_is_not_visited_in_ranked_order():
    assert Plan(100, pool=np.arange(100)).draw(generator()).tolist() != list(range(100))


@given(n=st.integers(1, 50), seed=st.integers(0, 2**32), replace=st.booleans())
def test_without_replacement_a_draw_is_a_permutation(n, seed, replace):
    weights = generator(seed).dirichlet(np.ones(n))
    drawn = Plan(n, probabilities=weights, replace=replace).draw(generator(seed))

    assert len(drawn) == n
    assert set(drawn.tolist()) <= set(range(n))
    assert replace or sorted(drawn.tolist()) == list(range(n))


def plackett_luce(order, weights=WEIGHTS):
    """The probability of an order of draws without replacement."""
    left, chance = sum(weights), 1.0
    for position in order:
        chance *= weights[position] / left
        left -= weights[position]
    return chance


def test_orders_without_replacement_have_plackett_luce_frequencies():
    draws, source = 6000, generator()
    plan = Plan(3, probabilities=WEIGHTS)
    found = Counter(tuple(plan.draw(source).tolist()) for _ in range(draws))

    for order in permutations(range(3)):
        expected = plackett_luce(order)
        deviation = (expected * (1 - expected) / draws) ** 0.5
        assert found[order] / draws == pytest.approx(expected, abs=5 * deviation), order
    assert plackett_luce((0, 1, 2)) == pytest.approx(0.45)  # 0.6 · 0.3/0.4


def test_counts_with_replacement_are_binomial():
    draws = 60_000
    counts = np.bincount(Plan(draws, probabilities=WEIGHTS, replace=True).draw(generator()), minlength=3)

    assert np.abs(counts - draws * WEIGHTS).max() < 5 * np.sqrt(draws * 0.25)
    assert np.all(np.abs(counts - draws * WEIGHTS) < 5 * np.sqrt(draws * WEIGHTS * (1 - WEIGHTS)))


def test_the_draw_depends_on_plan_and_generator_only():
    plan = Plan(50, probabilities=np.full(50, 0.02))

    assert plan.draw(generator(7)).tolist() == plan.draw(generator(7)).tolist()
    assert plan.draw(generator(7)).tolist() != plan.draw(generator(8)).tolist()


@pytest.mark.parametrize("least", [0.0, 5e-324, 1e-310])
def test_samples_of_vanishing_probability_come_last_in_random_order(least):
    weights = np.full(40, least)
    weights[:2] = 0.5
    drawn = Plan(40, probabilities=weights).draw(generator()).tolist()

    assert set(drawn[:2]) == {0, 1}
    assert sorted(drawn) == list(range(40))
    assert drawn[2:] != sorted(drawn[2:])


def test_a_shorter_draw_is_the_beginning_of_the_longer_one():
    short, long = (Plan(size, probabilities=WEIGHTS).draw(generator(3)).tolist() for size in (2, 3))

    assert short == long[:2]


def test_chances_by_hand():
    pool = Plan(2, pool=np.array([3, 0]))

    assert pool.sampling_probabilities(4).tolist() == [0.5, 0, 0, 0.5]
    assert pool.effective_sample_size(4) == pytest.approx(2)
    assert Plan(3, probabilities=WEIGHTS).sampling_probabilities(3) is WEIGHTS
    assert Plan(3, probabilities=WEIGHTS).effective_sample_size(3) == pytest.approx(1 / 0.46)


def test_the_effective_size_runs_from_one_to_n():
    assert Plan(4, probabilities=np.array([1.0, 0, 0, 0])).effective_sample_size(4) == 1
    assert Plan(4, probabilities=np.full(4, 0.25)).effective_sample_size(4) == pytest.approx(4)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"size": 1}, "either a pool or probabilities; it was given neither"),
        ({"size": 1, "pool": np.arange(1), "probabilities": np.ones(1)}, "it was given both"),
        ({"size": 2, "pool": np.arange(3)}, "size 2 needs a pool of 2; it was given 3"),
        ({"size": 4, "probabilities": WEIGHTS}, "Of 3 samples .* the plan asks for 4"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(given, message):
    with pytest.raises(ConfigError, match=message):
        Plan(**given)


def test_with_replacement_more_draws_than_samples_are_fine():
    assert len(Plan(10, probabilities=WEIGHTS, replace=True).draw(generator())) == 10


def test_scores_are_checked():
    assert checked_scores([1, 0]).dtype == np.float64


@pytest.mark.parametrize(
    ("scores", "message"),
    [
        ([], r"n ≥ 1; got shape \(0,\)"),
        (0.5, r"got shape \(\)"),
        ([[0.1, 0.2]], r"got shape \(1, 2\)"),
        ([0.0, float("nan")], "score of row 1 is not finite"),
        ([float("-inf"), 0.0], "score of row 0 is not finite"),
        (["high", "low"], "a number each; got a ndarray"),
    ],
)
def test_wrong_scores_are_named(scores, message):
    with pytest.raises(ConfigError, match=message):
        checked_scores(np.array(scores))
