"""A multilayer perceptron over ready-made features (tabular values, precomputed embeddings).

e = dropout(ReLU(W₂ · dropout(ReLU(W₁ x̂ + b₁)) + b₂)), x̂ = x standardised per value by batch normalisation, because
values of one vector may differ in scale by orders of magnitude.

Options: ``in_dim`` (length of x; taken from the data), ``width`` (e ∈ R^width), ``dropout``.
When to use: a modality that is already a vector. When not: sequences or pictures flattened to vectors.
Cost: (in_dim + width)·width parameters.
Source: common practice.
"""

from dataclasses import dataclass
from typing import ClassVar

import torch.nn.functional as F  # noqa: N812 (torch's own convention)
from torch import Tensor, nn

from bss_core.config import option

__all__ = ["MLP"]


class _Standardise(nn.BatchNorm1d):
    """Batch normalisation; a batch of one sample, as an epoch's last may be, is taken by the running statistics."""

    def forward(self, values: Tensor) -> Tensor:
        if self.training and len(values) == 1:
            return F.batch_norm(values, self.running_mean, self.running_var, self.weight, self.bias, eps=self.eps)
        return super().forward(values)


@dataclass(eq=False, repr=False)
class MLP(nn.Module):
    """(B, in_dim) → (B, width)."""

    kinds: ClassVar[tuple[str, ...]] = ("features", "series")

    in_dim: int = option(1, "length of the feature vector; taken from the data", min=1)
    width: int = option(128, "length of the encoded vector", min=1, max=8192)
    dropout: float = option(0.2, "share of hidden values left out in training", min=0, max=0.95)

    def __post_init__(self) -> None:
        super().__init__()
        hidden = [nn.Linear(self.in_dim, self.width), nn.ReLU(), nn.Dropout(self.dropout)]
        out = [nn.Linear(self.width, self.width), nn.ReLU(), nn.Dropout(self.dropout)]
        self.layers = nn.Sequential(_Standardise(self.in_dim), *hidden, *out)
        self.out_dim = self.width

    def forward(self, values: Tensor) -> Tensor:
        return self.layers(values)
