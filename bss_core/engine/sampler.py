"""The bridge from a scheduler to any torch DataLoader: positions of one epoch, in order, from any place in it."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

import numpy as np
from torch.utils.data import Sampler

from bss_core.config import Option
from bss_core.engine.sampler_state import read_state, written_state
from bss_core.errors import ConfigError
from bss_core.exposure import Exposure
from bss_core.plans import Plan, checked_scores

__all__ = ["CurriculumSampler"]

_PART = 2**16  # positions made Python numbers at a time: as objects they take five times the memory


class CurriculumSampler(Sampler[int]):
    """Draws what the scheduler plans from the current scores.

    The global order depends only on (seed, epoch, scores); rank r of w takes every w-th position of it, from the r-th
    on, so the ranks' shares are disjoint and together complete. Other machines find the same order with the same
    version of numpy; where their exp rounds another way, single draws by probability may come out differently.

    Args:
        scheduler: a member of the family ``schedulers``.
        n: number of samples, ≥ 1.
        seed: ≥ 0.
        rank, world_size: this process among those that share the epoch.
    """

    def __init__(self, scheduler: Any, n: int, seed: int = 0, rank: int = 0, world_size: int = 1) -> None:
        if not hasattr(scheduler, "plan"):
            raise ConfigError(
                f"scheduler = {scheduler!r} plans no epochs; give a scheduler, as bss_core.build('schedulers', "
                "'learned') makes one."
            )
        given = {"n": n, "seed": seed, "rank": rank, "world_size": world_size}
        n, seed, rank, world_size = (Option(name, int, 0, "").check(value) for name, value in given.items())
        if n < 1:
            raise ConfigError(f"A sampler needs at least one sample; n = {n}.")
        if not 0 <= rank < world_size:
            raise ConfigError(f"rank must be at least 0 and below world_size; got rank {rank} of {world_size}.")
        if seed < 0:
            raise ConfigError(f"The seed must be at least 0; got {seed}.")
        self.scheduler, self.n, self.seed, self.rank, self.world_size = scheduler, n, seed, rank, world_size
        self.epoch = 0
        self._scores: np.ndarray | None = None
        self._forget_the_order()

    def _forget_the_order(self) -> None:
        self._plan: Plan | None = None
        self._start = 0  # place in the global order from which the next pass begins
        self._pass: _Pass | None = None  # the latest pass, under way or ended

    def set_scores(self, scores: np.ndarray) -> None:
        """The (n,) scores to plan with from now on: smoothed balance scores, high = balanced.

        Other scores than before make another order, which begins at its start; the same ones change nothing.

        Raises:
            ConfigError: not n finite values.
        """
        scores = checked_scores(scores)
        if len(scores) != self.n:
            raise ConfigError(f"The sampler is for {self.n} samples; it was given {len(scores)} scores.")
        if self._scores is None or not np.array_equal(scores, self._scores):
            self._scores = scores.copy()  # the caller may go on changing the array
            self._forget_the_order()

    def set_epoch(self, epoch: int) -> None:
        """The epoch t ≥ 0 that the next pass draws, from its beginning, also if it is the same as before.

        Raises:
            ConfigError: no whole number ≥ 0.
        """
        self.epoch = Option("epoch", int, 0, "", min=0).check(epoch)
        self._forget_the_order()

    @property
    def plan(self) -> Plan:
        """The plan of the current epoch.

        Raises:
            ConfigError: no scores were set yet.
        """
        if self._scores is None:
            raise ConfigError("The sampler has no scores yet; call set_scores (zeros draw without a preference).")
        if self._plan is None:
            self._plan = self.scheduler.plan(self._scores, self.epoch)
        return self._plan

    @property
    def exposure(self) -> Exposure:
        """How evenly the current epoch shows the samples."""
        return self.plan.exposure(self.n, self._scores)

    def __len__(self) -> int:
        """How many positions the next pass gives: this rank's share of the epoch, or of what was left of it."""
        return len(range(self._start + self.rank, self.plan.size, self.world_size))

    def __iter__(self) -> Iterator[int]:
        order = self.plan.draw(np.random.default_rng([self.seed, self.epoch]))
        self._pass = begun = _Pass(self._start)
        return chain.from_iterable(self._parts(order[self._start + self.rank :: self.world_size], begun))

    def _parts(self, share: np.ndarray, begun: "_Pass") -> Iterator[Iterator[int]]:
        for start in range(0, len(share), _PART):
            yield begun.hand_out(share[start : start + _PART].tolist())
        if self._pass is begun:
            self._start = 0  # the rest of a restored epoch was given: the next pass is a whole one

    def state_dict(self, consumed: int | None = None) -> dict[str, Any]:
        """What :meth:`load_state_dict` needs to go on in the middle of an epoch; plain values and one tensor.

        With several ranks all have taken the same number of positions when it is called; any rank's state will do.

        Args:
            consumed: how many positions of its latest pass this rank has really used; None: all that were handed out.
                A DataLoader with workers takes positions before they are used, so count batches there.

        Raises:
            ConfigError: more consumed than handed out, or fewer than 0.
        """
        given = self._pass.taken if self._pass else 0
        if consumed is not None and not 0 <= consumed <= given:
            raise ConfigError(f"consumed = {consumed}, but this pass has handed out {given} positions.")
        start = self._pass.start if self._pass else self._start
        used = given if consumed is None else int(consumed)
        # where the shares differ by one, the last round would lead past the end
        position = min(start + used * self.world_size, self.plan.size) if start or used else 0
        return written_state(self, self._scores, position)

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where the state was taken; the number of ranks may have changed.

        The next pass gives the rest of that epoch; the ones after it, and those after ``set_epoch``, are whole.

        Raises:
            ConfigError: no sampler's state, or one of another n, seed or scheduler; this sampler is then unchanged.
        """
        epoch, scores, position = read_state(self, state)
        plan = None if scores is None else self.scheduler.plan(scores, epoch)
        most = 0 if plan is None else plan.size
        if position > most:
            raise ConfigError(f"The sampler's state is at position {position} of an epoch of {most} draws.")
        self.epoch, self._scores = epoch, scores
        self._forget_the_order()
        self._plan, self._start = plan, position


class _Pass:
    """One way through an epoch: where it started, and how far it is.

    A list's iterator knows how many items it has left, so counting costs nothing per position.
    """

    def __init__(self, start: int) -> None:
        self.start = start
        self._before, self._part = 0, iter(())

    @property
    def taken(self) -> int:
        """Positions handed out so far, of this rank."""
        return self._before - self._part.__length_hint__()

    def hand_out(self, positions: list[int]) -> Iterator[int]:
        self._before += len(positions)
        self._part = iter(positions)
        return self._part
