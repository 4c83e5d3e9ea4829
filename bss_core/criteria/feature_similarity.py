"""Feature similarity: how far the modalities' encoders place the sample in the same direction.

sim(x) = (eᵘ · eᵛ) / (‖eᵘ‖₂ ‖eᵛ‖₂), the cosine of two modalities' features e; the mean over all pairs when there are
more than two. Range [−1, 1]; high = the features agree; 0 for a pair with a feature of zeros. It needs features of the
same length for all modalities.

Nothing trains the encoders to a common direction (each has its own head), so it says something only where they share a
space, as in models like CLIP; the paper prefers the similarity of the predictions. Taken from the features kept with
the predictions, or else from the values measured on the model while it predicted. Options: none. Cost:
O(n · d · pairs).

Source: Balance-aware Sequence Sampling, appendix, Table 1 ("feature similarity"); on Eq. 1's features. The authors'
older code starts with the least similar samples.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from bss_core.criteria._cosine import mean_cosine
from bss_core.errors import ConfigError
from bss_core.predictions import Predictions

__all__ = ["FeatureSimilarity"]


@dataclass(frozen=True)
class FeatureSimilarity:
    """``(Predictions) -> (n,)`` in [−1, 1]."""

    role: ClassVar[str] = "similarity"
    sign: ClassVar[int] = 1  # raises the balance score
    measurements: ClassVar[tuple[str, ...]] = ("feature_similarity",)

    def __call__(self, predictions: Predictions) -> np.ndarray:
        names = sorted(predictions.modalities)
        if all(name in predictions.features for name in names):
            return mean_cosine(_same_length({name: predictions.features[name] for name in names}))
        if "feature_similarity" in predictions.measured:
            return predictions.measured["feature_similarity"].astype(np.float64)
        raise ConfigError(
            "feature_similarity needs features of every modality; these predictions hold "
            f"{'those of ' + ', '.join(sorted(predictions.features)) if predictions.features else 'none'}: give "
            "features, score with the model, or take prediction_similarity."
        )


def _same_length(features: dict[str, np.ndarray]) -> list[np.ndarray]:
    lengths = {name: array.shape[1] for name, array in features.items()}
    if len(set(lengths.values())) > 1:
        found = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise ConfigError(
            f"feature_similarity needs features of one length; found {found}: project them to one length, or take "
            "prediction_similarity."
        )
    return list(features.values())
