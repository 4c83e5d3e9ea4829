"""What one epoch draws: a pool in ranked order, or a probability per sample. Schedulers plan, samplers draw."""

from dataclasses import dataclass

import numpy as np

from bss_core.errors import ConfigError

__all__ = ["Plan", "checked_scores"]


@dataclass(frozen=True)
class Plan:
    """One epoch's draw.

    Attributes:
        size: how many draws the epoch makes, ≥ 1.
        order: positions in the data set from most to least wanted; the first ``size`` of them are the pool, each drawn
            once, in random order.
        probabilities: (n,) non-negative, sums to one; given instead of ``order``.
        replace: with ``probabilities``, whether a sample can be drawn again in the same epoch.
    """

    size: int
    order: np.ndarray | None = None
    probabilities: np.ndarray | None = None
    replace: bool = False

    def draw(self, generator: np.random.Generator) -> np.ndarray:
        """(size,) positions in the order in which the epoch visits them; depends on the plan and the generator only."""
        if self.order is not None:
            return generator.permutation(self.order[: self.size])
        n = len(self.probabilities)
        if self.replace:
            return generator.choice(n, size=self.size, p=self.probabilities)
        # Exponential clocks of rate p_i ring in the order of draws without replacement (Plackett–Luce).
        # The floor lets samples whose probability underflowed to 0 come last in random order, not in that of the file.
        clocks = generator.exponential(size=n) / np.maximum(self.probabilities, 1e-300)
        return np.argsort(clocks, kind="stable")[: self.size]

    def sampling_probabilities(self, n: int) -> np.ndarray:
        """(n,) the probability of each sample at a draw (without replacement: at the first draw)."""
        if self.probabilities is not None:
            return self.probabilities
        chances = np.zeros(n)
        chances[self.order[: self.size]] = 1 / self.size
        return chances

    def effective_sample_size(self, n: int) -> float:
        """1 / Σ p²: n when all are equally likely, 1 when one sample takes all."""
        return float(1 / np.square(self.sampling_probabilities(n)).sum())


def checked_scores(scores: np.ndarray) -> np.ndarray:
    """The scores as (n,) float64.

    Raises:
        ConfigError: no scores, a wrong shape, or a value that is not finite.
    """
    scores = np.asarray(scores, dtype=np.float64)
    if scores.ndim != 1 or not len(scores):
        raise ConfigError(f"A plan needs one score per sample, shape (n,) with n ≥ 1; got shape {scores.shape}.")
    if not np.isfinite(scores).all():
        raise ConfigError(f"The score of row {int((~np.isfinite(scores)).argmax())} is not finite.")
    return scores
