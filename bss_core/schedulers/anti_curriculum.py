"""Anti-curriculum: the heuristic scheduler on the reversed ranking, from imbalanced to balanced.

λ(t) as in the heuristic scheduler; epoch t draws, in random order, the ⌊n·λ(t)⌋ samples of the *lowest* score.

Options: those of the heuristic scheduler: ``lambda_0`` λ₀ (code 0.1), ``t_grow`` T_grow (code 40), ``pacing``,
``root``, ``pacing_steps``, ``pacing_offset``, ``burn_in``, ``rerank_every``.
Use it as a control: if it does as well as BSS-H, the order does not matter on this data. Cost: as BSS-H, one scoring
pass per ranking and one partition per epoch.

Source: Balance-aware Sequence Sampling, Fig. 1b ("anti-CL"), which reports it below random order. In the authors' older
scripts a few "curriculum" runs are sorted this way round.
"""

from dataclasses import dataclass

import numpy as np

from bss_core.draws import highest
from bss_core.plans import Plan, checked_scores
from bss_core.schedulers._pacing import Paced

__all__ = ["AntiCurriculum"]


@dataclass(frozen=True)
class AntiCurriculum(Paced):
    """BSS-H turned round."""

    def plan(self, scores: np.ndarray, epoch: int) -> Plan:
        """The pool of epoch t: the ⌊n·λ(t)⌋ lowest scores."""
        scores = checked_scores(scores)
        size = self.pool_size(len(scores), epoch)
        return Plan(size, pool=highest(-scores, size))
