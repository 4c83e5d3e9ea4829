"""The draws themselves: their distributions against counted ones, ties and zeros by hand, and more than 2²⁴ samples."""

from collections import Counter
from itertools import permutations
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bss_core import draws
from bss_core.draws import highest, with_replacement, without_replacement
from bss_core.registry import build

MANY = 2**24 + 10  # torch.multinomial ends at 2²⁴


def generator(seed=0):
    return np.random.default_rng(seed)


def chi_square(found, expected):
    return float((np.square(found - expected) / expected).sum())


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(draws, "_BLOCK", 4)


@pytest.mark.parametrize("weights", [[0.5, 0.3, 0.15, 0.05], [0.7, 0.1, 0.2]])
def test_orders_without_replacement_have_plackett_luce_frequencies(weights):
    weights, rounds, source = np.array(weights), 12_000, generator(1)
    found = Counter(tuple(without_replacement(weights, len(weights), source).tolist()) for _ in range(rounds))
    orders = list(permutations(range(len(weights))))
    expected = rounds * np.array([plackett_luce(order, weights) for order in orders])

    # 99.9 % quantiles of χ² with 23 and 5 degrees of freedom
    assert chi_square(np.array([found[order] for order in orders]), expected) < {24: 49.7, 6: 20.5}[len(orders)]


def plackett_luce(order, weights):
    left, chance = weights.sum(), 1.0
    for position in order:
        chance *= weights[position] / left
        left -= weights[position]
    return chance


@pytest.mark.usefixtures("small_blocks")
def test_counts_with_replacement_are_binomial_over_several_blocks():
    weights = generator(2).dirichlet(np.ones(11))
    size = 50_000
    counts = np.bincount(with_replacement(weights, size, generator(3)), minlength=11)

    assert chi_square(counts, size * weights) < 29.6  # 99.9 % of χ² with 10 degrees of freedom
    assert (np.abs(counts - size * weights) < 5 * np.sqrt(size * weights * (1 - weights))).all()


@pytest.mark.usefixtures("small_blocks")
def test_successive_draws_with_replacement_are_independent():
    weights, size = np.array([0.4, 0.1, 0.1, 0.1, 0.1, 0.2]), 60_000
    drawn = with_replacement(weights, size, generator(4))
    pairs = np.bincount(6 * drawn[:-1:2] + drawn[1::2], minlength=36)

    assert chi_square(pairs, size / 2 * np.outer(weights, weights).ravel()) < 66.6  # 99.9 %, 35 degrees of freedom


def test_the_lowest_height_leads_past_what_has_no_weight():
    lowest = SimpleNamespace(random=np.zeros)

    assert draws._inside(np.array([0.0, 0.0, 0.5, 0.0, 0.5]), 3, lowest).tolist() == [2, 2, 2]


@pytest.mark.usefixtures("small_blocks")
@given(weights=st.lists(st.sampled_from([0.0, 1e-320, 1e-9, 0.3, 1.0]), min_size=1, max_size=30), seed=st.integers(0))
def test_what_has_no_weight_is_never_drawn_again_and_comes_last_otherwise(weights, seed):
    weights = np.array(weights + [1.0])
    again, once = (draw(weights, len(weights), generator(seed)) for draw in (with_replacement, without_replacement))

    assert (weights[again] > 0).all()
    assert sorted(once.tolist()) == list(range(len(weights)))
    vanishing = weights[once] < 1e-300
    assert vanishing.tolist() == sorted(vanishing.tolist())


def rising(values, low, high):
    blocks = [[values[part] for part in draws._parts(len(values))] for _ in range(2)]
    return draws._rising(*map(iter, blocks), len(values), low, high)


@given(
    values=st.lists(st.floats(0, 1e301) | st.sampled_from([0.0, 5e-324, 1.0, np.nextafter(1, 2)]), min_size=1),
    width=st.sampled_from([4, 2**14]),
    bounds=st.sampled_from([(1e-300, 1e301), (0.5, 2.0), (1.0, 1.0)]),
)
def test_the_order_of_the_clocks_is_the_stable_argsort(values, width, bounds):
    values = np.array(values)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(draws, "_BLOCK", width)
        assert rising(values, *bounds).tolist() == np.argsort(values, kind="stable").tolist()


