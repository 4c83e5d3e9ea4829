"""Concatenation: the features side by side, e = [e^(1); e^(2); …], modalities in sorted order.

Options: none.
When to use: the default; the linear head after it can weigh every feature of every modality. When not: very many
modalities.
Cost: no parameters; the head after it has Σ_m d_m inputs.
Source: BSS (IJCAI 2025), Eq. (2) with g = concatenation, as in the authors' code on every data set.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from bss_core.config import option

__all__ = ["Concat"]


@dataclass(eq=False, repr=False)
class Concat(nn.Module):
    """modality → (B, d_m) in, (B, Σ d_m) out."""

    dims: dict[str, int] = option({}, "modality → width of its features; set by the model")

    def __post_init__(self) -> None:
        super().__init__()
        self.out_dim = sum(self.dims.values())

    def forward(self, features: dict[str, Tensor]) -> Tensor:
        return torch.cat([features[name] for name in sorted(self.dims)], dim=1)
