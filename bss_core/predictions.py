"""Class probabilities of every head for every sample of one evaluation; kept, so that any score can be derived later.

Stored as ``predictions/evaluation=003.parquet``: ``sample_id, split, label`` and one list column
``probabilities_<head>`` per head; heads are the modalities' names and ``multimodal``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bss_core.errors import ConfigError, RunError
from bss_core.files import write_table

__all__ = ["MULTIMODAL", "Predictions", "predictions_from", "read_predictions", "write_predictions"]

MULTIMODAL = "multimodal"
_PREFIX = "probabilities_"


@dataclass(frozen=True)
class Predictions:
    """One evaluation's probabilities, validated.

    Attributes:
        sample_ids: (n,) unique ids.
        labels: (n,) class indices in [0, C).
        probabilities: head → (n, C), rows sum to one; modalities sorted by name, ``multimodal`` last if there.
        splits: (n,) split names.
    """

    sample_ids: np.ndarray
    labels: np.ndarray
    probabilities: dict[str, np.ndarray]
    splits: np.ndarray

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def heads(self) -> list[str]:
        """All heads, ``multimodal`` last."""
        return list(self.probabilities)

    @property
    def modalities(self) -> list[str]:
        """The heads that see one modality."""
        return [head for head in self.probabilities if head != MULTIMODAL]

    def true_class(self, head: str) -> np.ndarray:
        """(n,) float64: the probability that ``head`` gives to the label."""
        return self.probabilities[head][np.arange(len(self)), self.labels].astype(np.float64)

    def losses(self, head: str) -> np.ndarray:
        """(n,) float64 cross-entropy −log p(label) ≥ 0 of one head, in nats.

        A probability stored as 0 counts as the smallest normal float32, so the loss is at most 87.4 and finite.
        """
        return -np.log(np.clip(self.true_class(head), np.finfo(np.float32).tiny, 1.0))

    def predicted(self, head: str) -> np.ndarray:
        """(n,) the most probable class of one head; the lowest index wins a tie."""
        return self.probabilities[head].argmax(axis=1)


def predictions_from(
    probabilities: Mapping[str, np.ndarray],
    labels: np.ndarray,
    sample_ids: np.ndarray | None = None,
    splits: np.ndarray | None = None,
) -> Predictions:
    """Validate arrays (or CPU tensors) into :class:`Predictions`; ids default to row numbers, splits to ``train``.

    Raises:
        ConfigError: fewer than two modalities, shapes that differ, no probabilities, labels out of range.
    """
    arrays = {head: np.asarray(value) for head, value in sorted(probabilities.items(), key=_multimodal_last)}
    labels = np.asarray(labels)
    n = len(labels) if labels.ndim == 1 else -1
    if n < 1:
        raise ConfigError(
            f"labels must be one class index per sample, shape (n,) with n ≥ 1; their shape is {labels.shape}."
        )
    _check_heads(arrays, n)
    _check_labels(labels, next(iter(arrays.values())).shape[1])
    ids = np.asarray([str(row) for row in range(n)] if sample_ids is None else sample_ids, dtype=object)
    splits = np.asarray(["train"] * n if splits is None else splits, dtype=object)
    if len(ids) != n or len(splits) != n:
        raise ConfigError(f"There are {n} labels but {len(ids)} sample ids and {len(splits)} splits.")
    if len(set(ids)) != n:
        raise ConfigError("sample ids must be unique; at least one occurs twice.")
    return Predictions(ids, labels.astype(np.int64), arrays, splits)


def _multimodal_last(item: tuple[str, object]) -> tuple[bool, str]:
    return item[0] == MULTIMODAL, item[0]


def _check_heads(arrays: dict[str, np.ndarray], n: int) -> None:
    modalities = [head for head in arrays if head != MULTIMODAL]
    if len(modalities) < 2:
        raise ConfigError(f"A balance needs probabilities of at least two modalities; found {modalities or 'none'}.")
    shape = arrays[modalities[0]].shape
    for head, array in arrays.items():
        if not any(np.issubdtype(array.dtype, kind) for kind in (np.floating, np.integer)):
            raise ConfigError(f"The probabilities of {head!r} are of type {array.dtype}; expected numbers.")
        if array.ndim != 2 or len(array) != n or array.shape != shape or shape[1] < 2:
            raise ConfigError(
                f"The probabilities of {head!r} have shape {array.shape}; expected ({n}, C), the same C ≥ 2 for all."
            )
        _check_probabilities(head, array)


def _check_probabilities(head: str, array: np.ndarray) -> None:
    bad = ~np.isfinite(array).all(axis=1)
    if bad.any():
        raise ConfigError(f"The probabilities of {head!r} for row {int(bad.argmax())} are not finite.")
    bad = (array < -1e-6).any(axis=1) | (np.abs(array.sum(axis=1, dtype=np.float64) - 1) > 1e-3)
    if bad.any():
        row = int(bad.argmax())
        raise ConfigError(
            f"Row {row} of {head!r} is no probability distribution (sum {array[row].sum():.4g}, smallest value "
            f"{array[row].min():.4g}); give probabilities, not logits."
        )


def _check_labels(labels: np.ndarray, classes: int) -> None:
    if not np.issubdtype(labels.dtype, np.integer):
        raise ConfigError(f"labels must be whole numbers; their type is {labels.dtype}.")
    bad = (labels < 0) | (labels >= classes)
    if bad.any():
        row = int(bad.argmax())
        raise ConfigError(
            f"Row {row} has label {labels[row]}; with {classes} classes labels run from 0 to {classes - 1}."
        )


def write_predictions(path: Path, predictions: Predictions) -> None:
    """Write one evaluation's predictions atomically, as float32."""
    columns = {
        "sample_id": pa.array(predictions.sample_ids, pa.string()),
        "split": pa.array(predictions.splits, pa.string()),
        "label": pa.array(predictions.labels, pa.int32()),
    }
    for head, array in predictions.probabilities.items():
        values = pa.array(np.ascontiguousarray(array, dtype=np.float32).ravel())
        columns[_PREFIX + head] = pa.FixedSizeListArray.from_arrays(values, array.shape[1])
    write_table(pa.table(columns), path)


