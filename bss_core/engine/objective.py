"""The training loss of Eq. (4): (1 − α)·ℓ_multimodal + α·Σ_j ℓ_j, each ℓ one head's mean cross entropy over the batch.

Source: BSS (IJCAI 2025), Eq. (4). The authors' released code uses α = 0.9 on CREMA-D and the plain sum elsewhere,
which is twice the loss at α = 0.5.
"""

import torch.nn.functional as F  # noqa: N812 (torch's own convention)
from torch import Tensor

from bss_core.errors import ConfigError

__all__ = ["objective", "per_sample_losses"]


def per_sample_losses(logits: dict[str, Tensor], labels: Tensor) -> dict[str, Tensor]:
    """Cross entropy of every head for every sample: head → (B,), in nats, ≥ 0; float32 under mixed precision too."""
    return {head: F.cross_entropy(values.float(), labels, reduction="none") for head, values in logits.items()}


def objective(logits: dict[str, Tensor], labels: Tensor, alpha: float) -> Tensor:
    """Eq. (4), a scalar.

    Args:
        logits: head → (B, C): every modality and ``multimodal``.
        labels: (B,), int64.
        alpha: α in [0, 1], the weight of the modalities' own losses; 0 trains the multimodal head alone.

    Raises:
        ConfigError: α out of range, or no multimodal head.
    """
    if not 0 <= alpha <= 1:
        raise ConfigError(f"alpha = {alpha!r} is out of range: it must be ≥ 0 and ≤ 1.")
    if "multimodal" not in logits:
        raise ConfigError(f"The objective needs the head 'multimodal'; there are {', '.join(logits) or 'none'}.")
    losses = {head: values.mean() for head, values in per_sample_losses(logits, labels).items()}
    multimodal = losses.pop("multimodal")
    return (1 - alpha) * multimodal + alpha * sum(losses.values())
