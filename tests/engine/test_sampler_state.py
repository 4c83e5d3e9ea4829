"""A sampler stopped anywhere and restored elsewhere: the same next positions, bit for bit, or one clear error."""

import io
from itertools import islice
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.utils.data import DataLoader, TensorDataset

from bss_core.engine import sampler as sampler_module
from bss_core.engine.sampler import CurriculumSampler
from bss_core.errors import ConfigError
from bss_core.plans import Plan
from bss_core.registry import build, members

SCORES = np.random.default_rng(0).uniform(-1, 1, 50)


def fresh(name="learned", n=50, seed=3, options=None, **ranks):
    return CurriculumSampler(build("schedulers", name, **(options or {})), n, seed, **ranks)


def ready(name="learned", scores=SCORES, epoch=4, **more):
    sampler = fresh(name, len(scores), **more)
    sampler.set_scores(scores)
    sampler.set_epoch(epoch)
    return sampler


def through_torch(state):
    """The state as a checkpoint gives it back."""
    file = io.BytesIO()
    torch.save(state, file)
    file.seek(0)
    return torch.load(file, weights_only=True)


def restored(state, name="learned", **more):
    sampler = fresh(name, **more)
    sampler.load_state_dict(through_torch(state))
    return sampler


@pytest.mark.parametrize("name", members("schedulers"))
@given(n=st.integers(1, 60), stop=st.integers(0, 60), part=st.sampled_from([1, 7, 2**16]))
def test_stopped_anywhere_it_goes_on_with_the_same_positions(name, n, stop, part):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sampler_module, "_PART", part)
        stopped = ready(name, np.random.default_rng(n).uniform(-1, 1, n))
        walk = iter(stopped)
        before = list(islice(walk, stop))
        state = stopped.state_dict()
        found = restored(state, name, n=n)
        expected = list(walk)

        assert len(found) == len(expected)
        assert list(found) == expected
        assert before + expected == list(ready(name, np.random.default_rng(n).uniform(-1, 1, n)))


def test_stopped_twice():
    whole = list(ready())
    first = ready()
    walk = iter(first)
    begin = list(islice(walk, 20))
    second = restored(first.state_dict())
    middle = list(islice(iter(second), 13))

    assert begin + middle + list(restored(second.state_dict())) == whole


@given(
    before=st.integers(1, 4),
    after=st.integers(1, 4),
    taken=st.integers(0, 13),
    name=st.sampled_from(members("schedulers")),
)
def test_another_number_of_ranks_goes_on_with_the_same_global_order(before, after, taken, name):
    whole = list(ready(name))
    old = [ready(name, rank=rank, world_size=before) for rank in range(before)]
    given = [list(islice(iter(sampler), taken)) for sampler in old]
    state = old[0].state_dict()
    new = [restored(state, name, rank=rank, world_size=after) for rank in range(after)]
    rest = [None] * (len(whole) - state["position"])
    for rank, sampler in enumerate(new):
        rest[rank::after] = list(sampler)

    assert state["position"] == min(before * taken, len(whole))
    assert sorted(sum(given, []) + rest) == sorted(whole)
    assert rest == whole[state["position"] :]


def test_any_rank_s_state_is_the_same_while_they_keep_step():
    states = []
    for rank in range(3):
        sampler = ready(rank=rank, world_size=3)
        list(islice(iter(sampler), 5))
        states.append(sampler.state_dict())

    assert [state["position"] for state in states] == [15, 15, 15]


@pytest.mark.parametrize("workers", [0, 1])
def test_inside_a_loader(workers):
    data = TensorDataset(torch.arange(50))
    stopped = ready()
    batches = iter(DataLoader(data, batch_size=4, sampler=stopped, num_workers=workers))
    seen = [next(batches)[0].tolist() for _ in range(3)]
    state = stopped.state_dict(consumed=12)  # a loader with workers has taken more than it has given
    if not workers:
        assert stopped.state_dict()["position"] == 12
    loader = DataLoader(data, batch_size=4, sampler=restored(state), num_workers=workers)

    assert len(loader) == 10
    rest = [batch.tolist() for (batch,) in loader]
    assert sum(seen + rest, []) == list(ready())
    assert [len(batch) for batch in rest] == [4] * 9 + [2]


def test_after_the_rest_of_an_epoch_every_pass_is_whole():
    stopped = ready()
    list(islice(iter(stopped), 30))
    sampler = restored(stopped.state_dict())

    assert (len(sampler), len(list(sampler)), len(sampler), len(list(sampler))) == (20, 20, 50, 50)


@pytest.mark.parametrize("epoch", [4, 5])
def test_a_new_epoch_begins_at_its_beginning_even_if_it_is_the_same(epoch):
    stopped = ready()
    list(islice(iter(stopped), 30))
    sampler = restored(stopped.state_dict())
    sampler.set_epoch(epoch)

    assert list(sampler) == list(ready(epoch=epoch))


def test_at_the_end_of_an_epoch_nothing_is_left_of_it():
    stopped = ready()
    list(stopped)
    sampler = restored(stopped.state_dict())

    assert (len(sampler), list(sampler)) == (0, [])


