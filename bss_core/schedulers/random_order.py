"""Random order: every sample once per epoch, shuffled; what an ordinary data loader does.

Options: none. Use it as the baseline of every comparison. Cost: none beyond the shuffle; scores are recorded, not used.

Source: the usual baseline; Balance-aware Sequence Sampling, Fig. 1b ("random").
"""

from dataclasses import dataclass

import numpy as np

from bss_core.plans import Plan, checked_scores

__all__ = ["RandomOrder"]


@dataclass(frozen=True)
class RandomOrder:
    """The baseline."""

    def share(self, epoch: float) -> float:
        """1: the whole training set in every epoch."""
        return 1.0

    def smooth(self, previous: np.ndarray | None, current: np.ndarray, epoch: int | None = None) -> np.ndarray:
        """The current scores; nothing depends on them."""
        return checked_scores(current)

    def needs_scores_at(self, epoch: int) -> bool:
        """Never."""
        return False

    def plan(self, scores: np.ndarray, epoch: int) -> Plan:
        """All n samples, each once."""
        n = len(checked_scores(scores))
        return Plan(size=n, pool=np.arange(n))
