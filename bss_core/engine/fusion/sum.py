"""Sum: the features added up, e = Σ_m P_m e^(m), with P_m the identity where all widths agree.

Where the widths differ, each P_m is a learned linear map without bias to the greatest of them; without bias, so that
an absent modality (a zero feature) adds nothing.

Options: none.
When to use: modalities that should share one feature space; a head that does not grow with their number. When not:
one modality's features are much larger in scale than the others'; the sum would follow them.
Cost: none, or Σ_m d_m · max d parameters where the widths differ.
Source: the "sum" fusion of the imbalance literature (OGM-GE, CVPR 2022, and BalanceBenchmark compare it with
concatenation).
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from bss_core.config import option

__all__ = ["Sum"]


@dataclass(eq=False, repr=False)
class Sum(nn.Module):
    """modality → (B, d_m) in, (B, max d_m) out."""

    dims: dict[str, int] = option({}, "modality → width of its features; set by the model")

    def __post_init__(self) -> None:
        super().__init__()
        self.out_dim = max(self.dims.values())
        projects = len(set(self.dims.values())) > 1
        self.maps = nn.ModuleList(
            self._map(self.dims[name]) if projects else nn.Identity() for name in sorted(self.dims)
        )

    def _map(self, width: int) -> nn.Module:
        return nn.Linear(width, self.out_dim, bias=False)

    def forward(self, features: dict[str, Tensor]) -> Tensor:
        parts = [project(features[name]) for name, project in zip(sorted(self.dims), self.maps, strict=True)]
        return torch.stack(parts).sum(dim=0)
