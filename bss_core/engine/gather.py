"""Rows that come batch by batch, brought to the host in few large copies, for each copy waits for the device."""

import numpy as np
import torch
from torch import Tensor

__all__ = ["Gather"]


class Gather:
    """Columns of a table that grows by a batch at a time.

    Args:
        every: batches between two copies to the host; 0 keeps all rows on the device until :meth:`take`, which then is
            the only wait. Without copies the rows are still joined now and then, so that no thousands of small tensors
            stay alive.
    """

    _JOINED = 64  # batches that are joined into one tensor

    def __init__(self, every: int = _JOINED) -> None:
        self._every, self._count = every, 0
        self._waiting: dict[str, list[Tensor]] = {}
        self._done: dict[str, list[Tensor]] = {}

    def add(self, columns: dict[str, Tensor]) -> None:
        """One batch, column → (B, …), the same columns each time; nothing is copied yet."""
        for name, rows in columns.items():
            self._waiting.setdefault(name, []).append(rows.detach())
        self._count += 1
        if self._count % (self._every or self._JOINED) == 0:
            self._join()

    def take(self) -> dict[str, np.ndarray]:
        """Column → (n, …), all rows in the order in which they came; the gatherer is empty afterwards.

        Numbers of half precision come as float32, which numpy knows.
        """
        self._join()
        done, self._done, self._count = self._done, {}, 0
        # one column at a time gives its parts back before the next is joined
        return {name: _joined(done.pop(name)) for name in list(done)}

    def _join(self) -> None:
        for name, parts in self._waiting.items():
            rows = torch.cat(parts)
            self._done.setdefault(name, []).append(rows.cpu() if self._every else rows)
        self._waiting = {}


def _joined(parts: list[Tensor]) -> np.ndarray:
    rows = (parts[0] if len(parts) == 1 else torch.cat(parts)).cpu()
    return (rows.float() if rows.dtype in (torch.bfloat16, torch.float16) else rows).numpy()
