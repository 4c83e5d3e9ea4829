"""The pacing schedulers by hand (Balance-aware Sequence Sampling, Eqs. 8 and 9): λ(t), rankings and pools."""

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


PACINGS = ["root", "linear", "geometric", "step"]


@pytest.mark.parametrize(
    ("options", "shares"),  # λ₀ = 0.2, T_grow = 4: by hand at t = 0 … 4
    [
        ({"pacing": "root", "root": 3}, [0.2, 0.63496, 0.79581, 0.90937, 1]),  # ³√(0.008 + 0.248 t)
        ({"pacing": "root", "root": 1}, [0.2, 0.4, 0.6, 0.8, 1]),
        ({"pacing": "linear"}, [0.2, 0.4, 0.6, 0.8, 1]),
        ({"pacing": "geometric"}, [0.2, 0.29907, 0.44721, 0.66874, 1]),  # 0.2^(1 − t/4)
        ({"pacing": "step", "pacing_steps": 2}, [0.2, 0.2, 0.6, 0.6, 1]),
        ({"pacing": "step", "pacing_steps": 1}, [0.2, 0.2, 0.2, 0.2, 1]),
        ({"pacing": "linear", "pacing_offset": 1}, [0.4, 0.6, 0.8, 1, 1]),
        ({"pacing": "linear", "burn_in": 2}, [1, 1, 0.2, 0.4, 0.6]),
    ],
)
@pytest.mark.parametrize("name", PACED)
def test_other_pacings_by_hand(name, options, shares):
    scheduler = build("schedulers", name, lambda_0=0.2, t_grow=4, **options)

    assert [scheduler.share(epoch) for epoch in range(5)] == pytest.approx(shares, abs=1e-5)


@given(
    pacing=st.sampled_from(PACINGS),
    lambda_0=st.floats(0.001, 1),
    t_grow=st.integers(1, 300),
    root=st.floats(1, 20),
    steps=st.integers(1, 1000),
    burn_in=st.integers(0, 5),
)
def test_every_pacing_grows_from_lambda_0_to_one(pacing, lambda_0, t_grow, root, steps, burn_in):
    options = {"pacing": pacing, "root": root, "pacing_steps": steps, "burn_in": burn_in}
    scheduler = build("schedulers", "heuristic", lambda_0=lambda_0, t_grow=t_grow, **options)
    shares = [scheduler.share(epoch) for epoch in range(burn_in, burn_in + t_grow + 2)]

    assert shares[0] == pytest.approx(lambda_0)
    assert all(before <= after + 1e-12 for before, after in zip(shares, shares[1:], strict=False))
    assert min(shares) >= lambda_0
    assert shares[t_grow:] == [1, 1]
    assert all(scheduler.share(epoch) == 1 for epoch in range(burn_in))


def test_the_released_code_s_first_pool_is_18_6_percent():
    scheduler = build("schedulers", "heuristic", pacing_offset=1)

    assert scheduler.share(0) == pytest.approx(math.sqrt(0.99 / 40 + 0.01))
    assert scheduler.plan(np.zeros(6698), 0).size == 1248
    assert (scheduler.share(38) < 1, scheduler.share(39)) == (True, 1)


def test_a_first_share_of_one_is_the_whole_set_and_needs_no_ranking():
    scheduler = build("schedulers", "heuristic", lambda_0=1.0)

    assert scheduler.plan(np.array([0.3, -0.2, 0.9]), 0).pool.tolist() == [0, 1, 2]
    assert not any(scheduler.needs_scores_at(epoch) for epoch in range(50))


def test_growth_longer_than_the_run_never_reaches_the_last_samples():
    scheduler = build("schedulers", "heuristic", t_grow=10**6)

    assert max(scheduler.plan(np.arange(100.0), epoch).size for epoch in range(100)) == 10  # √(0.01 + 9.8e-5) = 0.1005


def test_a_burn_in_draws_everything_and_then_ranks_anew():
    scheduler = build("schedulers", "heuristic", lambda_0=0.5, t_grow=10, burn_in=2)
    first, later = np.array([0.9, 0.1, 0.5, 0.2]), np.array([0.1, 0.9, 0.2, 0.5])
    kept = scheduler.smooth(scheduler.smooth(None, first, 0), later, 1)
    ranked = scheduler.smooth(kept, later, 2)

    assert [scheduler.plan(first, epoch).pool.tolist() for epoch in (0, 1)] == [[0, 1, 2, 3]] * 2
    assert (kept.tolist(), ranked.tolist()) == (first.tolist(), later.tolist())
    assert scheduler.smooth(ranked, first, 3).tolist() == later.tolist()
    assert scheduler.plan(ranked, 2).pool.tolist() == [1, 3]
    assert [epoch for epoch in range(40) if scheduler.needs_scores_at(epoch)] == [2]


