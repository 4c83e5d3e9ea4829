"""From predictions to balance scores: criteria, min–max, s (Eq. 7), bands, and the score table of one evaluation."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from bss_core.criteria.prediction_similarity import PredictionSimilarity
from bss_core.criteria.total_loss import TotalLoss
from bss_core.errors import ConfigError
from bss_core.predictions import Predictions, predictions_from

__all__ = [
    "BANDS",
    "THRESHOLDS",
    "Extrema",
    "Scores",
    "band",
    "balance_scores",
    "check_thresholds",
    "measure",
    "min_max",
    "ranks",
]

BANDS = ("balanced", "semi-balanced", "imbalanced")
THRESHOLDS = (0.25, 0.6)  # imbalanced below the first, balanced from the second on; see `band`
CRITERIA = {"prediction_similarity": PredictionSimilarity(), "total_loss": TotalLoss()}


@dataclass(frozen=True)
class Extrema:
    """The smallest and largest raw value of a criterion: what min–max scores of two evaluations need to be compared."""

    min: float
    max: float

    @property
    def is_constant(self) -> bool:
        """Whether the criterion says nothing about any sample: all values agree to the precision of float32."""
        return self.max - self.min <= 1e-7 * max(abs(self.max), abs(self.min))

    def normalise(self, values: np.ndarray) -> np.ndarray:
        """(values − min) / (max − min); all 0 for a constant criterion, which then leaves s to the other one."""
        if self.is_constant:
            return np.zeros(len(values))
        return (np.asarray(values, dtype=np.float64) - self.min) / (self.max - self.min)


@dataclass(frozen=True)
class Scores:
    """The measurer's result for n samples.

    Attributes:
        raw: criterion → (n,) raw values.
        extrema: criterion → :class:`Extrema`.
        balance_score: (n,) s in [−1, 1]; high = balanced.
        constant: the criteria that were the same for every sample and so were left out.
    """

    raw: dict[str, np.ndarray]
    extrema: dict[str, Extrema]
    balance_score: np.ndarray
    constant: tuple[str, ...] = field(default=())


def min_max(values: np.ndarray) -> tuple[np.ndarray, Extrema]:
    """Min–max normalisation over all samples: (n,) in [0, 1] and the extrema used."""
    extrema = Extrema(float(np.min(values)), float(np.max(values)))
    return extrema.normalise(values), extrema


def measure(predictions: Predictions) -> Scores:
    """Score every sample: s = normalised similarity − normalised loss (Balance-aware Sequence Sampling, Eq. 7)."""
    raw = {name: criterion(predictions) for name, criterion in CRITERIA.items()}
    normalised = {name: min_max(values) for name, values in raw.items()}
    score = np.sum([CRITERIA[name].sign * values for name, (values, _) in normalised.items()], axis=0)
    extrema = {name: found for name, (_, found) in normalised.items()}
    return Scores(raw, extrema, score, tuple(name for name in extrema if extrema[name].is_constant))


def balance_scores(probabilities: Mapping[str, np.ndarray], labels: np.ndarray) -> pd.DataFrame:
    """Balance scores of n samples from class probabilities.

    Args:
        probabilities: head → (n, C), rows sum to one: one head per modality (at least two) and, if the model has it,
            ``multimodal``. Without ``multimodal`` the total loss is the sum of the unimodal losses.
        labels: (n,) class indices in [0, C).

    Returns:
        One row per sample in input order: ``prediction_similarity`` [0, 1], ``total_loss`` [0, ∞) nats,
        ``balance_score`` [−1, 1]. ``frame.attrs["constant_criteria"]`` names criteria that were equal for all samples.

    Raises:
        ConfigError: shapes, probabilities or labels that cannot be; the message names the head and row.
    """
    scores = measure(predictions_from(probabilities, labels))
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