def test_clocks_that_share_their_leading_bits_are_told_apart():
    # 2¹⁷ neighbours of one number, some of them twice, in a range for which the keys keep too few bits
    near = 1.0 + np.arange(2**17) * np.finfo(float).eps
    values = generator().permutation(np.append(near, near[:1000]))

    assert np.array_equal(rising(values, 1e-300, 1e300), np.argsort(values, kind="stable"))


def test_the_draw_is_the_order_of_the_generator_s_own_clocks():
    weights = generator(1).dirichlet(np.ones(100_000))
    clocks = generator(2).standard_exponential(100_000) / weights

    assert np.array_equal(without_replacement(weights, 100_000, generator(2)), np.argsort(clocks, kind="stable"))


def test_the_highest_by_hand():
    scores = np.array([0.2, 0.9, 0.2, -0.5, 0.2])

    assert [highest(scores, size).tolist() for size in range(1, 6)] == [
        [1],
        [0, 1],
        [0, 1, 2],
        [0, 1, 2, 4],
        [0, 1, 2, 3, 4],
    ]


@pytest.mark.parametrize("replace", [True, False])
def test_beyond_the_samples_that_torch_can_draw_from(replace):
    weights = np.zeros(MANY)
    weights[[3, MANY - 2]] = 0.5  # the second lies past 2²⁴
    drawn = (with_replacement if replace else without_replacement)(weights, 200, generator())

    late = int((drawn == MANY - 2).sum())
    assert 60 < late < 140 if replace else set(drawn[:2].tolist()) == {3, MANY - 2}
    if not replace:
        assert len(set(drawn.tolist())) == 200
        assert drawn.max() > MANY - MANY // 10


def test_a_pool_beyond_the_samples_that_torch_can_draw_from():
    scores = np.zeros(MANY)
    scores[-5:] = 1
    plan = build("schedulers", "heuristic", lambda_0=1e-6).plan(scores, 0)

    assert plan.pool.tolist() == [*range(11), *range(MANY - 5, MANY)]


def test_a_temperature_near_zero_draws_the_best_only_or_the_best_first():
    scores = np.array([0.1, 0.9, -0.4, 0.9, 0.6])
    again = build("schedulers", "learned", temperature=0.001).plan(scores, 0)
    once = build("schedulers", "learned", temperature=0.001, replacement=False).plan(scores, 0)
    orders = [once.draw(generator(seed)).tolist() for seed in range(50)]

    assert set(again.draw(generator()).tolist()) <= {1, 3}
    assert all(set(order[:2]) == {1, 3} and order[2] == 4 for order in orders)
    assert {tuple(order[3:]) for order in orders} == {(0, 2), (2, 0)}  # their probability has underflowed to 0


def test_a_high_temperature_draws_evenly():
    scores = np.linspace(-1, 1, 5)
    plan = build("schedulers", "learned", temperature=1000).plan(scores, 0)
    counts = np.bincount(with_replacement(plan.probabilities, 50_000, generator()), minlength=5)

    assert plan.probabilities == pytest.approx(np.full(5, 0.2), rel=0.0011)
    assert chi_square(counts, np.full(5, 10_000)) < 18.5  # 99.9 %, 4 degrees of freedom


def test_the_worst_sample_with_linear_weights_and_no_floor_comes_last():
    scores = np.array([-1.0, 1.0, 0.0])
    options = {"weighting": "linear", "weight_floor": 0.0}
    once = build("schedulers", "learned", replacement=False, **options).plan(scores, 0)
    again = build("schedulers", "learned", **options).plan(scores, 0)

    assert once.probabilities.tolist() == pytest.approx([0, 2 / 3, 1 / 3])
    assert all(once.draw(generator(seed))[-1] == 0 for seed in range(50))
    assert 0 not in again.draw(generator()).tolist()
