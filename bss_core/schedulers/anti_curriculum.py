"""Anti-curriculum: the heuristic scheduler on the reversed ranking, from imbalanced to balanced.

λ(t) as in the heuristic scheduler; epoch t draws, in random order, the ⌊n·λ(t)⌋ samples of the *lowest* score.

Options: ``lambda_0`` λ₀ (paper 0.1), ``t_grow`` T_grow (paper 40).
Use it as a control: if it does as well as BSS-H, the order does not matter on this data. Cost: one scoring pass and one
sort.

Source: Balance-aware Sequence Sampling, Fig. 1b ("anti-CL"), which reports it below random order. In the authors' older
scripts a few "curriculum" runs are sorted this way round.
"""

from dataclasses import dataclass

import numpy as np

from bss_core.plans import Plan, checked_scores
from bss_core.schedulers._pacing import RootPacing

__all__ = ["AntiCurriculum"]


@dataclass(frozen=True)
class AntiCurriculum(RootPacing):
    """BSS-H turned round; the first scores it is given stay the ranking."""

    def plan(self, scores: np.ndarray, epoch: int) -> Plan:
        """The pool of epoch t: the first ⌊n·λ(t)⌋ by rising score, ties in input order."""
        return self.pool(np.argsort(checked_scores(scores), kind="stable"), epoch)
