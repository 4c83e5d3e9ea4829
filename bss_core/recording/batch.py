"""What a user's own loop logs, as arrays: NumPy arrays, lists, or tensors of any library, wherever they lie.

Tensors are told by what they can do (``detach``, ``cpu``, ``numpy``), so that no such library is imported here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from bss_core.errors import ConfigError
from bss_core.prediction_checks import MULTIMODAL, check_named, id_text

__all__ = ["RecordedBatch", "as_array", "lies_elsewhere", "recorded_batch"]


@dataclass(frozen=True)
class RecordedBatch:
    """B logged samples.

    Attributes:
        sample_ids: B texts.
        labels: (B,) int64 class indices.
        logits: head → (B, C) float32 or float64, modalities by name, ``multimodal`` last.
    """

    sample_ids: list[str]
    labels: np.ndarray
    logits: dict[str, np.ndarray]


def lies_elsewhere(value: Any) -> bool:
    """Whether it is a tensor in the memory of an accelerator, so that reading it would wait for the device."""
    return not str(getattr(value, "device", "cpu")).startswith("cpu")


def as_array(value: Any) -> np.ndarray:
    """The values as an array in main memory; half precision, bfloat16 too, becomes float32, which holds it exactly."""
    if hasattr(value, "detach"):
        value = value.detach().cpu()
        try:
            value = value.numpy()
        except TypeError:  # bfloat16, which NumPy does not know
            value = value.float().numpy()
    array = np.asarray(value)
    return array.astype(np.float32) if array.dtype == np.float16 else array


def recorded_batch(ids: Any, logits: Mapping[str, Any], labels: Any, classes: int) -> RecordedBatch:
    """Check one batch.

    Raises:
        ConfigError: lengths, shapes, types or labels that cannot be, or a logit that is not finite; names sample and
            head.
    """
    sample_ids, labels = _ids(ids), as_array(labels)
    if labels.ndim != 1 or len(labels) != len(sample_ids) or not len(labels):
        raise ConfigError(f"A batch needs one label per sample id; got {len(sample_ids)} ids and shape {labels.shape}.")
    _check_labels(sample_ids, labels, classes)
    check_named("logits", logits)
    arrays = {head: _floats(head, logits[head]) for head in sorted(logits, key=lambda head: (head == MULTIMODAL, head))}
    _check_heads(arrays)
    for head, array in arrays.items():
        _check_logits(head, array, sample_ids, classes)
    return RecordedBatch(sample_ids, labels.astype(np.int64), arrays)


def _ids(ids: Any) -> list[str]:
    values = as_array(ids).tolist() if hasattr(ids, "detach") or isinstance(ids, np.ndarray) else ids
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise ConfigError(f"Sample ids must be one text or whole number per sample; got {ids!r}.")
    return [id_text(value, row) for row, value in enumerate(values)]


def _check_labels(sample_ids: list[str], labels: np.ndarray, classes: int) -> None:
    if not np.issubdtype(labels.dtype, np.integer):
        raise ConfigError(f"Labels must be whole numbers; their type is {labels.dtype}.")
    bad = (labels < 0) | (labels >= classes)
    if bad.any():
        row = int(bad.argmax())
        raise ConfigError(
            f"Sample {sample_ids[row]!r} has label {labels[row]}; with {classes} classes labels run from 0 to "
            f"{classes - 1}."
        )


def _floats(head: str, value: Any) -> np.ndarray:
    array = as_array(value)
    if not (np.issubdtype(array.dtype, np.floating) or np.issubdtype(array.dtype, np.integer)):
        raise ConfigError(f"The logits of {head!r} are of type {array.dtype}; expected numbers.")
    return np.ascontiguousarray(array, dtype=np.float64 if array.dtype == np.float64 else np.float32)


def _check_heads(arrays: dict[str, np.ndarray]) -> None:
    for head in arrays:
        if not head.isidentifier():
            raise ConfigError(f"{head!r} cannot name a head; use one word such as audio, image or multimodal.")
    modalities = [head for head in arrays if head != MULTIMODAL]
    if len(modalities) < 2:
        raise ConfigError(f"A balance needs the logits of at least two modalities; found {modalities or 'none'}.")


def _check_logits(head: str, array: np.ndarray, sample_ids: list[str], classes: int) -> None:
    if array.shape != (len(sample_ids), classes):
        raise ConfigError(
            f"The logits of {head!r} have shape {array.shape}; expected ({len(sample_ids)}, {classes}): one row per "
            "sample id, one column per class."
        )
    with np.errstate(over="ignore"):
        bad = ~np.isfinite(array.astype(np.float32, copy=False)).all(axis=1)
    if bad.any():
        name = sample_ids[int(bad.argmax())]
        raise ConfigError(f"The logits of {head!r} for sample {name!r} are not finite in float32, as they are stored.")
