"""All samples of an evaluation by their rank, as arrays: what a schedule is tried on."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bss_core.queries._source import Source, check_columns, numeric_columns
from bss_core.tables import columns

__all__ = ["Ranked", "ranked"]


@dataclass(frozen=True)
class Ranked:
    """n samples, the first of them ranked first; of equal scores the one that the data set names first.

    Attributes:
        sample_ids: (n,) ids.
        labels: (n,) class indices.
        values: (n,) the column asked for.
        earlier: for each table asked for too, (n,) its values of the same samples, NaN for one that it lacks.
    """

    sample_ids: pa.Array
    labels: np.ndarray
    values: np.ndarray
    earlier: tuple[np.ndarray, ...] = ()


def ranked(rows: Source, column: str, earlier: Sequence[Path] = ()) -> Ranked:
    """A column of all samples of an evaluation, and of the same samples in other score tables.

    Raises:
        ConfigError: ``column`` is no numeric column.
        RunError: a table is damaged, or one of the others lacks the column.
    """
    check_columns([column], numeric_columns(rows))
    table = columns(rows.scores, ["sample_id", "label", "rank", column])
    ids, order = table["sample_id"].combine_chunks(), np.argsort(table["rank"].to_numpy(), kind="stable")
    others = [_of(ids, path, column)[order] for path in earlier]
    labels, values = table["label"].to_numpy(), _floats(table[column])
    return Ranked(ids.take(pa.array(order)), labels[order], values[order], tuple(others))


def _of(ids: pa.Array, path: Path, column: str) -> np.ndarray:
    """(n,) float64: a column of some samples, NaN for those that the table lacks."""
    table = columns(path, ["sample_id", column])
    found = table["sample_id"].combine_chunks()
    if found.equals(ids):  # evaluations name the same samples in the same order
        return _floats(table[column])
    return _floats(table[column].take(pc.index_in(ids, value_set=found)))


def _floats(values: pa.ChunkedArray) -> np.ndarray:
    return values.cast(pa.float64()).to_numpy(zero_copy_only=False)
