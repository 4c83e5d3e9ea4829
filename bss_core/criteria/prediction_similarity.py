"""Prediction similarity: how far the modalities' predictions agree, whatever the label.

sim(x) = (ŷᵘ · ŷᵛ) / (‖ŷᵘ‖₂ ‖ŷᵛ‖₂), the cosine of two modalities' predictions ŷ; the mean over all pairs when there are
more than two. High = the modalities agree. The fused head has no part in it.

Use it to find samples on which modalities contradict each other; it is also high where both are wrong in the same way,
which is why it is paired with a difficulty. Options: ``similarity_on`` says what ŷ is: probabilities (the paper; range
[0, 1]) or logits (range [−1, 1]; depends on a constant added to a head's logits, which its probabilities do not; 0 if
all logits of a head are 0). Cost: O(n · C · pairs).

Source: Balance-aware Sequence Sampling, Eq. 5 (correlation criterion, "PreSim"). The authors' code takes raw logits
instead of probabilities for BSS-H on NVGesture.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from bss_core.config import check_fields, option
from bss_core.criteria._cosine import mean_cosine
from bss_core.errors import ConfigError
from bss_core.predictions import Predictions

__all__ = ["PredictionSimilarity"]


@dataclass(frozen=True)
class PredictionSimilarity:
    """``(Predictions) -> (n,)`` in [0, 1], on logits in [−1, 1]."""

    role: ClassVar[str] = "similarity"
    sign: ClassVar[int] = 1  # raises the balance score
    measurements: ClassVar[tuple[str, ...]] = ()

    similarity_on: str = option(
        "probabilities",
        "what the cosine is taken of",
        choices=("probabilities", "logits"),
        paper="probabilities",
    )

    def __post_init__(self) -> None:
        check_fields(self)

    def __call__(self, predictions: Predictions) -> np.ndarray:
        if self.similarity_on == "probabilities":
            return mean_cosine([predictions.probabilities[name] for name in sorted(predictions.modalities)]).clip(0)
        missing = [name for name in sorted(predictions.modalities) if name not in predictions.logits]
        if missing:
            raise ConfigError(
                f"similarity_on = logits needs the logits of every modality; there are none of {', '.join(missing)}: "
                "give logits, or take similarity_on = probabilities."
            )
        return mean_cosine([predictions.logits[name] for name in sorted(predictions.modalities)])
