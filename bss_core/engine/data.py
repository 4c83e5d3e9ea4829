"""Decoded samples for training and scoring: cached in memory, handed out in whole batches.

What fits into ``cache_bytes`` is kept in one tensor per modality, so epochs after the first cost no decoding and a
batch is one ``index_select`` per modality instead of a list of items to stack (a third of the time for small samples).
A broken sample is listed by :meth:`MediaDataset.scan` and left out, never fatal.
"""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, Sampler

from bss_core.engine.batch import Batch, Item, collate
from bss_core.engine.inputs import InputConfig, decode
from bss_core.errors import MediaError
from bss_core.manifest import Info

__all__ = ["Batch", "Item", "MediaDataset", "collate", "loader"]


class MediaDataset(Dataset):
    """The samples of a frame of manifest rows; a sample's position is its place in ``sample_ids`` and ``labels``.

    Attributes:
        sample_ids: (n,) str.
        labels: (n,) int64.
        splits: (n,) names of the splits they belong to.
        shapes: modality → shape of one decoded sample.
    """

    def __init__(self, rows: pd.DataFrame, info: Info, config: InputConfig, cache_bytes: int = 1 << 30) -> None:
        """Decode the first good sample to learn the shapes; nothing else is decoded yet.

        Raises:
            MediaError: no sample can be decoded.
        """
        self.info, self.config = info, config
        self._cells = {name: rows[name].to_numpy() for name in info.modalities}
        self._ids = rows["sample_id"].to_numpy(dtype=object)
        self._row_labels = rows["label"].to_numpy(dtype=np.int64)
        self._row_splits = rows["split"].to_numpy(dtype=object)
        self._rows = np.arange(len(rows))  # position → row
        self.shapes: dict[str, tuple[int, ...]] = {}
        sample = self._first()
        self.shapes = {name: tuple(values.shape) for name, values in sample.items()}
        size = sum(values.nbytes for values in sample.values())
        capacity = min(len(rows), cache_bytes // size)  # rows below it are cached
        self._cache = {name: values.new_empty((capacity, *values.shape)) for name, values in sample.items()}
        self._is_cached = np.zeros(len(rows), dtype=bool)
        self._capacity = capacity

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def sample_ids(self) -> np.ndarray:
        return self._ids[self._rows]

    @property
    def labels(self) -> np.ndarray:
        return self._row_labels[self._rows]

    @property
    def splits(self) -> np.ndarray:
        return self._row_splits[self._rows]

    @property
    def is_cached(self) -> bool:
        """Whether every sample is in memory."""
        return bool(self._is_cached[self._rows].all())

    def _first(self) -> dict[str, Tensor]:
        reason = "there are none"
        for row in range(len(self._ids)):
            try:
                return self._decode(row)
            except MediaError as error:
                reason = str(error)
        raise MediaError(f"None of the {len(self._ids)} samples of {self.info.name!r} can be decoded: {reason}")

    def _decode(self, row: int) -> dict[str, Tensor]:
        decoded = {}
        for name, modality in self.info.modalities.items():
            try:
                decoded[name] = decode(self._cells[name][row], modality, self.config, self.info.folder)
            except MediaError as error:
                raise MediaError(f"{self._ids[row]}, {name}: {error}") from error
            found, expected = tuple(decoded[name].shape), self.shapes.get(name)
            if expected and found != expected:
                raise MediaError(f"{self._ids[row]}, {name}: it has {found[0]} values; the others have {expected[0]}.")
        return decoded

    def _inputs(self, row: int) -> dict[str, Tensor]:
        if self._is_cached[row]:
            return {name: values[row] for name, values in self._cache.items()}
        decoded = self._decode(row)
        if row < self._capacity:
            for name, values in decoded.items():
                self._cache[name][row] = values
            self._is_cached[row] = True
        return decoded

    def __getitem__(self, position: int) -> Item:
        """One sample.

        Raises:
            MediaError: it cannot be decoded; the message names it.
        """
        row = int(self._rows[position])
        return Item(range(len(self))[position], int(self._row_labels[row]), self._inputs(row))

    def __getitems__(self, positions: list[int]) -> Batch:
        """The samples at ``positions`` as one batch; torch's loader calls this instead of fetching items singly."""
        rows = self._rows[positions]
        if not self._is_cached[rows].all():
            return collate([self[position] for position in positions])
        chosen = torch.from_numpy(rows)
        inputs = {name: values.index_select(0, chosen) for name, values in self._cache.items()}
        return Batch(torch.tensor(positions), torch.from_numpy(self._row_labels[rows]), inputs)

    def scan(self, progress: Callable[[int, int], Any] | None = None) -> dict[str, str]:
        """Decode every sample once (filling the cache) and leave out those that fail; later positions move up.

        Args:
            progress: called with (samples done, samples in all) after each sample.

        Returns:
            sample_id → reason, for the samples left out.

        Raises:
            MediaError: no sample is left.
        """
        broken, good, total = {}, [], len(self)
        for done, row in enumerate(self._rows, start=1):
            try:
                self._inputs(row)
                good.append(row)
            except MediaError as error:
                broken[str(self._ids[row])] = str(error)
            if progress:
                progress(done, total)
        if not good:
            raise MediaError(
                f"None of the {total} samples of {self.info.name!r} can be decoded: {list(broken.values())[0]}"
            )
        self._rows = np.array(good)
        return broken


def loader(
    dataset: MediaDataset,
    batch_size: int,
    sampler: Sampler[int] | Iterable[int] | None = None,
    workers: int = 0,
    generator: torch.Generator | None = None,
    drop_last: bool = False,
    pin_memory: bool = False,
) -> DataLoader:
    """Batches in the sampler's order, or in file order without one.

    Args:
        batch_size: B; the last batch may be smaller unless ``drop_last``.
        sampler: yields positions; anew in every epoch.
        workers: processes that decode; none are started once everything is in memory, where they would only cost.
        generator: for torch's worker seeds; without one each epoch takes a number from the global generator.
        pin_memory: page-locked batches, for a GPU.
    """
    workers = 0 if dataset.is_cached else workers
    return DataLoader(
        dataset,
        batch_size=batch_size,
        sampler=sampler,
        num_workers=workers,
        collate_fn=collate,
        worker_init_fn=_start_worker,
        generator=generator,
        drop_last=drop_last,
        pin_memory=pin_memory,
        persistent_workers=workers > 0,
    )


def _start_worker(_: int) -> None:
    torch.set_num_threads(1)  # several processes of several threads each would fight for the cores
