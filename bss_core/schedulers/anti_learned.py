"""Anti-learned: the learned scheduler on −ŝ, so that imbalanced samples are likelier.

p(xᵢ) = exp(−ŝᵢ/τ) / Σⱼ exp(−ŝⱼ/τ); momentum and the number of draws as in the learned scheduler.

Options: those of the learned scheduler: ``beta`` β, ``evaluate_every`` E, ``temperature`` τ, ``replacement``,
``weighting`` (linear is then p ∝ 1 − ŝ + floor, inverted the learned scheduler's linear), ``weight_floor``.
Use it as a control: if it does as well as BSS-L, it is not the direction of the bias that helps on this data. Cost: as
BSS-L, one scoring pass every E epochs.

Source: the reversal of Balance-aware Sequence Sampling, Eqs. 10–12; with linear weights and without replacement it is
what the authors' released code does on Twitter2015.
"""

from dataclasses import dataclass

import numpy as np

from bss_core.plans import Plan, checked_scores
from bss_core.schedulers.learned import Learned

__all__ = ["AntiLearned"]


@dataclass(frozen=True)
class AntiLearned(Learned):
    """BSS-L turned round; the smoothed scores themselves keep their sign."""

    def plan(self, scores: np.ndarray, epoch: int) -> Plan:
        """n draws with p ∝ exp(−ŝ/τ), or in proportion to linear weights of −ŝ."""
        return super().plan(-checked_scores(scores), epoch)
