"""The sampler: its order, the ranks' shares, and its place in a data loader."""

from itertools import islice
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.utils.data import DataLoader, TensorDataset

import bss_core
from bss_core.engine.sampler import CurriculumSampler
from bss_core.errors import ConfigError
from bss_core.plans import Plan
from bss_core.registry import build, members

SCORES = np.linspace(-1, 1, 50)


def sampler_of(name, scores=SCORES, epoch=0, **more):
    sampler = CurriculumSampler(build("schedulers", name), len(scores), **more)
    sampler.set_scores(scores)
    sampler.set_epoch(epoch)
    return sampler


def test_the_front_door_leads_to_it():
    assert bss_core.CurriculumSampler is CurriculumSampler


@pytest.mark.parametrize("name", members("schedulers"))
def test_the_order_depends_on_seed_epoch_and_scores_only(name):
    first = sampler_of(name, seed=3, epoch=7)
    order = list(first)
    second = sampler_of(name, -SCORES, seed=3, epoch=2)
    list(second)  # neither what it drew before
    np.random.seed(99)  # nor anybody else's generator matters
    torch.manual_seed(99)
    second.set_scores(SCORES)
    second.set_epoch(7)
    assert list(second) == order
    assert list(first) == order


def test_another_seed_epoch_or_score_gives_another_order():
    orders = [
        list(sampler_of("learned", scores, seed=seed, epoch=epoch))
        for seed, epoch, scores in [(0, 0, SCORES), (1, 0, SCORES), (0, 1, SCORES), (0, 0, SCORES[::-1])]
    ]
    assert len({tuple(order) for order in orders}) == 4


@given(
    name=st.sampled_from(members("schedulers")),
    world_size=st.integers(1, 4),
    n=st.integers(1, 40),
    epoch=st.integers(0, 50),
)
def test_the_ranks_shares_interleave_to_the_one_order(name, world_size, n, epoch):
    scores = np.random.default_rng(n).uniform(-1, 1, n)
    whole = list(sampler_of(name, scores, epoch))
    shares = [sampler_of(name, scores, epoch, rank=rank, world_size=world_size) for rank in range(world_size)]
    joined = [None] * len(whole)
    for rank, share in enumerate(shares):
        joined[rank::world_size] = list(share)
        assert len(list(share)) == len(share)
    assert joined == whole


@pytest.mark.parametrize("world_size", [1, 2, 3, 4])
def test_shares_of_draws_without_repeats_are_disjoint_and_complete(world_size):
    shares = [list(sampler_of("random_order", rank=rank, world_size=world_size)) for rank in range(world_size)]
    assert sorted(sum(shares, [])) == list(range(50))
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


def test_a_pool_by_hand():
    # λ(0) = ½ of 10: the five best; λ(2) = √(¾/3·2 + ¼) = 0.866: eight
    sampler = CurriculumSampler(build("schedulers", "heuristic", lambda_0=0.5, t_grow=3), 10)
    sampler.set_scores(np.array([0.9, 0.1, 0.8, 0.2, 0.7, 0.3, 0.6, 0.4, 0.5, 0.0]))
    assert sorted(sampler) == [0, 2, 4, 6, 8]
    sampler.set_epoch(2)
    assert sorted(sampler) == [0, 2, 3, 4, 5, 6, 7, 8]
    assert len(sampler) == 8
    ranks = [CurriculumSampler(sampler.scheduler, 10, rank=rank, world_size=3) for rank in range(3)]
    for share in ranks:
        share.set_scores(np.arange(10.0))
    assert [len(share) for share in ranks] == [2, 2, 1]


@pytest.mark.parametrize("workers", [0, 1])
def test_a_loader_visits_the_samples_in_its_order(workers):
    sampler = sampler_of("learned", seed=5)
    loader = DataLoader(TensorDataset(torch.arange(50)), batch_size=8, sampler=sampler, num_workers=workers)
    for epoch in range(2):
        sampler.set_epoch(epoch)
        visited = [int(value) for (batch,) in loader for value in batch]
        assert visited == list(sampler_of("learned", seed=5, epoch=epoch))
    assert len(loader) == 7


def test_new_scores_take_effect_and_later_changes_to_the_array_do_not():
    sampler, scores = sampler_of("heuristic"), np.arange(50.0)
    sampler.set_scores(scores)
    scores[:] = -scores
    assert sorted(sampler) == [45, 46, 47, 48, 49]
    sampler.set_scores(scores)
    assert sorted(sampler) == [0, 1, 2, 3, 4]


