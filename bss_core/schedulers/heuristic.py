"""Heuristic scheduler (BSS-H): rank once, then let the pool grow from the balanced end.

λ(t) = min(1, √((1 − λ₀²)/T_grow · t + λ₀²)); epoch t draws, in random order, the first ⌊n·λ(t)⌋ samples of the ranking
from balanced to imbalanced, each once; of equal scores at the border the first in the data set are in.

Other pacings, all from λ₀ at t = 0 to 1 at t = T_grow: ``root`` p, (λ₀ᵖ + (1 − λ₀ᵖ)·t/T_grow)^(1/p); linear,
λ₀ + (1 − λ₀)·t/T_grow; geometric, λ₀^(1 − t/T_grow); step, λ₀ + (1 − λ₀)·⌊S·t/T_grow⌋/S in S steps.

Options: ``lambda_0`` λ₀ (code 0.1; 1 is random order), ``t_grow`` T_grow (code 40 of 120 epochs), ``pacing``,
``root`` p (paper 2), ``pacing_steps`` S, ``pacing_offset`` t of the first epoch (paper 0, released code 1),
``burn_in`` epochs on the whole set before the ranking is made (t counts from its end), ``rerank_every`` epochs between
two rankings (0: one ranking, for good). Scores from elsewhere replace the first evaluation's, until the next ranking.
Use it when scoring is dear: one scoring pass before training is enough. An untrained network's ranking says little; a
burn-in of a few epochs lets it learn something first. With T_grow longer than the run the most imbalanced samples are
never seen. Cost: one scoring pass per ranking; per epoch one partition of the scores, no sort.

Source: Balance-aware Sequence Sampling, Eqs. 8 and 9. The authors' code counts t from 1, so its first pool is 18.6 %,
and ranks by a network that has not been trained (pretrained encoders, where there are any, under random heads); older
scripts for Twitter2015 rank again after 20 epochs. Linear, geometric, root-p and step pacing are the usual ones of
curriculum learning (CurBench's "linear", "geom", "root-p"; baby step).
"""

from dataclasses import dataclass

import numpy as np

from bss_core.draws import highest
from bss_core.plans import Plan, checked_scores
from bss_core.schedulers._pacing import Paced

__all__ = ["Heuristic"]


@dataclass(frozen=True)
class Heuristic(Paced):
    """BSS-H."""

    def plan(self, scores: np.ndarray, epoch: int) -> Plan:
        """The pool of epoch t: the ⌊n·λ(t)⌋ highest scores."""
        scores = checked_scores(scores)
        size = self.pool_size(len(scores), epoch)
        return Plan(size, pool=highest(scores, size))
