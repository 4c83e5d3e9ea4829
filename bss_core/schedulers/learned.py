"""Learned scheduler (BSS-L): draw every sample with a probability that follows its smoothed score.

ŝᵏ⁺¹ = sᵏ⁺¹ if k = 0, else (1 − β) ŝᵏ + β sᵏ⁺¹, re-scored every E epochs; p(xᵢ) = exp(ŝᵢ/τ) / Σⱼ exp(ŝⱼ/τ); an epoch
makes n draws. Scores lie in [−1, 1], so at τ = 1 the likeliest sample is drawn at most e² ≈ 7.4 times as often as the
unlikeliest.

Options: ``beta`` β, ``evaluate_every`` E, ``temperature`` τ (paper 1), ``replacement``. The paper publishes no
values of β and E. Without replacement every sample is seen once per epoch and only the order is biased.
Use it when the model's view of the samples changes during training. Cost: one scoring pass every E epochs.

Source: Balance-aware Sequence Sampling, Eqs. 10–12. The authors' code has linear weights 1 + s + 0.01, no momentum,
E = 1, and draws without replacement.
"""

from dataclasses import dataclass

import numpy as np

from bss_core.config import check_fields, option
from bss_core.plans import Plan, checked_scores

__all__ = ["Learned"]


@dataclass(frozen=True)
class Learned:
    """BSS-L."""

    beta: float = option(0.5, "weight of the newest score in the momentum, β", min=0.0, max=1.0, paper="unpublished")
    evaluate_every: int = option(1, "epochs between two scorings, E", min=1, unit="epochs", paper="unpublished; code 1")
    temperature: float = option(1.0, "softmax temperature τ; high = nearly uniform", min=0.001, max=1000.0, paper="1")
    replacement: bool = option(True, "whether a sample can be drawn again in one epoch", paper="not stated; code no")

    def __post_init__(self) -> None:
        check_fields(self)

    def share(self, epoch: float) -> float:
        """1: every sample can be drawn in every epoch."""
        return 1.0

    def smooth(self, previous: np.ndarray | None, current: np.ndarray) -> np.ndarray:
        """Momentum (Eq. 10): ŝ of the previous evaluation and s of this one → ŝ of this one."""
        current = checked_scores(current)
        return current if previous is None else (1 - self.beta) * checked_scores(previous) + self.beta * current

    def plan(self, scores: np.ndarray, epoch: int) -> Plan:
        """n draws with p = softmax(ŝ/τ) (Eqs. 11 and 12)."""
        scores = checked_scores(scores)
        weights = np.exp((scores - scores.max()) / self.temperature)
        return Plan(size=len(weights), probabilities=weights / weights.sum(), replace=self.replacement)
