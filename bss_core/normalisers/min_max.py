"""Min–max: the smallest value becomes 0, the largest 1, and what lies between keeps its proportions.

z(xᵢ) = (vᵢ − min V) / (max V − min V), where V are the values of all samples. A criterion that is the same for every
sample becomes 0 for all.

It is the paper's choice, and distances keep their meaning; but one outlier squeezes all others together. Then take
``quantile_clipped`` or ``rank``. Options: none. Cost: O(n).

Source: Balance-aware Sequence Sampling, Eq. 7. The authors' code divides by zero for a constant criterion.
"""

from dataclasses import dataclass

import numpy as np

from bss_core.normalisers._extrema import Extrema

__all__ = ["MinMax"]


@dataclass(frozen=True)
class MinMax:
    """``(n,) -> ((n,) in [0, 1], Extrema)``."""

    def __call__(self, values: np.ndarray) -> tuple[np.ndarray, Extrema]:
        extrema = Extrema.of(values)
        return extrema.normalise(values), extrema
