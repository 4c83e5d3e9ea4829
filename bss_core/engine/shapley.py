"""Shapley value of every modality for every sample: its fair share in the probability of the label.

φ_m = Σ_{S ⊆ M∖m} |S|! (|M| − |S| − 1)! / |M|! · (v(S ∪ m) − v(S)), over all sets S of the other modalities; v(S) is the
multimodal head's probability of the label when the features outside S are zero (v(∅): all are). Range [−1, 1]; negative
where the modality misleads. The values of all modalities add up to v(M) − v(∅).

Cost: 2^|M| passes through the fusion and its head, none through the encoders.

Source: L. S. Shapley, A value for n-person games (1953); per sample and with zeroed features as in SMV (CVPR 2024),
whose v(S) is |S| where the prediction is right and 0 where it is not.
"""

from math import factorial

import torch
from torch import Tensor

from bss_core.engine.model import LateFusion
from bss_core.predictions import MULTIMODAL

__all__ = ["MOST_MODALITIES", "shapley_values", "shapley_weights"]

MOST_MODALITIES = 6  # 2^6 = 64 passes through the multimodal head
_AT_ONCE = 8  # sets of modalities that are classified as one batch


def shapley_weights(modalities: int) -> Tensor:
    """The matrix A of φ = A v, in float64, on the CPU.

    Returns:
        (modalities, 2^modalities); column c stands for the set of the modalities whose bits are one in c, the first
        modality's bit being the highest.
    """
    weights = torch.empty(modalities, 2**modalities, dtype=torch.float64)
    for column, members in enumerate(_sets(modalities).tolist()):
        size = sum(members)
        for row, is_member in enumerate(members):
            others = size - is_member
            share = factorial(others) * factorial(modalities - others - 1) / factorial(modalities)
            weights[row, column] = share if is_member else -share
    return weights


def shapley_values(model: LateFusion, features: dict[str, Tensor], labels: Tensor, weights: Tensor) -> Tensor:
    """φ of every modality for every sample of a batch.

    Args:
        model: its fusion and multimodal head are asked, in the weights' own precision.
        features: modality → (B, d).
        labels: (B,), int64.
        weights: :func:`shapley_weights` of the model's number of modalities, on the model's device.

    Returns:
        (modalities, B) float64 in [−1, 1], modalities in the model's order, on the model's device.
    """
    with torch.no_grad(), torch.autocast(labels.device.type, enabled=False):
        return weights @ _values_of_sets(model, features, labels).double()


def _values_of_sets(model: LateFusion, features: dict[str, Tensor], labels: Tensor) -> Tensor:
    """v(S) of all sets S, (2^modalities, B), in the order of :func:`shapley_weights`."""
    sets = _sets(len(model.modalities), labels.device)
    return torch.cat([_values(model, features, labels, part) for part in sets.split(_AT_ONCE)])


def _values(model: LateFusion, features: dict[str, Tensor], labels: Tensor, sets: Tensor) -> Tensor:
    head = model.heads[MULTIMODAL]
    masks = zip(model.modalities, sets.T[:, :, None, None], strict=True)
    kept = {name: torch.where(mask, features[name].to(head.weight.dtype), 0).flatten(0, 1) for name, mask in masks}
    probabilities = head(model.fusion(kept)).softmax(dim=1)
    return probabilities.gather(1, labels.repeat(len(sets))[:, None]).view(len(sets), -1)


def _sets(modalities: int, device: torch.device | str = "cpu") -> Tensor:
    """All sets of modalities, (2^modalities, modalities) bool; made on the device, where a copy would have to wait."""
    bits = torch.arange(modalities - 1, -1, -1, device=device)
    return (torch.arange(2**modalities, device=device)[:, None] >> bits) % 2 == 1
