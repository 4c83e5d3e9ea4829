"""Prediction similarity: how far the modalities' predictions agree, whatever the label.

sim(x) = (ŷᵘ · ŷᵛ) / (‖ŷᵘ‖₂ ‖ŷᵛ‖₂), the cosine of two modalities' class probabilities; the mean over all pairs when
there are more than two. Range [0, 1]; high = the modalities agree.

Use it to find samples on which modalities contradict each other; it is also high where both are wrong in the same way,
which is why it is paired with the loss. Cost: O(n · C · pairs). Options: none.

Source: Balance-aware Sequence Sampling, Eq. 5 (correlation criterion, "PreSim"). The authors' code takes raw logits
instead of probabilities on NVGesture.
"""

from dataclasses import dataclass
from itertools import combinations
from typing import ClassVar

import numpy as np

from bss_core.predictions import Predictions

__all__ = ["PredictionSimilarity"]


@dataclass(frozen=True)
class PredictionSimilarity:
    """``(Predictions) -> (n,)`` in [0, 1]."""

    sign: ClassVar[int] = 1  # raises the balance score

    def __call__(self, predictions: Predictions) -> np.ndarray:
        units = [_unit_rows(predictions.probabilities[name]) for name in sorted(predictions.modalities)]
        cosines = [np.einsum("nc,nc->n", first, second) for first, second in combinations(units, 2)]
        return np.clip(np.mean(cosines, axis=0), 0.0, 1.0)


def _unit_rows(matrix: np.ndarray) -> np.ndarray:
    matrix = matrix.astype(np.float64)
    return matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
