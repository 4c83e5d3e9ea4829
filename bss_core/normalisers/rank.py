"""Rank: a value becomes the share of the other samples that lie below it.

z(xᵢ) = (number of smaller values + half the number of other equal ones) / (n − 1): the average rank of ties, scaled to
[0, 1]. Without ties the smallest value becomes 0 and the largest 1. For n = 1 and for a constant criterion it is 0.

Use it when the scale of a criterion means nothing or has outliers: both criteria then weigh the same everywhere, but
near-equal values are pulled apart as far as different ones. Options: none. Cost: O(n log n).

Source: no paper; the rank transform, in place of the min–max of Balance-aware Sequence Sampling, Eq. 7.
"""

from dataclasses import dataclass

import numpy as np

from bss_core.normalisers._extrema import Extrema

__all__ = ["Rank"]


@dataclass(frozen=True)
class Rank:
    """``(n,) -> ((n,) in [0, 1], Extrema)``; the extrema are those of the raw values."""

    def __call__(self, values: np.ndarray) -> tuple[np.ndarray, Extrema]:
        extrema = Extrema.of(values)
        if extrema.is_constant:
            return np.zeros(len(values)), extrema
        _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
        below = np.cumsum(counts) - counts
        return (below + (counts - 1) / 2)[places] / (len(values) - 1), extrema
