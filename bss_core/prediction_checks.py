"""What predictions must be: one sentence for every array that cannot be one, naming the head and the sample."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from bss_core.errors import ConfigError
from bss_core.row_blocks import fill

__all__ = [
    "MULTIMODAL",
    "check_features",
    "check_heads",
    "check_labels",
    "check_logits",
    "check_measured",
    "check_named",
    "check_probabilities",
    "checked_ids",
    "id_text",
]

MULTIMODAL = "multimodal"
_LARGEST = float(np.finfo(np.float32).max)  # logits and features are stored as float32
_SMALLEST_PROBABILITY = -1e-6  # what rounding may leave below zero
_FURTHEST_SUM = 1e-3  # what float16 may leave of a sum of one


def checked_ids(sample_ids: Iterable[Any], n: int) -> np.ndarray:
    """(n,) texts, as objects; whole numbers become texts.

    Raises:
        ConfigError: another number of ids, a missing one, or one that occurs twice.
    """
    given = sample_ids.tolist() if isinstance(sample_ids, np.ndarray) else list(sample_ids)
    if len(given) != n:
        raise ConfigError(f"There are {n} labels but {len(given)} sample ids.")
    if not all(type(name) is str and name for name in given):
        given = [id_text(name, row) for row, name in enumerate(given)]
    if len(set(given)) != n:
        raise ConfigError(_duplicate(given))
    ids = np.empty(n, dtype=object)
    ids[:] = given
    return ids


def id_text(name: Any, row: int) -> str:
    """A sample id as text, or a ConfigError naming the row: it must be a whole number or a text that is not empty."""
    if isinstance(name, bool) or not isinstance(name, str | int | np.integer) or name == "":
        raise ConfigError(f"Row {row} has the sample id {name!r}; an id is a whole number or a text that is not empty.")
    return str(name)


def _duplicate(ids: list[str]) -> str:
    first: dict[str, int] = {}
    row = next(row for row, name in enumerate(ids) if first.setdefault(name, row) != row)
    return f"sample ids must be unique; {ids[row]!r} occurs in row {first[ids[row]]} and again in row {row}."


def _who(ids: np.ndarray, row: int) -> str:
    """The sample as its owner knows it: by id or, where none were given, by row."""
    return f"row {row}" if np.issubdtype(ids.dtype, np.integer) else f"sample {ids[row]!r}"


def check_labels(labels: np.ndarray, classes: int, ids: np.ndarray) -> None:
    """Class indices in [0, C), or a ConfigError."""
    if not np.issubdtype(labels.dtype, np.integer):
        raise ConfigError(f"labels must be whole numbers; their type is {labels.dtype}.")
    bad = (labels < 0) | (labels >= classes)
    if bad.any():
        row = int(bad.argmax())
        raise ConfigError(
            f"{_begin(_who(ids, row))} has label {labels[row]}; with {classes} classes labels run from 0 to "
            f"{classes - 1}."
        )


def _begin(words: str) -> str:
    return words[:1].upper() + words[1:]


def check_named(kind: str, group: Any) -> None:
    """A mapping from texts, or a ConfigError."""
    if not isinstance(group, Mapping):
        raise ConfigError(
            f"The {kind} must be a mapping from names, such as 'audio', to arrays; a {type(group).__name__} was given."
        )
    for name in group:
        if not isinstance(name, str) or not name:
            raise ConfigError(f"One array of the {kind} is named {name!r}; a name is a text such as 'audio'.")


def check_heads(probabilities: Mapping[str, np.ndarray], logits: Mapping[str, np.ndarray], n: int) -> None:
    """At least two modalities, and (n, C) numbers with the same C ≥ 2 for every head, or a ConfigError."""
    modalities = sorted({*probabilities, *logits} - {MULTIMODAL})
    if len(modalities) < 2:
        raise ConfigError(f"A balance needs predictions of at least two modalities; found {modalities or 'none'}.")
    kinds = [("probabilities", probabilities), ("logits", logits)]
    arrays = [(f"The {kind} of {head!r}", array) for kind, found in kinds for head, array in found.items()]
    classes = arrays[0][1].shape[1:]
    for name, array in arrays:
        _check_type(name, array)
        if array.ndim != 2 or len(array) != n or array.shape[1:] != classes or array.shape[1] < 2:
            raise ConfigError(f"{name} have shape {array.shape}; expected ({n}, C), the same C ≥ 2 for all.")


def _check_type(name: str, array: np.ndarray) -> None:
    if not any(np.issubdtype(array.dtype, kind) for kind in (np.floating, np.integer)):
        raise ConfigError(f"{name} are of type {array.dtype}; expected numbers.")


def check_probabilities(head: str, array: np.ndarray, ids: np.ndarray) -> None:
    """Finite rows that sum to one, or a ConfigError."""
    n, classes = array.shape
    wrong = fill(np.empty(n, dtype=bool), classes * array.itemsize, lambda rows: _no_distributions(array[rows]))
    if not wrong.any():
        return
    row = int(wrong.argmax())
    values = array[row].astype(np.float64)
    if not np.isfinite(values).all():
        raise ConfigError(f"The probabilities of {head!r} for {_who(ids, row)} are not finite.")
    raise ConfigError(
        f"{_begin(_who(ids, row))} of {head!r} is no probability distribution (sum {values.sum():.4g}, smallest value "
        f"{values.min():.4g}); give probabilities, not logits."
    )


def _no_distributions(block: np.ndarray) -> np.ndarray:
    # A value that is not finite spoils the sum, and so does not pass either; the rows' smallest values are looked for
    # only where the block has a negative value at all. float32 sums up to 4096 classes far within the tolerance.
    if block.dtype != np.float32 or block.shape[1] > 4096:
        block = block.astype(np.float64)
    with np.errstate(invalid="ignore"):
        wrong = ~(np.abs(np.einsum("nc->n", block) - 1) <= _FURTHEST_SUM)
        if not block.min() >= _SMALLEST_PROBABILITY:
            wrong |= ~(block >= _SMALLEST_PROBABILITY).all(axis=1)
    return wrong


def check_logits(head: str, array: np.ndarray, ids: np.ndarray) -> None:
    """Finite, also as float32, or a ConfigError."""
    _check_finite(f"The logits of {head!r}", array, ids)


def check_features(features: Mapping[str, np.ndarray], modalities: list[str], ids: np.ndarray) -> None:
    """Finite (n, d) numbers of known modalities, or a ConfigError."""
    for name, array in features.items():
        if name not in modalities:
            raise ConfigError(f"There are features of {name!r}; the modalities are {', '.join(modalities)}.")
        _check_type(f"The features of {name!r}", array)
        if array.ndim != 2 or len(array) != len(ids) or array.shape[1] < 1:
            raise ConfigError(f"The features of {name!r} have shape {array.shape}; expected ({len(ids)}, d), d ≥ 1.")
        _check_finite(f"The features of {name!r}", array, ids)


def check_measured(measured: Mapping[str, np.ndarray], ids: np.ndarray) -> None:
    """Finite (n,) numbers, or a ConfigError."""
    for name, array in measured.items():
        _check_type(f"The measured values {name!r}", array)
        if array.shape != ids.shape:
            raise ConfigError(f"The measured values {name!r} have shape {array.shape}; expected ({len(ids)},).")
        _check_finite(f"The measured values {name!r}", array[:, None], ids)


def _check_finite(name: str, array: np.ndarray, ids: np.ndarray) -> None:
    n, width = array.shape
    wrong = fill(np.empty(n, dtype=bool), width * array.itemsize, lambda rows: _too_large(array[rows]))
    if wrong.any():
        raise ConfigError(f"{name} for {_who(ids, int(wrong.argmax()))} are not finite in float32.")


def _too_large(block: np.ndarray) -> np.ndarray:
    return ~(np.abs(block.astype(np.float64)) <= _LARGEST).all(axis=1)
