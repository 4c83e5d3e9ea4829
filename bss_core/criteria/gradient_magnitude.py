"""Gradient magnitude: how far the sample would move the model's parameters.

g(x) = Σ_θ ‖∂ℓ(x)/∂θ‖₂, the sum over the parameter tensors θ of the length of the gradient of the sample's own loss ℓ.
Range [0, ∞); high = hard. Only the model's own pass can measure it; it is read from the predictions.

Use it as the difficulty in place of the loss, which it mostly follows at far higher cost. Options: ``gradient_method``
is exact (every parameter, as the authors do; one backward pass per sample) or last_layer (the classifiers' parameters
only, in closed form, nearly free; what the encoders would learn is left out, so it is smaller). ``gradient_loss`` is
the loss ℓ: multimodal (the fused head's cross-entropy) or total (the sum over all heads). The two methods are no
substitutes early on: on the data set ``stamps`` (one seed, multimodal loss) their rankings had a Spearman correlation
of 0.57 in an untrained model, −0.28 after 2 epochs and 0.98 after 12. Cost: exact, a forward and a backward pass per
sample, 3 to 4 times the plain scoring pass on a CPU; last_layer, O(n · (C + d)) per head, next to nothing.

Source: Balance-aware Sequence Sampling, appendix, Table 1 ("gradient magnitude"); formula as in the authors' older
code, which measures in training mode: the multimodal loss, hardest samples first, where gradients are the only
criterion, and the total loss beside a similarity.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from bss_core.config import check_fields, option
from bss_core.errors import ConfigError
from bss_core.predictions import Predictions

__all__ = ["GradientMagnitude"]


@dataclass(frozen=True)
class GradientMagnitude:
    """``(Predictions) -> (n,)``, non-negative."""

    role: ClassVar[str] = "difficulty"
    sign: ClassVar[int] = -1  # lowers the balance score
    measurements: ClassVar[tuple[str, ...]] = ("gradient_magnitude",)

    gradient_method: str = option(
        "exact", "which parameters are looked at", choices=("exact", "last_layer"), paper="exact"
    )
    gradient_loss: str = option("multimodal", "the loss whose gradient is taken", choices=("multimodal", "total"))

    def __post_init__(self) -> None:
        check_fields(self)

    def __call__(self, predictions: Predictions) -> np.ndarray:
        if "gradient_magnitude" not in predictions.measured:
            raise ConfigError(
                "gradient_magnitude must be measured on the model, and these predictions hold no such values: score "
                "with the model, or take total_loss."
            )
        return predictions.measured["gradient_magnitude"].astype(np.float64)
