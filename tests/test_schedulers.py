"""Learned, anti-learned and random order by hand (Balance-aware Sequence Sampling, Eqs. 10 to 12), and bad options.

Pacing is in test_pacing_schedulers, what holds for every scheduler in test_families.
"""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bss_core.errors import ConfigError
from bss_core.registry import build

SCORES = st.lists(st.floats(-1, 1), min_size=1, max_size=40).map(np.array)


@pytest.mark.parametrize(
    ("options", "epochs"),
    [({}, [0, 1, 2, 3, 4]), ({"evaluate_every": 3}, [0, 3]), ({"beta": 0.0}, [0])],
)
@pytest.mark.parametrize("name", ["learned", "anti_learned"])
def test_when_the_learned_schedulers_need_scores(name, options, epochs):
    scheduler = build("schedulers", name, **options)

    assert [epoch for epoch in range(5) if scheduler.needs_scores_at(epoch)] == epochs


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


@pytest.mark.parametrize("previous", [[0.1], [0.1, 0.2, 0.3], [[0.1, 0.2]]])
@pytest.mark.parametrize("name", ["learned", "anti_learned"])
def test_scores_of_other_samples_are_not_mixed_with_these(name, previous):
    with pytest.raises(
        ConfigError, match=r"before are of shape \(.*\) and the new ones of \(2,\); both must be of the"
    ):
        build("schedulers", name).smooth(np.array(previous), np.zeros(2))


@pytest.mark.parametrize(("weighting", "score"), [("linear", -1.0), ("inverted", 1.0)])
def test_a_score_rounded_past_its_bound_has_weight_zero_and_no_negative_one(weighting, score):
    scheduler = build("schedulers", "learned", weighting=weighting, weight_floor=0.0)

    assert scheduler.plan(np.array([score * (1 + 5e-10), 0.0]), 0).probabilities.tolist() == [0.0, 1.0]


def test_scores_further_apart_than_floats_reach_leave_the_highest():
    largest = float(np.finfo(np.float64).max)
    plan = build("schedulers", "learned", temperature=0.001).plan(np.array([-largest, largest]), 0)

    assert plan.probabilities.tolist() == [0.0, 1.0]


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


@pytest.mark.parametrize(
    ("name", "options", "weights"),  # of the scores 1, 0.5, −1
    [
        ("learned", {"weighting": "linear"}, [2.01, 1.51, 0.01]),
        ("learned", {"weighting": "inverted"}, [0.01, 0.51, 2.01]),
        ("learned", {"weighting": "linear", "weight_floor": 0.0}, [2, 1.5, 0]),
        ("anti_learned", {}, [math.exp(-1), math.exp(-0.5), math.e]),
        ("anti_learned", {"temperature": 0.5}, [math.exp(-2), math.exp(-1), math.exp(2)]),
        ("anti_learned", {"weighting": "linear"}, [0.01, 0.51, 2.01]),
        ("anti_learned", {"weighting": "inverted"}, [2.01, 1.51, 0.01]),
    ],
)
def test_other_weightings_by_hand(name, options, weights):
    found = build("schedulers", name, **options).plan(np.array([1.0, 0.5, -1.0]), 0).probabilities

    assert found == pytest.approx(np.array(weights) / sum(weights))


@pytest.mark.parametrize(("weighting", "score"), [("linear", -1.0), ("inverted", 1.0)])
def test_weights_that_are_all_zero_draw_evenly(weighting, score):
    scheduler = build("schedulers", "learned", weighting=weighting, weight_floor=0.0)

    assert scheduler.plan(np.full(4, score), 0).probabilities.tolist() == [0.25] * 4


@pytest.mark.parametrize("weighting", ["linear", "inverted"])
def test_linear_weights_refuse_scores_that_would_make_them_negative(weighting):
    scheduler = build("schedulers", "learned", weighting=weighting)

    assert scheduler.plan(np.array([-1 - 1e-12, 1 + 1e-12]), 0).probabilities.min() > 0
    with pytest.raises(ConfigError, match=f"'{weighting}' is for scores from -1 to 1; it was given one of size 1.5"):
        scheduler.plan(np.array([0.0, 1.5, -1.2]), 0)


def test_the_anti_learned_scheduler_smooths_like_the_learned_one():
    scores = np.array([0.2, -1.0]), np.array([0.6, 1.0])

    assert build("schedulers", "anti_learned", beta=0.25).smooth(*scores) == pytest.approx([0.3, -0.5])


def test_random_order_ignores_the_scores():
    scheduler = build("schedulers", "random_order")

    assert scheduler.plan(np.array([0.1, 0.9, -1.0]), 5).pool.tolist() == [0, 1, 2]
    assert scheduler.share(0) == 1
    assert scheduler.smooth(np.array([0.1]), np.array([0.7])).tolist() == [0.7]


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("heuristic", {"lambda_0": 0}, "lambda_0 = 0.* > 0 and ≤ 1"),
        ("anti_curriculum", {"lambda_0": 1.01}, "lambda_0 = 1.01 is out of range"),
        ("heuristic", {"t_grow": 0}, "t_grow = 0 is out of range: it must be finite and ≥ 1"),
        ("heuristic", {"t_grow": 2.5}, "t_grow = 2.5 is not a whole number"),
        ("heuristic", {"pacing": "cubic"}, "pacing = 'cubic' is out of range: it must be one of root, linear"),
        ("heuristic", {"root": 0.5}, "root = 0.5 is out of range"),
        ("heuristic", {"pacing_offset": 2}, "pacing_offset = 2 is out of range"),
        ("anti_curriculum", {"burn_in": -1}, "burn_in = -1 is out of range"),
        ("heuristic", {"pacing_steps": 0}, "pacing_steps = 0 is out of range"),
        ("learned", {"beta": -0.1}, "beta = -0.1 is out of range"),
        ("learned", {"beta": 1.1}, "beta = 1.1 is out of range: it must be finite and ≥ 0 and ≤ 1"),
        ("learned", {"temperature": 0}, "temperature = 0.* is out of range: it must be finite and ≥ 0.001"),
        ("learned", {"weighting": "cubic"}, "weighting = 'cubic' is out of range: it must be one of softmax, linear"),
        ("learned", {"weight_floor": -0.01}, "weight_floor = -0.01 is out of range"),
        ("learned", {"temperature": float("nan")}, "temperature = nan is out of range"),
        ("learned", {"replacement": "perhaps"}, "replacement = 'perhaps' is not true or false"),
        ("random_order", {"seed": 1}, "has no option 'seed'; its options are none"),
    ],
)
def test_options_that_cannot_be_are_refused(name, options, message):
    with pytest.raises(ConfigError, match=message):
        build("schedulers", name, **options)
