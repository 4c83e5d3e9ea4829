"""Where in a manifest each sample stands: 12 bytes a sample in memory, instead of a search through a million ids."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

__all__ = ["Places"]


class Places:
    """The rows of a manifest by sample.

    Args:
        manifest: a Parquet file with the column ``sample_id``.
    """

    def __init__(self, manifest: Path) -> None:
        with pq.ParquetFile(manifest) as file:
            parts = [_hashes(batch["sample_id"].to_pylist()) for batch in file.iter_batches(columns=["sample_id"])]
        hashes = np.concatenate([*parts, np.empty(0, np.uint64)])
        order = np.argsort(hashes, kind="stable")
        self._hashes, self._rows = hashes[order], order.astype(np.int32)

    def of(self, sample_id: str) -> list[int]:
        """Rows, from 0, that may be the sample's: next to always one or none, as two ids can share a hash."""
        wanted = _hashes([sample_id])[0]
        first, last = np.searchsorted(self._hashes, wanted, "left"), np.searchsorted(self._hashes, wanted, "right")
        return self._rows[first:last].tolist()


def _hashes(ids: list[str]) -> np.ndarray:
    return pd.util.hash_array(np.array(ids, dtype=object), categorize=False)
