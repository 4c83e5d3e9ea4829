"""Total loss: how hard the sample is for all heads together.

With ℓ_multi and ℓ_j the cross-entropies (nats) of the multimodal head and of modality j's head:
ℓ(x) = ℓ_multi(x) + Σⱼ ℓ_j(x) (sum), or ℓ(x) = (1 − α) ℓ_multi(x) + α Σⱼ ℓ_j(x) (alpha). Range [0, ∞); high = hard.
Without a multimodal head its term is 0. A criterion that is 0 for all samples, as alpha with α = 0 and no multimodal
head, does not count.

Use it together with a similarity: alone it is ordinary self-paced learning. Options: ``loss_weights`` is sum (the
paper's measurer) or alpha (the training objective's weights); ``loss_alpha`` is that α, 0 for the multimodal head
alone, 1 for the modalities alone. Cost: O(n · heads); O(n · C · heads) from logits.

Source: Balance-aware Sequence Sampling, Eq. 6 (information criterion, "Loss"); the weights are those of Eq. 4. The
authors' code scores CREMA-D with alpha and α = 0.9, every other data set with the sum.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from bss_core.config import check_fields, option
from bss_core.predictions import MULTIMODAL, Predictions

__all__ = ["TotalLoss"]


@dataclass(frozen=True)
class TotalLoss:
    """``(Predictions) -> (n,)``, non-negative, in nats."""

    role: ClassVar[str] = "difficulty"
    sign: ClassVar[int] = -1  # lowers the balance score
    measurements: ClassVar[tuple[str, ...]] = ()

    loss_weights: str = option("sum", "how the heads' losses are weighted", choices=("sum", "alpha"), paper="sum")
    loss_alpha: float = option(0.5, "weight of the unimodal losses, used with alpha", min=0.0, max=1.0)

    def __post_init__(self) -> None:
        check_fields(self)

    def __call__(self, predictions: Predictions) -> np.ndarray:
        total = np.zeros(len(predictions))
        for head in sorted(predictions.heads):
            total += self._weight(head) * predictions.losses(head)
        return total

    def _weight(self, head: str) -> float:
        if self.loss_weights == "sum":
            return 1.0
        return 1 - self.loss_alpha if head == MULTIMODAL else self.loss_alpha
