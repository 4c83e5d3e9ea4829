"""Balance scores for users' own arrays, and what can be said of scores: bands and ranks."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from bss_core.errors import ConfigError
from bss_core.measurer import Measurer, Scores, build_measurer
from bss_core.normalisers._extrema import Extrema
from bss_core.predictions import Predictions, unnamed_predictions

__all__ = [
    "BANDS",
    "THRESHOLDS",
    "Extrema",
    "Scores",
    "band",
    "balance_scores",
    "check_thresholds",
    "measure",
    "ranks",
]

BANDS = ("balanced", "semi-balanced", "imbalanced")
THRESHOLDS = (0.25, 0.6)  # imbalanced below the first, balanced from the second on; see `band`
_PAPER = build_measurer()


def measure(predictions: Predictions, measurer: Measurer | None = None) -> Scores:
    """Score every sample, by default as the paper does: s = normalised similarity − normalised loss (Eq. 7)."""
    return (measurer or _PAPER)(predictions)


def balance_scores(
    probabilities: Mapping[str, Any] | None,
    labels: Any,
    *,
    logits: Mapping[str, Any] | None = None,
    features: Mapping[str, Any] | None = None,
    **options: Any,
) -> pd.DataFrame:
    """Balance scores of n samples from what the heads predict.

    Args:
        probabilities: head → (n, C), rows sum to one: one head per modality (at least two) and, if the model has it,
            ``multimodal``. Without ``multimodal`` the total loss is the sum of the unimodal losses. ``None`` if
            ``logits`` are given.
        labels: (n,) class indices in [0, C).
        logits: head → (n, C); losses are then exact however small a probability is.
        features: modality → (n, d), for ``feature_similarity``.
        options: of the measurer, see :func:`bss_core.measurer.build_measurer`; by default the paper's.

    Returns:
        One row per sample in input order: ``prediction_similarity`` [0, 1], ``total_loss`` [0, ∞) nats, a column for
        any other criterion chosen, ``balance_score`` [−1, 1]. ``frame.attrs["constant_criteria"]`` names criteria that
        were equal for all samples.

    Raises:
        ConfigError: shapes, values, labels or options that cannot be; the message names the head and row.
    """
    measurer = build_measurer(options)
    scores = measurer(unnamed_predictions(probabilities, labels, logits, features))
    table = pd.DataFrame({**scores.raw, "balance_score": scores.balance_score})
    table.attrs["constant_criteria"] = list(scores.constant)
    return table


def band(score: np.ndarray, thresholds: tuple[float, float] = THRESHOLDS) -> np.ndarray:
    """(n,) names from :data:`BANDS`: imbalanced below the lower threshold, balanced from the upper one on.

    Raises:
        ConfigError: thresholds that are not ordered within [−1, 1].
    """
    low, high = check_thresholds(thresholds)
    score = np.asarray(score)
    return np.where(score >= high, BANDS[0], np.where(score >= low, BANDS[1], BANDS[2]))


def check_thresholds(thresholds: tuple[float, float]) -> tuple[float, float]:
    """The lower and the upper threshold of the bands.

    Raises:
        ConfigError: not −1 ≤ lower < upper ≤ 1.
    """
    low, high = (float(value) for value in thresholds)
    if not -1 <= low < high <= 1:
        raise ConfigError(f"Band thresholds must satisfy −1 ≤ lower < upper ≤ 1; got {low:g} and {high:g}.")
    return low, high


def ranks(score: np.ndarray) -> np.ndarray:
    """(n,) int64: 1 = most balanced … n = most imbalanced; ties keep the input order."""
    places = np.empty(len(score), dtype=np.int64)
    places[np.argsort(-np.asarray(score), kind="stable")] = np.arange(1, len(score) + 1)
    return places
