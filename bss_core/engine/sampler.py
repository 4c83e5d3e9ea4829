"""The bridge from a scheduler to any torch DataLoader: positions of one epoch, in order."""

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
from torch.utils.data import Sampler

from bss_core.errors import ConfigError
from bss_core.plans import Plan, checked_scores

__all__ = ["CurriculumSampler"]

_PART = 2**16  # positions made Python numbers at a time: as objects they take five times the memory


class CurriculumSampler(Sampler[int]):
    """Draws what the scheduler plans from the current scores.

    The global order depends only on (seed, epoch, scores); rank r of w takes every w-th position of it, from the r-th
    on, so the ranks' shares are disjoint and together complete.

    Args:
        scheduler: a member of the family ``schedulers``.
        n: number of samples, ≥ 1.
        seed: ≥ 0.
        rank, world_size: this process among those that share the epoch.
    """

    def __init__(self, scheduler: Any, n: int, seed: int = 0, rank: int = 0, world_size: int = 1) -> None:
        if n < 1:
            raise ConfigError(f"A sampler needs at least one sample; n = {n}.")
        if not 0 <= rank < world_size:
            raise ConfigError(f"rank must be at least 0 and below world_size; got rank {rank} of {world_size}.")
        if seed < 0:
            raise ConfigError(f"The seed must be at least 0; got {seed}.")
        self.scheduler, self.n, self.seed, self.rank, self.world_size = scheduler, n, seed, rank, world_size
        self.epoch = 0
        self._scores: np.ndarray | None = None
        self._plan: Plan | None = None

    def set_scores(self, scores: np.ndarray) -> None:
        """The (n,) scores to plan with from now on: smoothed balance scores, high = balanced.

        Raises:
            ConfigError: not n finite values.
        """
        scores = checked_scores(scores)
        if len(scores) != self.n:
            raise ConfigError(f"The sampler is for {self.n} samples; it was given {len(scores)} scores.")
        self._scores, self._plan = scores.copy(), None  # the caller may go on changing the array

    def set_epoch(self, epoch: int) -> None:
        """The epoch t that the next iteration draws."""
        self.epoch, self._plan = int(epoch), None

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

    def __len__(self) -> int:
        return len(range(self.rank, self.plan.size, self.world_size))

    def __iter__(self) -> Iterator[int]:
        generator = np.random.default_rng([self.seed, self.epoch])
        order = self.plan.draw(generator)[self.rank :: self.world_size]
        parts = (order[start : start + _PART].tolist() for start in range(0, len(order), _PART))
        return itertools.chain.from_iterable(parts)
