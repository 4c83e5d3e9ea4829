"""A batch: positions, labels and one tensor per modality, which moves between devices as one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

__all__ = ["Batch", "Item", "collate"]


class Item(NamedTuple):
    """One sample: its position in the data set, its label and one tensor per modality."""

    index: int
    label: int
    inputs: dict[str, Tensor]


@dataclass
class Batch:
    """B samples: ``index`` (B,) positions and ``labels`` (B,), both int64, and ``inputs``, modality → (B, …)."""

    index: Tensor
    labels: Tensor
    inputs: dict[str, Tensor]

    def __len__(self) -> int:
        return len(self.index)

    def _map(self, change: Callable[[Tensor], Tensor]) -> "Batch":
        inputs = {name: change(values) for name, values in self.inputs.items()}
        return Batch(change(self.index), change(self.labels), inputs)

    def to(self, device: torch.device | str, non_blocking: bool = False) -> "Batch":
        """The batch on another device."""
        return self._map(lambda values: values.to(device, non_blocking=non_blocking))

    def pin_memory(self) -> "Batch":
        """The batch in page-locked memory, from where copies to a GPU can overlap with work."""
        return self._map(Tensor.pin_memory)


def collate(items: list[Item] | Batch) -> Batch:
    """Stack items into a batch; a batch stays what it is."""
    if isinstance(items, Batch):
        return items
    index, labels, inputs = zip(*items, strict=True)
    return Batch(
        torch.tensor(index),
        torch.tensor(labels),
        {name: torch.stack([one[name] for one in inputs]) for name in inputs[0]},
    )
