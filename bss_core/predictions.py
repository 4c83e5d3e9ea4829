"""Predictions from arrays or from a file; they are kept, so that any score can be derived later.

Stored as ``predictions/evaluation=003.parquet``: ``sample_id, split, label``, one list column ``probabilities_<head>``
per head (heads are the modalities' names and ``multimodal``) and, if they were kept, ``logits_<head>``,
``features_<modality>`` and ``measured_<name>``.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bss_core.errors import ConfigError, RunError
from bss_core.files import write_table
from bss_core.prediction_arrays import Predictions
from bss_core.prediction_checks import (
    MULTIMODAL,
    check_features,
    check_heads,
    check_labels,
    check_logits,
    check_measured,
    check_named,
    check_probabilities,
    checked_ids,
)
from bss_core.softmax import softmax

__all__ = [
    "MULTIMODAL",
    "Predictions",
    "predictions_from",
    "read_predictions",
    "unnamed_predictions",
    "write_predictions",
]

_PREFIX, _LOGITS, _FEATURES, _MEASURED = "probabilities_", "logits_", "features_", "measured_"
_GROUP_ROWS = 2**14  # the app asks for single rows


def predictions_from(
    probabilities: Mapping[str, Any] | None = None,
    labels: Any = None,
    sample_ids: Any = None,
    splits: Any = None,
    *,
    logits: Mapping[str, Any] | None = None,
    features: Mapping[str, Any] | None = None,
    measured: Mapping[str, Any] | None = None,
) -> Predictions:
    """Validate arrays (or CPU tensors) into :class:`Predictions`; ids default to row numbers, splits to ``train``.

    A head that has logits and no probabilities gets their float64 softmax.

    Raises:
        ConfigError: fewer than two modalities, shapes that differ, values that are not finite, no probabilities,
            labels out of range, ids that are missing or not unique; the message names the head and the sample.
    """
    labels = _label_array(labels)
    n = len(labels)
    ids = np.arange(n) if sample_ids is None else checked_ids(sample_ids, n)
    found = _validated(ids, labels, splits, probabilities, logits, features, measured)
    return found if sample_ids is not None else replace(found, sample_ids=ids.astype(str).astype(object))


def unnamed_predictions(
    probabilities: Mapping[str, Any] | None,
    labels: Any,
    logits: Mapping[str, Any] | None = None,
    features: Mapping[str, Any] | None = None,
) -> Predictions:
    """As :func:`predictions_from`, but the ids stay the row numbers: of millions of samples texts cost seconds.

    Raises:
        ConfigError: as :func:`predictions_from`.
    """
    labels = _label_array(labels)
    return _validated(np.arange(len(labels)), labels, None, probabilities, logits, features, None)


def _label_array(labels: Any) -> np.ndarray:
    found = _array("labels", labels)
    if found.ndim != 1 or not len(found):
        raise ConfigError(
            f"labels must be one class index per sample, shape (n,) with n ≥ 1; their shape is {found.shape}."
        )
    return found


def _array(name: str, value: Any) -> np.ndarray:
    """Any array; of a tensor its values, for which torch need not be known here."""
    if hasattr(value, "detach"):
        value = value.detach().cpu()
        value = value.float() if str(value.dtype) == "torch.bfloat16" else value
    try:
        return np.asarray(value)
    except (TypeError, ValueError):
        raise ConfigError(f"The {name} cannot be one array; expected numbers, all rows of the same length.") from None


def _arrays(kind: str, group: Mapping[str, Any] | None) -> dict[str, np.ndarray]:
    group = {} if group is None else group
    check_named(kind, group)
    return _ordered({name: np.ascontiguousarray(_array(f"{kind} of {name!r}", group[name])) for name in group})


def _ordered(group: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {name: group[name] for name in sorted(group, key=lambda name: (name == MULTIMODAL, name))}


def _validated(ids: np.ndarray, labels: np.ndarray, splits: Any, *groups: Mapping[str, Any] | None) -> Predictions:
    kinds = ("probabilities", "logits", "features", "measured values")
    probabilities, logits, features, measured = map(_arrays, kinds, groups)
    check_heads(probabilities, logits, len(ids))
    check_labels(labels, next(iter((probabilities or logits).values())).shape[1], ids)
    for head, array in logits.items():
        check_logits(head, array, ids)
    for head, array in probabilities.items():
        check_probabilities(head, array, ids)
    missing = {head: softmax(array) for head, array in logits.items() if head not in probabilities}
    filled = _ordered(probabilities | missing)
    check_features(features, [head for head in filled if head != MULTIMODAL], ids)
    check_measured(measured, ids)
    return Predictions(ids, labels.astype(np.int64), filled, _split_names(splits, len(ids)), logits, features, measured)


def _split_names(splits: Any, n: int) -> np.ndarray:
    if splits is None:
        return np.broadcast_to(np.array("train", dtype=object), (n,))  # one name for all, not n of them
    found = np.asarray(splits, dtype=object)
    if found.shape != (n,):
        raise ConfigError(f"There are {n} labels but {len(found)} splits.")
    return found


def write_predictions(path: Path, predictions: Predictions) -> None:
    """Write one evaluation's predictions atomically: arrays of heads and features as float32, measured as float64."""
    columns = {
        "sample_id": pa.array(predictions.sample_ids.astype(str), pa.string()),
        "split": pa.array(predictions.splits, pa.string()),
        "label": pa.array(predictions.labels, pa.int32()),
    }
    groups = {_PREFIX: predictions.probabilities, _LOGITS: predictions.logits, _FEATURES: predictions.features}
    for prefix, group in groups.items():
        columns |= {prefix + name: _lists(array) for name, array in group.items()}
    columns |= {_MEASURED + name: pa.array(array, pa.float64()) for name, array in predictions.measured.items()}
    write_table(pa.table(columns), path, _GROUP_ROWS)


