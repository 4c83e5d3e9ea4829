"""Means over seeds, and differences between two arms seed by seed."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

__all__ = ["Difference", "Mean", "correlation", "mean", "paired_difference", "separation"]


@dataclass(frozen=True)
class Mean:
    """A mean over ``n`` seeds and its standard error (NaN for one seed)."""

    value: float
    error: float
    n: int


@dataclass(frozen=True)
class Difference:
    """The mean of paired differences over ``n`` seeds, with its 95 % interval (NaN for one pair)."""

    value: float
    low: float
    high: float
    n: int


def mean(values: np.ndarray) -> Mean:
    """The mean and s/√n with the sample's standard deviation s (n − 1); NaN values are left out."""
    values = _finite(values)
    if not len(values):
        return Mean(np.nan, np.nan, 0)
    error = float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else np.nan
    return Mean(float(values.mean()), error, len(values))


def paired_difference(ones: np.ndarray, others: np.ndarray, confidence: float = 0.95) -> Difference:
    """Mean of ``ones − others`` and its interval from Student's t with n − 1 degrees of freedom.

    Args:
        ones, others: (n,) results of the same seeds in the same order; pairs with a NaN are left out.
        confidence: of the two-sided interval.
    """
    found = mean(np.asarray(ones, float) - np.asarray(others, float))
    if found.n < 2:
        return Difference(found.value, np.nan, np.nan, found.n)
    reach = float(stats.t.ppf(0.5 + confidence / 2, found.n - 1)) * found.error
    return Difference(found.value, found.value - reach, found.value + reach, found.n)


def correlation(ones: np.ndarray, others: np.ndarray) -> float:
    """Spearman's rank correlation in [−1, 1], ties by mean rank; NaN where one side is constant."""
    ones, others = stats.rankdata(ones), stats.rankdata(others)
    if len(ones) < 2 or not ones.std() or not others.std():
        return np.nan
    return float(np.corrcoef(ones, others)[0, 1])


def separation(values: np.ndarray, truth: np.ndarray) -> float:
    """Area under the ROC curve of ``values`` as a sign of ``truth``, in [0, 1]; 0.5 says nothing; ties count half.

    NaN where the truth is the same for all.
    """
    truth = np.asarray(truth, bool)
    yes, no = int(truth.sum()), int((~truth).sum())
    if not yes or not no:
        return np.nan
    return float((stats.rankdata(values)[truth].sum() - yes * (yes + 1) / 2) / (yes * no))


def _finite(values: np.ndarray) -> np.ndarray:
    values = np.asarray(values, float)
    return values[np.isfinite(values)]
