"""Heuristic scheduler (BSS-H): rank once, then let the pool grow from the balanced end.

λ(t) = min(1, √((1 − λ₀²)/T_grow · t + λ₀²)); epoch t draws, in random order, the first ⌊n·λ(t)⌋ samples of the ranking
from balanced to imbalanced, each once.

Options: ``lambda_0`` λ₀ (paper 0.1), ``t_grow`` T_grow (paper 40 of 120 epochs).
Use it when scoring is dear: one scoring pass before training is enough. With few epochs choose T_grow below them, or
the most imbalanced samples are never seen. Cost: one scoring pass and one sort.

Source: Balance-aware Sequence Sampling, Eqs. 8 and 9. The authors' code counts t from 1, so its first pool is 18.6 %,
and ranks by an untrained network.
"""

from dataclasses import dataclass

import numpy as np

from bss_core.plans import Plan, checked_scores
from bss_core.schedulers._pacing import RootPacing

__all__ = ["Heuristic"]


@dataclass(frozen=True)
class Heuristic(RootPacing):
    """BSS-H; the first scores it is given stay the ranking."""

    def plan(self, scores: np.ndarray, epoch: int) -> Plan:
        """The pool of epoch t: the first ⌊n·λ(t)⌋ by falling score, ties in input order."""
        return self.pool(np.argsort(-checked_scores(scores), kind="stable"), epoch)