def test_the_same_scores_again_keep_the_place_and_others_do_not():
    stopped = ready()
    list(islice(iter(stopped), 30))
    sampler = restored(stopped.state_dict())
    sampler.set_scores(SCORES)
    assert len(sampler) == 20
    sampler.set_scores(-SCORES)
    assert list(sampler) == list(ready(scores=-SCORES))


def test_a_state_is_not_changed_by_what_the_sampler_does_next():
    sampler = ready()
    state = sampler.state_dict()
    sampler.set_scores(np.zeros(50))

    assert state["scores"].tolist() == SCORES.tolist()


def test_a_state_and_its_sampler_share_no_memory():
    stopped = ready()
    state = stopped.state_dict()
    sampler = fresh()
    sampler.load_state_dict(state)
    state["scores"].zero_()

    assert stopped.state_dict()["scores"].tolist() == SCORES.tolist()
    assert sampler.state_dict()["scores"].tolist() == SCORES.tolist()


def test_a_sampler_without_scores_has_a_state_too():
    state = fresh().state_dict()
    sampler = restored(state)

    assert (state["scores"], state["position"]) == (None, 0)
    with pytest.raises(ConfigError, match="no scores yet"):
        len(sampler)


def test_numbers_from_numpy_leave_plain_ones_in_the_state():
    sampler = CurriculumSampler(build("schedulers", "learned"), np.int64(50), np.int64(3))
    sampler.set_scores(SCORES)
    sampler.set_epoch(np.int64(4))
    list(islice(iter(sampler), 8))

    assert list(restored(sampler.state_dict(consumed=np.int64(8)))) == list(ready())[8:]


@pytest.mark.parametrize(("consumed", "given"), [(9, 8), (-1, 8), (1, 0)])
def test_no_more_can_be_used_than_was_handed_out(consumed, given):
    sampler = ready()
    list(islice(iter(sampler), given))
    with pytest.raises(ConfigError, match=f"consumed = {consumed}, but this pass has handed out {given} positions"):
        sampler.state_dict(consumed)


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"n": 51}, "state is of n = 50, but this sampler has n = 51; it can only go on with the same"),
        ({"seed": 4}, "state is of seed = 3, but this sampler has seed = 4"),
        (
            {"name": "heuristic"},
            r"state is of scheduler = Learned\(beta=0.5.*, but this sampler has scheduler = Heuristic\(lambda_0",
        ),
        (
            {"options": {"beta": 0.25}},
            r"scheduler = Learned\(beta=0.5,.*, but this sampler has scheduler = Learned\(beta=0.25,",
        ),
    ],
)
def test_another_n_seed_or_scheduler_is_refused_and_changes_nothing(other, message):
    sampler = fresh(**other)
    with pytest.raises(ConfigError, match=message):
        sampler.load_state_dict(ready().state_dict())
    assert sampler.state_dict()["scores"] is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"position": 51}, "at position 51 of an epoch of 50 draws"),
        ({"position": -1}, "position = -1; it must be a whole number ≥ 0"),
        ({"position": 2.0}, "position = 2.0; it must be a whole number"),
        ({"epoch": True}, "epoch = True; it must be a whole number"),
        ({"epoch": None}, "epoch = None; it must be a whole number"),
        ({"scores": torch.zeros(49)}, "has 49 scores for n = 50 samples"),
        ({"scores": torch.full((50,), torch.nan)}, "score of row 0 is not finite"),
        ({"scores": "many"}, "one score per sample, a number each; got a str"),
        ({"scores": None, "position": 3}, "at position 3 of an epoch of 0 draws"),
    ],
)
def test_a_damaged_state_is_refused_and_changes_nothing(change, message):
    sampler = ready(epoch=1)
    with pytest.raises(ConfigError, match=message):
        sampler.load_state_dict({**ready().state_dict(), **change})
    assert (sampler.epoch, list(sampler)) == (1, list(ready(epoch=1)))


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ({}, "no sampler's state: it has no 'n', of n, seed, scheduler, epoch, position, scores"),
        ([1], "a dict; it was given a list"),
        (None, "a dict; it was given a NoneType"),
    ],
)
def test_what_is_no_state_is_refused(state, message):
    with pytest.raises(ConfigError, match=message):
        fresh().load_state_dict(state)


def test_one_s_own_scheduler_goes_on_as_well():
    def own():
        plan = Plan(size=5, pool=np.arange(5))
        sampler = CurriculumSampler(SimpleNamespace(plan=lambda scores, epoch: plan), 5)
        sampler.set_scores(np.zeros(5))
        return sampler

    stopped, other = own(), own()
    walk = iter(stopped)
    next(walk)
    other.load_state_dict(through_torch(stopped.state_dict()))
    assert list(other) == list(walk)


def test_the_exposure_of_the_epoch():
    found = ready("heuristic", epoch=0).exposure

    assert (found.effective_sample_size, found.coverage) == (5.0, 0.1)
    assert found.decile_positions[0] == 0.5