def read_predictions(path: Path) -> Predictions:
    """Read a predictions file.

    Raises:
        RunError: missing or damaged file, no ``probabilities_<head>`` columns, or lists that differ in length.
        ConfigError: content that is no prediction, as :func:`predictions_from`.
    """
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise RunError(f"The predictions {path} cannot be read: {error}") from None
    heads = [name for name in table.column_names if name.startswith(_PREFIX)]
    if not heads or not {"sample_id", "label"} <= set(table.column_names):
        raise RunError(
            f"{path} has the columns {', '.join(table.column_names)}; expected sample_id, label, {_PREFIX}<head>."
        )
    arrays = {name.removeprefix(_PREFIX): _matrix(table[name], f"{name!r} in {path}") for name in heads}
    splits = table["split"].to_numpy() if "split" in table.column_names else None
    return predictions_from(arrays, table["label"].to_numpy(), table["sample_id"].to_numpy(), splits)


def _matrix(column: pa.ChunkedArray, name: str) -> np.ndarray:
    if not (pa.types.is_list(column.type) or pa.types.is_fixed_size_list(column.type)):
        raise RunError(f"{name} holds {column.type}; expected one list of probabilities per sample.")
    lengths = set(pc.list_value_length(column).to_pylist())
    if len(lengths) != 1 or None in lengths:
        raise RunError(f"The lists of {name} have the lengths {_some(lengths)}; expected one length for all samples.")
    return column.combine_chunks().flatten().to_numpy(zero_copy_only=False).reshape(len(column), -1)


def _some(lengths: set[int | None]) -> str:
    named = sorted("missing" if length is None else str(length) for length in lengths)
    return ", ".join(named[:5]) or "of no sample"
