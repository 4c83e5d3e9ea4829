"""How evenly an epoch shows the samples: effective sample size, entropy, coverage, and when each decile comes."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from bss_core.plans import Plan

__all__ = ["Exposure", "coverage", "decile_positions", "entropy", "expected_positions"]

_BINS = 512
_LEAST = 1e-300  # as in the draw: probability 0 comes last, and its logarithm must not be −∞


@dataclass(frozen=True)
class Exposure:
    """What one epoch does to the training distribution.

    Attributes:
        effective_sample_size: 1 / Σ p², from 1 to n; of a pool its size.
        entropy: −Σ p ln p of one draw (without replacement: of the first), in nats, from 0 to ln n.
        coverage: expected share of the samples that the epoch shows at least once, above 0, at most 1.
        decile_positions: (10,) expected mean position in the epoch, 0 first and 1 last, of each tenth of the samples by
            score, the most balanced tenth first; NaN for a tenth of which nothing is drawn. None without scores, and
            where positions mean nothing: with replacement, or if only some of the samples are drawn by probability.
    """

    effective_sample_size: float
    entropy: float
    coverage: float
    decile_positions: np.ndarray | None = None


def entropy(plan: "Plan") -> float:
    """−Σ p ln p of one draw, in nats."""
    if plan.probabilities is None:
        return float(np.log(plan.size))
    # the maximum turns −0.0 into 0.0
    return max(0.0, float(-(plan.probabilities * np.log(np.maximum(plan.probabilities, _LEAST))).sum()))


def coverage(plan: "Plan", n: int) -> float:
    """Expected share of distinct samples: Σ 1 − (1 − p)ˢⁱᶻᵉ over n with replacement, else size over n."""
    if plan.probabilities is None or not plan.replace:
        return plan.size / n
    with np.errstate(divide="ignore"):  # p = 1: log 0 = −∞, and the chance is 1
        missed = plan.size * np.log1p(-np.minimum(plan.probabilities, 1.0))
    return float(-np.expm1(missed).sum() / n)


def decile_positions(plan: "Plan", scores: np.ndarray) -> np.ndarray | None:
    """(10,) as in :class:`Exposure`; the members of a pool are all expected in the middle, at ½."""
    n = len(scores)
    if plan.pool is not None:
        positions = np.full(n, np.nan)
        positions[plan.pool] = 0.5
    elif plan.replace or plan.size < n:
        return None
    else:
        positions = expected_positions(plan.probabilities)
    tenths = np.array_split(positions[np.argsort(-scores, kind="stable")], 10)
    return np.array([_mean_of_known(tenth) for tenth in tenths])


def _mean_of_known(values: np.ndarray) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")


def expected_positions(probabilities: np.ndarray) -> np.ndarray:
    """(n,) expected position of each sample, 0–1, in an order drawn without replacement (Plackett–Luce).

    Sample j comes before i with probability pⱼ / (pᵢ + pⱼ), so i is expected at Σ_{j≠i} pⱼ / (pᵢ + pⱼ) of 0 … n − 1.
    Exact up to 512 samples. Of more, the sum runs over 512 bins of equally many samples of similar p, and what lies
    between the bins' means is interpolated: below 10⁻⁴ off on average, up to some hundredths for a few outlying p.
    """
    n = len(probabilities)
    chances = np.maximum(probabilities, _LEAST)
    edges = np.linspace(0, n, min(n, _BINS) + 1).astype(np.int64)
    sizes = np.diff(edges)
    means = np.add.reduceat(np.sort(chances), edges[:-1]) / sizes
    earlier = means / (means[:, None] + means)  # row: the sample, column: who may come before it
    expected = (earlier @ sizes - 0.5) / max(n - 1, 1)  # without itself, which counted as ½
    return np.interp(np.log(chances), np.log(means), expected)
