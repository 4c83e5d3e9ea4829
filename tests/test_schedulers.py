"""The schedulers' formulas by hand (Balance-aware Sequence Sampling, Eqs. 8 to 12); contracts are in test_families."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bss_core.errors import ConfigError
from bss_core.registry import build

PACED = ["heuristic", "anti_curriculum"]
SCORES = st.lists(st.floats(-1, 1), min_size=1, max_size=40).map(np.array)


@pytest.mark.parametrize("name", PACED)
@pytest.mark.parametrize(
    ("epoch", "share"),
    [(0, 0.1), (1, 0.186), (2, 0.244), (5, 0.366), (10, 0.507), (20, 0.711), (30, 0.867), (40, 1), (41, 1), (500, 1)],
)
def test_the_share_with_the_papers_values(name, epoch, share):
    assert build("schedulers", name, lambda_0=0.1, t_grow=40).share(epoch) == pytest.approx(share, abs=5e-4)


def test_the_papers_values_are_the_defaults():
    assert build("schedulers", "heuristic") == build("schedulers", "heuristic", lambda_0=0.1, t_grow=40)


@pytest.mark.parametrize(("epoch", "pool", "steps"), [(0, 669, 20), (1, 1248, 39), (2, 1633, 51), (40, 6698, 209)])
def test_pools_and_steps_on_crema_d(epoch, pool, steps):
    plan = build("schedulers", "heuristic").plan(np.zeros(6698), epoch)

    assert plan.size == math.floor(6698 * math.sqrt(min(1, 0.99 / 40 * epoch + 0.01))) == pool
    assert plan.size // 32 == steps  # batches of 32, the last one dropped


@given(lambda_0=st.floats(0.001, 1), t_grow=st.integers(1, 500))
def test_the_share_grows_from_lambda_0_to_one(lambda_0, t_grow):
    scheduler = build("schedulers", "heuristic", lambda_0=lambda_0, t_grow=t_grow)
    shares = [scheduler.share(epoch) for epoch in range(t_grow + 3)]

    assert shares[0] == pytest.approx(lambda_0)
    assert shares == sorted(shares)
    assert min(shares) >= lambda_0 - 1e-12
    assert shares[t_grow:] == [1, 1, 1]


@given(SCORES, st.floats(0.01, 1), st.integers(1, 20))
def test_pools_are_nested_over_the_epochs(scores, lambda_0, t_grow):
    scheduler = build("schedulers", "heuristic", lambda_0=lambda_0, t_grow=t_grow)
    before = set()
    for epoch in range(t_grow + 1):
        plan = scheduler.plan(scores, epoch)
        pool = set(plan.order[: plan.size].tolist())
        assert before <= pool
        before = pool
    assert before == set(range(len(scores)))


def pool_of(name, scores, epoch=0, **options):
    plan = build("schedulers", name, **options).plan(np.array(scores), epoch)
    return plan.order[: plan.size].tolist()


def test_the_pool_is_cut_from_the_balanced_end_and_the_control_from_the_other():
    scores = [0.1, 0.9, -0.5, 0.4]

    assert pool_of("heuristic", scores, lambda_0=0.5) == [1, 3]
    assert pool_of("anti_curriculum", scores, lambda_0=0.5) == [2, 0]


def test_ties_keep_the_input_order():
    scores = [0.0, 1.0, 0.0, 1.0, 0.0]

    assert pool_of("heuristic", scores, lambda_0=1.0) == [1, 3, 0, 2, 4]
    assert pool_of("anti_curriculum", scores, lambda_0=1.0) == [0, 2, 4, 1, 3]


@pytest.mark.parametrize("name", PACED)
def test_the_smallest_pool_has_one_sample(name):
    assert pool_of(name, [0.3], lambda_0=0.001) == [0]
    assert len(pool_of(name, [0.1] * 5, lambda_0=0.1)) == 1


@pytest.mark.parametrize("name", PACED)
def test_the_ranking_is_made_once(name):
    first = np.array([0.5, -0.5])

    assert build("schedulers", name).smooth(first, np.array([-1.0, 1.0])).tolist() == [0.5, -0.5]


def test_momentum_by_hand():
    learned = build("schedulers", "learned", beta=0.25)
    first = learned.smooth(None, np.array([0.2, -1.0]))
    second = learned.smooth(first, np.array([0.6, 1.0]))

    assert first.tolist() == [0.2, -1.0]
    assert second == pytest.approx([0.3, -0.5])  # 0.75·0.2 + 0.25·0.6, 0.75·(−1) + 0.25·1
    assert learned.smooth(second, np.array([0.1, 0.1])) == pytest.approx([0.25, -0.35])


@pytest.mark.parametrize(("beta", "expected"), [(0.0, [0.2]), (1.0, [0.6])])
def test_momentum_at_its_ends_keeps_the_old_or_takes_the_new(beta, expected):
    assert build("schedulers", "learned", beta=beta).smooth(np.array([0.2]), np.array([0.6])).tolist() == expected


def test_probabilities_by_hand():
    found = build("schedulers", "learned").plan(np.array([1.0, 0.0, -1.0]), 0).probabilities

    assert found == pytest.approx([0.665241, 0.244728, 0.090031], abs=1e-6)
    assert found[0] / found[2] == pytest.approx(math.e**2)


def test_temperature_divides_the_scores():
    found = build("schedulers", "learned", temperature=0.5).plan(np.array([0.5, 0.0]), 0).probabilities

    assert found == pytest.approx([math.e / (math.e + 1), 1 / (math.e + 1)])


@given(SCORES, st.floats(0.001, 1000), st.booleans())
def test_probabilities_are_a_distribution_that_rises_with_the_score(scores, temperature, replacement):
    plan = build("schedulers", "learned", temperature=temperature, replacement=replacement).plan(scores, 3)

    assert (plan.size, plan.replace) == (len(scores), replacement)
    assert (plan.probabilities >= 0).all()
    assert plan.probabilities.sum() == pytest.approx(1)
    assert (np.diff(plan.probabilities[np.argsort(scores, kind="stable")]) >= 0).all()
    assert len(plan.draw(np.random.default_rng(0))) == len(scores)


def test_extreme_scores_neither_overflow_nor_make_nan():
    found = build("schedulers", "learned", temperature=0.001).plan(np.array([1e305, 1e305, -1e304]), 0).probabilities

    assert found.tolist() == [0.5, 0.5, 0.0]


def test_random_order_ignores_the_scores():
    scheduler = build("schedulers", "random_order")

    assert scheduler.plan(np.array([0.1, 0.9, -1.0]), 5).order.tolist() == [0, 1, 2]
    assert scheduler.share(0) == 1
    assert scheduler.smooth(np.array([0.1]), np.array([0.7])).tolist() == [0.7]


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("heuristic", {"lambda_0": 0}, "lambda_0 = 0.* > 0 and ≤ 1"),
        ("anti_curriculum", {"lambda_0": 1.01}, "lambda_0 = 1.01 is out of range"),
        ("heuristic", {"t_grow": 0}, "t_grow = 0 is out of range: it must be finite and ≥ 1"),
        ("heuristic", {"t_grow": 2.5}, "t_grow = 2.5 is not a whole number"),
        ("learned", {"beta": -0.1}, "beta = -0.1 is out of range"),
        ("learned", {"temperature": float("nan")}, "temperature = nan is out of range"),
        ("learned", {"replacement": "perhaps"}, "replacement = 'perhaps' is not true or false"),
        ("random_order", {"seed": 1}, "has no option 'seed'; its options are none"),
    ],
)
def test_options_that_cannot_be_are_refused(name, options, message):
    with pytest.raises(ConfigError, match=message):
        build("schedulers", name, **options)
