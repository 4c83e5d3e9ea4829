"""The two raw values that became 0 and 1: without them the scores of two evaluations cannot be compared."""

from dataclasses import dataclass

import numpy as np

__all__ = ["Extrema"]


@dataclass(frozen=True)
class Extrema:
    """The raw values of a criterion that stand for 0 and for 1; its smallest and largest unless they were clipped."""

    min: float
    max: float

    @classmethod
    def of(cls, values: np.ndarray) -> "Extrema":
        """The smallest and the largest of n ≥ 1 values."""
        return cls(float(np.min(values)), float(np.max(values)))

    @property
    def is_constant(self) -> bool:
        """Whether the criterion says nothing about any sample: all values agree to the precision of float32."""
        return self.max - self.min <= 1e-7 * max(abs(self.max), abs(self.min))

    def normalise(self, values: np.ndarray) -> np.ndarray:
        """(values − min) / (max − min); all 0 for a constant criterion, which then leaves s to the other one."""
        if self.is_constant:
            return np.zeros(len(values))
        found = np.asarray(values, dtype=np.float64) - self.min
        found /= self.max - self.min
        return found
