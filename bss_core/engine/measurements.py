"""Per-sample values that only the model's own pass can give: feature similarity, gradient magnitude, Shapley values.

feature similarity: (eᵘ · eᵛ) / (‖eᵘ‖₂ ‖eᵛ‖₂), the cosine of two modalities' encoded features; the mean over all pairs
when there are more than two. Range [−1, 1]; a feature of length zero (an empty text) is similar to nothing: 0. It
takes encoders of one common width. Source: "feature similarity" of the BSS authors' study (Fig. 1b).

The others stand in :mod:`bss_core.engine.gradients` and :mod:`bss_core.engine.shapley`.
"""

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 (torch's own convention)
from torch import Tensor

from bss_core.engine.gradients import exact_gradient_magnitude, last_layer_gradient_magnitude
from bss_core.engine.model import LateFusion, Outputs
from bss_core.engine.shapley import MOST_MODALITIES, shapley_values, shapley_weights
from bss_core.errors import ConfigError
from bss_core.measurer import Measurer
from bss_core.predictions import MULTIMODAL

__all__ = ["Measurements", "feature_similarity"]

_FEATURES, _GRADIENT = "feature_similarity", "gradient_magnitude"


class Measurements:
    """What a measurer needs from the model itself, batch by batch, and the Shapley values.

    Shapley values come free of the encoders' cost and are taken whenever there is a multimodal head and at most
    ``MOST_MODALITIES`` modalities.

    Attributes:
        names: what a call returns, in this order.
    """

    def __init__(self, model: LateFusion, measurer: Measurer | None = None) -> None:
        """
        Raises:
            ConfigError: the measurer needs what no model gives, or features of one width where the widths differ.
        """
        self._model, self._needed = model, measurer.measurements if measurer else ()
        self._gradient = measurer.criteria[_GRADIENT] if _GRADIENT in self._needed else None
        self._weights = _weights(model)
        self._check()
        shapley = () if self._weights is None else tuple(f"shapley_{name}" for name in model.modalities)
        self.names = (*self._needed, *shapley)

    def __call__(self, inputs: dict[str, Tensor], outputs: Outputs, labels: Tensor) -> dict[str, np.ndarray]:
        """As :meth:`tensors`, on the host; on a GPU each call waits for the device."""
        return {name: values.cpu().numpy() for name, values in self.tensors(inputs, outputs, labels).items()}

    @torch.no_grad()
    def tensors(self, inputs: dict[str, Tensor], outputs: Outputs, labels: Tensor) -> dict[str, Tensor]:
        """The values of one batch, float64, on the model's device.

        Args:
            inputs: modality → (B, …), decoded, on the model's device; used by exact gradients alone.
            outputs: what the model says of them.
            labels: (B,), int64, on the same device.

        Returns:
            name → (B,), for every one of ``names``.
        """
        rows = [self._measure(name, inputs, outputs, labels).double() for name in self._needed]
        if self._weights is not None:
            rows.extend(shapley_values(self._model, outputs.features, labels, self._weights))
        return dict(zip(self.names, rows, strict=True))

    def _measure(self, name: str, inputs: dict[str, Tensor], outputs: Outputs, labels: Tensor) -> Tensor:
        if name == _FEATURES:
            return feature_similarity(outputs.features)
        if self._gradient.gradient_method == "exact":
            return exact_gradient_magnitude(self._model, inputs, labels, self._gradient.gradient_loss)
        return last_layer_gradient_magnitude(outputs, labels, self._gradient.gradient_loss)

    def _check(self) -> None:
        for name in self._needed:
            if name not in (_FEATURES, _GRADIENT):
                raise ConfigError(
                    f"A criterion needs the measurement {name!r}; models give {_FEATURES} and {_GRADIENT}."
                )
        widths = {name: self._model.encoders[name].out_dim for name in self._model.modalities}
        if _FEATURES in self._needed and len(set(widths.values())) > 1:
            found = ", ".join(f"{name} {width}" for name, width in widths.items())
            raise ConfigError(
                f"{_FEATURES} compares features of one length, but theirs are {found}; give the encoders one width, "
                "or choose prediction_similarity."
            )


def feature_similarity(features: dict[str, Tensor]) -> Tensor:
    """Mean cosine over all pairs of modalities, from modality → (B, d): (B,) in [−1, 1], float32."""
    units = torch.stack([F.normalize(values.float(), dim=1) for values in features.values()])
    # Σ_{u≠v} uᵀv = ‖Σ u‖² − Σ ‖u‖², which spares a loop over the pairs
    of_pairs = units.sum(dim=0).square().sum(dim=1) - units.square().sum(dim=(0, 2))
    return (of_pairs / (len(units) * (len(units) - 1))).clamp(-1, 1)


def _weights(model: LateFusion) -> Tensor | None:
    """The Shapley weights, on the model's device; None where no Shapley values can be had."""
    if MULTIMODAL not in model.heads or len(model.modalities) > MOST_MODALITIES:
        return None
    return shapley_weights(len(model.modalities)).to(model.heads[MULTIMODAL].weight.device)
