"""What the pacing schedulers share: λ(t), a ranking made once, and the pool cut from it."""

import math
from dataclasses import dataclass

import numpy as np

from bss_core.config import check_fields, option
from bss_core.plans import Plan, checked_scores

__all__ = ["RootPacing"]


@dataclass(frozen=True)
class RootPacing:
    """A pool that grows from λ₀ to the whole set in T_grow epochs; a subclass says from which end of the ranking."""

    lambda_0: float = option(0.1, "share of the training set in the first pool, λ₀", above=0.0, max=1.0, paper="0.1")
    t_grow: int = option(
        40, "epochs until the pool is the whole set, T_grow", min=1, unit="epochs", paper="40 of 120 epochs"
    )

    def __post_init__(self) -> None:
        check_fields(self)

    def share(self, epoch: float) -> float:
        """λ(t) = min(1, √((1 − λ₀²)/T_grow · t + λ₀²)) (Balance-aware Sequence Sampling, Eq. 8); in [λ₀, 1]."""
        if epoch >= self.t_grow:
            return 1.0
        return min(1.0, math.sqrt((1 - self.lambda_0**2) / self.t_grow * max(epoch, 0) + self.lambda_0**2))

    def smooth(self, previous: np.ndarray | None, current: np.ndarray) -> np.ndarray:
        """The first scores, for good: the ranking is made once."""
        return checked_scores(current if previous is None else previous)

    def pool(self, ranking: np.ndarray, epoch: int) -> Plan:
        """The first ⌊n·λ(t)⌋ of a ranking, at least one sample (Eq. 9)."""
        return Plan(size=max(1, int(len(ranking) * self.share(epoch))), order=ranking)
