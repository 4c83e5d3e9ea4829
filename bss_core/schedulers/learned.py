"""Learned scheduler (BSS-L): draw every sample with a probability that follows its smoothed score.

ŝᵏ⁺¹ = sᵏ⁺¹ if k = 0, else (1 − β) ŝᵏ + β sᵏ⁺¹, re-scored every E epochs; p(xᵢ) = exp(ŝᵢ/τ) / Σⱼ exp(ŝⱼ/τ); an epoch
makes n draws. Scores lie in [−1, 1], so at τ = 1 the likeliest sample is drawn at most e² ≈ 7.4 times as often as the
unlikeliest. Towards τ → 0 only the samples of the highest score are left; without replacement they come first, and
those whose probability underflows (about 700 τ and more below the highest score) come last, in random order.

Options: ``beta`` β, ``evaluate_every`` E, ``temperature`` τ (paper 1), ``replacement``, ``weighting``: softmax (paper)
or, without τ, linear p ∝ 1 + ŝ + floor or inverted p ∝ 1 − ŝ + floor, with the floor ``weight_floor``. No values of
β and E were found in the paper's texts. Without replacement every sample is seen once per epoch and only the order is
biased; a sample of weight 0 then comes last. If all weights are 0, all samples are equally likely.
Use it when the model's view of the samples changes during training. Cost: one scoring pass every E epochs.

Source: Balance-aware Sequence Sampling, Eqs. 10–12. The authors' code has linear weights with floor 0.01 (NVGesture 0;
Twitter2015 inverted), no momentum (β = 1), E = 1, and draws without replacement.
"""

from dataclasses import dataclass

import numpy as np

from bss_core.config import check_fields, option
from bss_core.errors import ConfigError
from bss_core.plans import Plan, check_same_samples, checked_scores

__all__ = ["Learned"]

_ROUNDING = 1e-9  # scores may leave [−1, 1] by as much as their arithmetic rounds


@dataclass(frozen=True)
class Learned:
    """BSS-L."""

    beta: float = option(
        0.5, "weight of the newest score in the momentum, β", min=0.0, max=1.0, paper="not stated; code 1"
    )
    evaluate_every: int = option(1, "epochs between two scorings, E", min=1, unit="epochs", paper="not stated; code 1")
    temperature: float = option(1.0, "softmax temperature τ; high = nearly uniform", min=0.001, max=1000.0, paper="1")
    replacement: bool = option(True, "whether a sample can be drawn again in one epoch", paper="not stated; code no")
    weighting: str = option(
        "softmax", "how weights follow scores", choices=("softmax", "linear", "inverted"), paper="softmax; code linear"
    )
    weight_floor: float = option(
        0.01, "added to linear and inverted weights", min=0.0, max=1.0, paper="softmax has none; code 0.01"
    )

    def __post_init__(self) -> None:
        check_fields(self)

    def share(self, epoch: float) -> float:
        """1: every sample can be drawn in every epoch."""
        return 1.0

    def smooth(self, previous: np.ndarray | None, current: np.ndarray, epoch: int | None = None) -> np.ndarray:
        """Momentum (Eq. 10): ŝ of the previous evaluation and s of this one → ŝ of this one.

        Raises:
            ConfigError: scores that are not finite, or of another number of samples than before.
        """
        current = checked_scores(current)
        if previous is None:
            return current
        check_same_samples(previous, current)
        return (1 - self.beta) * checked_scores(previous) + self.beta * current

    def needs_scores_at(self, epoch: int) -> bool:
        """Every E epochs; with β = 0 only at first, for later scores would count nothing."""
        return epoch == 0 or (self.beta > 0 and epoch % self.evaluate_every == 0)

    def plan(self, scores: np.ndarray, epoch: int) -> Plan:
        """n draws with p ∝ exp(ŝ/τ) (Eqs. 11 and 12), or in proportion to linear weights.

        Raises:
            ConfigError: linear or inverted weights of a score outside [−1, 1], which would be negative.
        """
        scores = checked_scores(scores)
        weights = self._softmax(scores) if self.weighting == "softmax" else self._linear(scores)
        weights /= weights.sum()
        return Plan(size=len(weights), probabilities=weights, replace=self.replacement)

    def _softmax(self, scores: np.ndarray) -> np.ndarray:
        with np.errstate(over="ignore"):  # −∞ for scores further apart than floats reach: such a sample has weight 0
            weights = scores - scores.max()
            weights /= self.temperature
        return np.exp(weights, out=weights)

    def _linear(self, scores: np.ndarray) -> np.ndarray:
        furthest = float(np.abs(scores).max())
        if furthest > 1 + _ROUNDING:
            raise ConfigError(
                f"Weighting {self.weighting!r} is for scores from -1 to 1; it was given one of size {furthest:.6g}. "
                "Weighting 'softmax' takes any."
            )
        weights = (1 - scores) if self.weighting == "inverted" else (1 + scores)
        weights += self.weight_floor
        np.maximum(weights, 0.0, out=weights)
        return weights if weights.any() else np.ones_like(weights)
