"""Quantile-clipped: min–max between two quantiles; what lies beyond them counts as the quantile.

z(xᵢ) = (clip(vᵢ, a, b) − a) / (b − a) with a and b the q and 1 − q quantiles of all values, q = ``clip_quantile``
(between two samples the quantile is interpolated). If a = b, every sample becomes 0.

Use it when a few samples have huge losses that would squeeze all others into a corner. Options: ``clip_quantile``, the
share cut off at each end (0 is min–max). Cost: O(n) on average.

Source: no paper; the usual robust form of min–max (Balance-aware Sequence Sampling, Eq. 7, with clipped extremes).
"""

from dataclasses import dataclass

import numpy as np

from bss_core.config import check_fields, option
from bss_core.normalisers._extrema import Extrema

__all__ = ["QuantileClipped"]


@dataclass(frozen=True)
class QuantileClipped:
    """``(n,) -> ((n,) in [0, 1], Extrema)``; the extrema are the two quantiles."""

    clip_quantile: float = option(0.01, "share of the values cut off at each end", min=0.0, max=0.49)

    def __post_init__(self) -> None:
        check_fields(self)

    def __call__(self, values: np.ndarray) -> tuple[np.ndarray, Extrema]:
        low, high = np.quantile(values, (self.clip_quantile, 1 - self.clip_quantile))
        extrema = Extrema(float(low), float(high))
        return extrema.normalise(np.clip(values, low, high)), extrema