def test_more_samples_than_torch_can_draw_from():
    n = 2**24 + 2  # torch.multinomial ends at 2^24
    plan = Plan(size=1000, probabilities=np.full(n, 1 / n), replace=True)
    sampler = CurriculumSampler(SimpleNamespace(plan=lambda scores, epoch: plan), n)
    sampler.set_scores(np.zeros(n))
    positions = list(sampler)
    assert len(positions) == len(sampler) == 1000
    assert 0 <= min(positions) < n // 10
    assert n * 9 // 10 < max(positions) < n


@pytest.mark.parametrize(
    ("scores", "message"),
    [
        (np.zeros(4), "for 5 samples; it was given 4 scores"),
        ([], r"got shape \(0,\)"),
        (np.zeros((5, 1)), r"got shape \(5, 1\)"),
        ([0, 1, np.nan, 1, 0], "score of row 2 is not finite"),
        ([0, 1, 2, 3, np.inf], "score of row 4 is not finite"),
    ],
)
def test_unfit_scores_are_refused_and_the_old_ones_stay(scores, message):
    sampler = sampler_of("random_order", np.zeros(5))
    with pytest.raises(ConfigError, match=message):
        sampler.set_scores(scores)
    assert sorted(sampler) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("ask", [len, iter, lambda sampler: sampler.plan])
def test_without_scores_there_is_no_plan(ask):
    with pytest.raises(ConfigError, match="no scores yet; call set_scores"):
        ask(CurriculumSampler(build("schedulers", "learned"), 5))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"n": 0}, "at least one sample; n = 0"),
        ({"n": 5, "rank": 2, "world_size": 2}, "got rank 2 of 2"),
        ({"n": 5, "rank": -1}, "got rank -1 of 1"),
        ({"n": 5, "world_size": 0}, "got rank 0 of 0"),
        ({"n": 5, "seed": -1}, "seed must be at least 0; got -1"),
        ({"n": 2.5}, "n = 2.5 is not a whole number"),
        ({"n": None}, "n = None is not a whole number"),
        ({"n": 5, "seed": 0.5}, "seed = 0.5 is not a whole number"),
        ({"n": 5, "rank": "first"}, "rank = 'first' is not a whole number"),
    ],
)
def test_a_sampler_that_cannot_be_is_refused(settings, message):
    with pytest.raises(ConfigError, match=message):
        CurriculumSampler(build("schedulers", "random_order"), **settings)


@pytest.mark.parametrize("scheduler", ["learned", None, SCORES])
def test_what_is_no_scheduler_is_refused_with_the_way_to_one(scheduler):
    with pytest.raises(ConfigError, match="plans no epochs; give a scheduler, as bss_core.build"):
        CurriculumSampler(scheduler, 5)


@pytest.mark.parametrize("epoch", [-1, 1.5, "first", None, True])
def test_an_epoch_that_cannot_be_is_refused_and_the_old_one_stays(epoch):
    sampler = sampler_of("learned", epoch=2)
    with pytest.raises(ConfigError, match=f"epoch = {epoch!r} is "):
        sampler.set_epoch(epoch)
    assert sampler.epoch == 2


def test_numbers_of_other_libraries_are_numbers():
    sampler = CurriculumSampler(build("schedulers", "learned"), np.int64(50), np.int32(0), torch.tensor(0))
    sampler.set_scores(SCORES)
    sampler.set_epoch(torch.tensor(0))

    assert list(sampler) == list(sampler_of("learned"))


@pytest.mark.parametrize("name", members("schedulers"))
def test_one_sample_is_drawn_and_the_ranks_beyond_it_get_none(name):
    shares = [list(sampler_of(name, np.zeros(1), rank=rank, world_size=3)) for rank in range(3)]

    assert shares == [[0], [], []]


def at_place(position):
    sampler = sampler_of("learned")
    sampler.load_state_dict({**sampler.state_dict(), "position": position})
    return sampler


def test_in_the_middle_of_an_epoch_it_goes_on_from_the_state_it_loads():
    sampler = at_place(0)
    list(islice(iter(sampler), 30))
    sampler.load_state_dict(at_place(5).state_dict())

    assert sampler.state_dict()["position"] == 5
    assert list(sampler) == list(at_place(0))[5:]


def test_a_pass_that_was_left_for_another_changes_nothing_when_it_ends():
    sampler = at_place(30)
    left, latest = iter(sampler), iter(sampler)
    next(latest)
    list(left)

    assert len(sampler) == 20
    assert sampler.state_dict()["position"] == 31
    assert list(latest) == list(at_place(0))[31:]
