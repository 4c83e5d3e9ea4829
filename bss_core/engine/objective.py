"""The training loss: Eq. (4), (1 − α)·ℓ_multimodal + α·Σ_j ℓ_j, or the plain sum ℓ_multimodal + Σ_j ℓ_j.

Each ℓ is one head's mean cross entropy over the batch. The plain sum is twice Eq. (4) at α = 0.5, so it doubles the
step size of SGD at the same learning rate.

Source: BSS (IJCAI 2025), Eq. (4). The authors' released code uses α = 0.9 on CREMA-D and the plain sum elsewhere.
"""

import torch.nn.functional as F  # noqa: N812 (torch's own convention)
from torch import Tensor

from bss_core.errors import ConfigError

__all__ = ["objective", "per_sample_losses"]


def per_sample_losses(logits: dict[str, Tensor], labels: Tensor) -> dict[str, Tensor]:
    """Cross entropy of every head for every sample: head → (B,), in nats, ≥ 0; float32 under mixed precision too."""
    return {head: F.cross_entropy(values.float(), labels, reduction="none") for head, values in logits.items()}


def objective(logits: dict[str, Tensor], labels: Tensor, alpha: float, weights: str = "alpha") -> Tensor:
    """The loss of a batch, a scalar ≥ 0, in nats.

    Args:
        logits: head → (B, C): every modality and ``multimodal``.
        labels: (B,), int64.
        alpha: α in [0, 1], the weight of the modalities' own losses; 0 trains the multimodal head alone. Not used
            with ``weights="sum"``.
        weights: ``alpha`` (Eq. 4) or ``sum`` (every head counts 1, as in most of the released scripts).

    Raises:
        ConfigError: α out of range, other weights than these, or no multimodal head.
    """
    if weights not in ("alpha", "sum"):
        raise ConfigError(f"There are no loss weights {weights!r}; there are alpha, sum.")
    if not 0 <= alpha <= 1:
        raise ConfigError(f"alpha = {alpha!r} is out of range: it must be ≥ 0 and ≤ 1.")
    if "multimodal" not in logits:
        raise ConfigError(f"The objective needs the head 'multimodal'; there are {', '.join(logits) or 'none'}.")
    losses = {head: values.mean() for head, values in per_sample_losses(logits, labels).items()}
    multimodal = losses.pop("multimodal")
    unimodal = sum(losses.values())
    return multimodal + unimodal if weights == "sum" else (1 - alpha) * multimodal + alpha * unimodal