def test_a_new_ranking_every_few_epochs():
    scheduler = build("schedulers", "anti_curriculum", t_grow=9, burn_in=1, rerank_every=3)
    old, new = np.zeros(2), np.ones(2)

    assert [epoch for epoch in range(40) if scheduler.needs_scores_at(epoch)] == [1, 4, 7]  # from 10 on it has all
    assert [scheduler.smooth(old, new, epoch)[0] for epoch in range(8)] == [0, 1, 0, 0, 1, 0, 0, 1]


@pytest.mark.parametrize("options", [{}, {"rerank_every": 2}])
def test_scores_from_elsewhere_count_more_than_the_first_own_ones(options):
    scheduler, external = build("schedulers", "heuristic", **options), np.array([0.5, -0.5])

    assert scheduler.smooth(external, -external, 0).tolist() == external.tolist()


@pytest.mark.parametrize("options", [{"burn_in": 3}, {"rerank_every": 5}])
@pytest.mark.parametrize("previous", [None, np.zeros(2)])
def test_who_ranks_again_must_be_told_the_epoch(options, previous):
    with pytest.raises(ConfigError, match=r"needs the epoch of the scores; none was given \(burn_in = "):
        build("schedulers", "heuristic", **options).smooth(previous, np.zeros(2))


@pytest.mark.parametrize("name", PACED)
@pytest.mark.parametrize("rerank_every", [0, 1])
def test_scores_from_elsewhere_must_be_of_the_same_samples(name, rerank_every):
    with pytest.raises(ConfigError, match=r"before are of shape \(3,\) and the new ones of \(2,\)"):
        build("schedulers", name, rerank_every=rerank_every).smooth(np.zeros(3), np.zeros(2), 4)


@given(SCORES, st.floats(0.01, 1), st.integers(1, 20))
def test_pools_are_nested_over_the_epochs(scores, lambda_0, t_grow):
    scheduler = build("schedulers", "heuristic", lambda_0=lambda_0, t_grow=t_grow)
    before = set()
    for epoch in range(t_grow + 1):
        plan = scheduler.plan(scores, epoch)
        pool = set(plan.pool.tolist())
        assert before <= pool
        before = pool
    assert before == set(range(len(scores)))


def pool_of(name, scores, epoch=0, **options):
    plan = build("schedulers", name, **options).plan(np.array(scores), epoch)
    return plan.pool.tolist()


def test_the_pool_is_cut_from_the_balanced_end_and_the_control_from_the_other():
    scores = [0.1, 0.9, -0.5, 0.4]

    assert pool_of("heuristic", scores, lambda_0=0.5) == [1, 3]
    assert pool_of("anti_curriculum", scores, lambda_0=0.5) == [0, 2]


def test_of_equal_scores_at_the_border_the_first_are_in():
    scores = [0.0, 1.0, 0.0, 1.0, 0.0]

    assert pool_of("heuristic", scores, lambda_0=0.6) == [0, 1, 3]
    assert pool_of("anti_curriculum", scores, lambda_0=0.8) == [0, 1, 2, 4]
    assert pool_of("anti_curriculum", scores, lambda_0=0.4) == [0, 2]


@given(st.lists(st.sampled_from([-1.0, -0.25, -0.0, 0.0, 0.5]), min_size=1, max_size=40), st.floats(0.01, 1))
def test_a_pool_is_the_beginning_of_the_stable_ranking(scores, lambda_0):
    count = max(1, int(len(scores) * lambda_0))
    falling = sorted(range(len(scores)), key=lambda i: -scores[i])
    rising = sorted(range(len(scores)), key=lambda i: scores[i])

    assert pool_of("heuristic", scores, lambda_0=lambda_0) == sorted(falling[:count])
    assert pool_of("anti_curriculum", scores, lambda_0=lambda_0) == sorted(rising[:count])


@pytest.mark.parametrize("name", PACED)
def test_the_smallest_pool_has_one_sample(name):
    assert pool_of(name, [0.3], lambda_0=0.001) == [0]
    assert len(pool_of(name, [0.1] * 5, lambda_0=0.1)) == 1


@pytest.mark.parametrize("name", PACED)
def test_the_ranking_is_made_once(name):
    first = np.array([0.5, -0.5])

    assert build("schedulers", name).smooth(first, np.array([-1.0, 1.0])).tolist() == [0.5, -0.5]