def _lists(array: np.ndarray) -> pa.Array:
    values = pa.array(np.ascontiguousarray(array, dtype=np.float32).ravel())
    return pa.FixedSizeListArray.from_arrays(values, array.shape[1])


def read_predictions(path: Path) -> Predictions:
    """Read a predictions file.

    Raises:
        RunError: missing or damaged file, no ``probabilities_<head>`` or ``logits_<head>`` columns, or lists that
            differ in length.
        ConfigError: content that is no prediction, as :func:`predictions_from`.
    """
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise RunError(f"The predictions {path} cannot be read: {error}") from None
    names = table.column_names
    if not {"sample_id", "label"} <= set(names) or not any(name.startswith((_PREFIX, _LOGITS)) for name in names):
        raise RunError(
            f"{path} has the columns {', '.join(names)}; expected sample_id, label, {_PREFIX}<head> or {_LOGITS}<head>."
        )
    groups = [_named(table, prefix, path) for prefix in (_PREFIX, _LOGITS, _FEATURES)]
    measured = {name.removeprefix(_MEASURED): table[name].to_numpy() for name in names if name.startswith(_MEASURED)}
    splits = table["split"].to_numpy() if "split" in names else None
    known = {"logits": groups[1], "features": groups[2], "measured": measured}
    return predictions_from(groups[0], table["label"].to_numpy(), table["sample_id"].to_numpy(), splits, **known)


def _named(table: pa.Table, prefix: str, path: Path) -> dict[str, np.ndarray]:
    names = [name for name in table.column_names if name.startswith(prefix)]
    return {name.removeprefix(prefix): _matrix(table[name], f"{name!r} in {path}") for name in names}


def _matrix(column: pa.ChunkedArray, name: str) -> np.ndarray:
    if not (pa.types.is_list(column.type) or pa.types.is_fixed_size_list(column.type)):
        raise RunError(f"{name} holds {column.type}; expected one list of numbers per sample.")
    lengths = set(pc.list_value_length(column).to_pylist())
    if len(lengths) != 1 or None in lengths:
        raise RunError(f"The lists of {name} have the lengths {_some(lengths)}; expected one length for all samples.")
    return column.combine_chunks().flatten().to_numpy(zero_copy_only=False).reshape(len(column), -1)


def _some(lengths: set[int | None]) -> str:
    named = sorted("missing" if length is None else str(length) for length in lengths)
    return ", ".join(named[:5]) or "of no sample"
