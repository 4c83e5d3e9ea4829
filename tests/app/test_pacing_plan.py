import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.views.pacing_plan import chances_to_be_drawn, class_shares, distinct, draws, entering, outline, smoothed
from bss_core.errors import ConfigError
from bss_core.plans import Plan
from bss_core.registry import build, members

SCORES = np.array([0.9, -0.5, 0.1, 0.4])  # ranking: 0, 3, 2, 1


def pool(size, order=(0, 3, 2, 1)):
    return Plan(size=size, pool=np.array(order[:size]))


def test_the_outline_of_a_growing_pool_by_hand():
    # λ₀ = 0.5, T_grow = 2: λ = 0.5, √0.625 = 0.79, 1 → pools of 2, 3, 4; batches of 2
    scheduler = build("schedulers", "heuristic", lambda_0=0.5, t_grow=2)
    epochs, joins = outline(scheduler, SCORES, 3, 2)
    assert epochs["size"].tolist() == [2, 3, 4]
    assert epochs["share"].tolist() == [0.5, 0.75, 1.0]
    assert epochs["steps"].tolist() == [1, 2, 2]
    assert epochs["distinct"].tolist() == [2, 3, 4]
    assert joins.tolist() == [0, 2, 1, 0]


def test_a_sample_that_is_never_drawn_joins_at_minus_one():
    _, joins = outline(build("schedulers", "heuristic", lambda_0=0.5, t_grow=100), SCORES, 2, 2)
    assert joins.tolist() == [0, -1, -1, 0]


@pytest.mark.parametrize("name", members("schedulers"))
@pytest.mark.parametrize("n", [1, 7])
def test_every_scheduler_can_be_outlined(name, n):
    scores = np.linspace(-1, 1, n)
    epochs, joins = outline(build("schedulers", name), scores, 5, 3)
    assert (epochs["size"] >= 1).all()
    assert (epochs["distinct"] <= n + 1e-9).all()
    assert (epochs["distinct"] <= epochs["size"] + 1e-9).all()
    assert set(np.unique(joins)) <= set(range(-1, 5))
    plan = build("schedulers", name).plan(scores, 0)
    assert draws(plan, n).sum() == pytest.approx(plan.size)
    assert chances_to_be_drawn(plan, n).sum() == pytest.approx(distinct(plan))


def test_coverage_with_replacement_by_hand():
    plan = Plan(size=2, probabilities=np.array([0.5, 0.25, 0.25]), replace=True)
    assert chances_to_be_drawn(plan, 3).tolist() == pytest.approx([0.75, 0.4375, 0.4375])
    assert distinct(plan) == pytest.approx(1.625)
    assert draws(plan, 3).tolist() == [1.0, 0.5, 0.5]


@given(st.lists(st.floats(0.001, 1), min_size=1, max_size=20), st.integers(1, 50))
def test_coverage_is_the_naive_sum(weights, size):
    p = np.array(weights) / np.sum(weights)
    plan = Plan(size=size, probabilities=p, replace=True)
    assert distinct(plan) == pytest.approx(sum(1 - (1 - q) ** size for q in p), abs=1e-6)


def test_a_certain_sample_is_drawn_for_sure():
    plan = Plan(size=3, probabilities=np.array([1.0, 0.0]), replace=True)
    assert chances_to_be_drawn(plan, 2).tolist() == [1.0, 0.0]


def test_without_replacement_a_full_draw_takes_each_sample_once():
    plan = Plan(size=2, probabilities=np.array([0.9, 0.1]), replace=False)
    assert draws(plan, 2).tolist() == [1, 1]
    assert distinct(plan) == 2


def test_samples_enter_once_the_most_balanced_first():
    joins = np.array([0, 2, 1, 0])
    assert entering(pool(2, order=(3, 0)), joins, 0, SCORES).tolist() == [0, 3]
    assert entering(pool(4), joins, 2, SCORES).tolist() == [1]
    assert entering(pool(4), joins, 3, SCORES).tolist() == []
    assert entering(pool(4), np.zeros(4, int), 0, np.zeros(4)).tolist() == [0, 1, 2, 3]
    assert entering(Plan(size=1, probabilities=np.ones(1)), np.zeros(1, int), 0, SCORES) is None


def test_class_shares_by_hand():
    shares = class_shares(pool(2), np.array([0, 1, 1, 0]), ["a", "b", "c"])
    assert shares["drawn"].tolist() == [1.0, 0.0, 0.0]
    assert shares["whole"].tolist() == [0.5, 0.5, 0.0]


def test_smoothing_goes_through_the_evaluations_in_order():
    learned = build("schedulers", "learned", beta=0.25)
    # ŝ¹ = 0.75 · 0 + 0.25 · 1, ŝ² = 0.75 · 0.25 + 0.25 · 1
    assert smoothed(learned, [(0, np.zeros(1)), (1, np.ones(1)), (2, np.ones(1))]).tolist() == [0.4375]
    assert smoothed(build("schedulers", "heuristic"), [(0, np.zeros(1)), (1, np.ones(1))]).tolist() == [0.0]


def test_a_ranking_after_the_burn_in_is_the_one_made_then():
    late = build("schedulers", "heuristic", burn_in=2)
    found = smoothed(late, [(epoch, np.full(1, float(epoch))) for epoch in range(4)])
    assert found.tolist() == [2.0]


def test_smoothing_nothing_is_refused():
    with pytest.raises(ConfigError, match="one evaluation at least"):
        smoothed(build("schedulers", "learned"), [])
