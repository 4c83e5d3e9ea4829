"""Total loss: how hard the sample is for all heads together.

ℓ(x) = ℓ_multi(x) + Σⱼ ℓ_j(x), the plain sum of the cross-entropies (nats) of the multimodal head, if there is one, and
of every modality's head. Range [0, ∞); high = hard.

Use it together with the similarity: alone it is ordinary self-paced learning. Cost: O(n · heads). Options: none.

Source: Balance-aware Sequence Sampling, Eq. 6 (information criterion, "Loss"). The authors' code weights the terms with
0.1 / 0.9 on CREMA-D.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from bss_core.predictions import Predictions

__all__ = ["TotalLoss"]


@dataclass(frozen=True)
class TotalLoss:
    """``(Predictions) -> (n,)``, non-negative, in nats."""

    sign: ClassVar[int] = -1  # lowers the balance score

    def __call__(self, predictions: Predictions) -> np.ndarray:
        return np.sum([predictions.losses(head) for head in sorted(predictions.heads)], axis=0)
