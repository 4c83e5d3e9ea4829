"""What one epoch draws: a pool, or a probability per sample. Schedulers plan, samplers draw."""

from dataclasses import dataclass

import numpy as np

from bss_core.draws import with_replacement, without_replacement
from bss_core.errors import ConfigError
from bss_core.exposure import Exposure, coverage, decile_positions, entropy

__all__ = ["Plan", "check_same_samples", "checked_scores"]


@dataclass(frozen=True)
class Plan:
    """One epoch's draw.

    Attributes:
        size: how many draws the epoch makes, ≥ 1.
        pool: (size,) positions in the data set, in any order; each is drawn once, in random order.
        probabilities: (n,) non-negative, sums to one; given instead of ``pool``.
        replace: with ``probabilities``, whether a sample can be drawn again in the same epoch.

    Raises:
        ConfigError: both or neither of pool and probabilities, a pool of another size, or more draws without
            replacement than samples.
    """

    size: int
    pool: np.ndarray | None = None
    probabilities: np.ndarray | None = None
    replace: bool = False

    def __post_init__(self) -> None:
        if (self.pool is None) == (self.probabilities is None):
            found = "neither" if self.pool is None else "both"
            raise ConfigError(f"A plan takes either a pool or probabilities; it was given {found}.")
        if self.pool is not None and len(self.pool) != self.size:
            raise ConfigError(f"A plan of size {self.size} needs a pool of {self.size}; it was given {len(self.pool)}.")
        if self.probabilities is not None and not self.replace and self.size > len(self.probabilities):
            raise ConfigError(
                f"Of {len(self.probabilities)} samples at most as many can be drawn without replacement; the plan asks "
                f"for {self.size}."
            )

    def draw(self, generator: np.random.Generator) -> np.ndarray:
        """(size,) positions in the order in which the epoch visits them; depends on the plan and the generator only."""
        if self.pool is not None:
            return generator.permutation(self.pool)
        if self.replace:
            return with_replacement(self.probabilities, self.size, generator)
        return without_replacement(self.probabilities, self.size, generator)

    def sampling_probabilities(self, n: int) -> np.ndarray:
        """(n,) the probability of each sample at a draw (without replacement: at the first draw)."""
        if self.probabilities is not None:
            return self.probabilities
        chances = np.zeros(n)
        chances[self.pool] = 1 / self.size
        return chances

    def effective_sample_size(self, n: int) -> float:
        """1 / Σ p²: n when all are equally likely, 1 when one sample takes all; of a pool its size."""
        if self.probabilities is None:
            return float(self.size)
        return float(1 / np.square(self.probabilities).sum())

    def exposure(self, n: int, scores: np.ndarray | None = None) -> Exposure:
        """How evenly the epoch shows the n samples; with their (n,) scores also where each decile of them comes.

        The deciles cost two sorts of n numbers, the rest a few passes over them.
        """
        return Exposure(
            effective_sample_size=self.effective_sample_size(n),
            entropy=entropy(self),
            coverage=coverage(self, n),
            decile_positions=None if scores is None else decile_positions(self, checked_scores(scores)),
        )


def checked_scores(scores: np.ndarray) -> np.ndarray:
    """The scores as (n,) float64.

    Raises:
        ConfigError: no scores, a wrong shape, or a value that is no finite number.
    """
    try:
        scores = np.asarray(scores, dtype=np.float64)
    except (TypeError, ValueError):
        raise ConfigError(f"A plan needs one score per sample, a number each; got a {type(scores).__name__}.") from None
    if scores.ndim != 1 or not len(scores):
        raise ConfigError(f"A plan needs one score per sample, shape (n,) with n ≥ 1; got shape {scores.shape}.")
    if not np.isfinite(scores).all():
        raise ConfigError(f"The score of row {int((~np.isfinite(scores)).argmax())} is not finite.")
    return scores


def check_same_samples(previous: np.ndarray, current: np.ndarray) -> None:
    """As many scores before as now, or a ConfigError: NumPy would repeat a single one for all samples."""
    if np.shape(previous) != np.shape(current):
        raise ConfigError(
            f"The scores before are of shape {np.shape(previous)} and the new ones of {np.shape(current)}; both must "
            "be of the same samples, in the same order."
        )
