"""A stranger's table of predictions: one Parquet file, read and checked column by column.

Columns: ``sample_id``, ``label`` (class index or class name), ``logits_<head>`` or ``probabilities_<head>`` (one list
per sample); optional ``evaluation`` (whole numbers; one evaluation without it), ``epoch``, ``split`` (``train``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bss_core.errors import RunError
from bss_core.manifest_checks import SPLITS
from bss_core.predictions import Predictions, predictions_from

__all__ = ["ImportedTable", "read_imported"]

_KINDS = ("logits", "probabilities")


@dataclass(frozen=True)
class ImportedTable:
    """N rows, one per sample and evaluation.

    Attributes:
        rows: ``sample_id, label`` (index), ``evaluation, epoch, split``.
        classes: class names.
        values: ``logits`` or ``probabilities`` → head → (N, C).
    """

    rows: pd.DataFrame
    classes: list[str]
    values: dict[str, dict[str, np.ndarray]]

    def predictions(self, chosen: np.ndarray) -> Predictions:
        """The predictions of the rows that a mask (N,) chooses.

        Raises:
            ConfigError: values that cannot be; names sample and head.
        """
        some = {kind: {head: array[chosen] for head, array in heads.items()} for kind, heads in self.values.items()}
        rows = self.rows[chosen]
        return predictions_from(
            some.get("probabilities"), rows["label"].to_numpy(), rows["sample_id"].to_numpy(object),
            rows["split"].to_numpy(object), logits=some.get("logits"),
        )  # fmt: skip


def read_imported(path: Path, classes: Sequence[str] | None) -> ImportedTable:
    """Read and check a table of predictions.

    Args:
        path: of the Parquet file.
        classes: class names; without them they are the label texts, sorted, or the numbers of the columns.

    Raises:
        RunError: what cannot be imported; says what was expected.
    """
    try:
        with pq.ParquetFile(path) as file:
            table = file.read()
    except (OSError, pa.ArrowException) as error:
        raise RunError(f"The predictions {path} cannot be read: {error}") from None
    values = _values(table, path)
    width = next(iter(next(iter(values.values())).values())).shape[1]
    labels, names = _labels(table["label"].to_pandas(), classes, width, path)
    return ImportedTable(_rows(table, labels, path), names, values)


def _values(table: pa.Table, path: Path) -> dict[str, dict[str, np.ndarray]]:
    names = table.column_names
    for column in ("sample_id", "label"):
        if column not in names:
            raise RunError(f"{path} lacks the column {column!r}; it has {', '.join(names) or 'none'}.")
    if not table.num_rows:
        raise RunError(f"{path} has no rows; one row per sample and evaluation was expected.")
    for kind in _KINDS:  # logits first: probabilities follow from them, and not the other way round
        heads = [name.removeprefix(f"{kind}_") for name in names if name.startswith(f"{kind}_")]
        if heads:
            return {kind: {head: _matrix(table[f"{kind}_{head}"], f"{kind}_{head}", path) for head in heads}}
    raise RunError(f"{path} has no column logits_<head> or probabilities_<head>; it has {', '.join(names)}.")


def _matrix(column: pa.ChunkedArray, name: str, path: Path) -> np.ndarray:
    is_list = any(test(column.type) for test in (pa.types.is_list, pa.types.is_large_list, pa.types.is_fixed_size_list))
    if not is_list:
        raise RunError(f"The column {name!r} of {path} holds {column.type}; expected one list of numbers per sample.")
    lengths = pc.unique(pc.list_value_length(column)).to_pylist()
    if len(lengths) != 1 or None in lengths:
        found = ", ".join(sorted("missing" if length is None else str(length) for length in lengths)[:5])
        raise RunError(f"The lists of {name!r} in {path} have the lengths {found}; expected one length for all.")
    numbers = column.combine_chunks().flatten()
    if not (pa.types.is_floating(numbers.type) or pa.types.is_integer(numbers.type)):
        raise RunError(f"The lists of {name!r} in {path} hold {numbers.type}; expected numbers.")
    return numbers.to_numpy(zero_copy_only=False).reshape(len(column), -1)


def _labels(labels: pd.Series, classes: Sequence[str] | None, width: int, path: Path) -> tuple[np.ndarray, list[str]]:
    """(N,) class indices and the class names."""
    if labels.isna().any():
        raise RunError(f"Row {int(labels.isna().argmax())} of {path} has no label.")
    are_texts = not pd.api.types.is_numeric_dtype(labels)
    given = sorted(set(labels.astype(str))) if are_texts else [str(index) for index in range(width)]
    names = given if classes is None else [str(name) for name in classes]
    if len(names) != width:
        raise RunError(f"{path} has {width} values per head but {len(names)} classes ({', '.join(names[:5])} …).")
    if not are_texts:
        if not (np.isfinite(labels).all() and (labels == labels.astype("int64")).all()):
            raise RunError(f"The labels of {path} are neither texts nor whole numbers.")
        return labels.to_numpy("int64"), names
    unknown = sorted(set(labels.astype(str)) - set(names))
    if unknown:
        raise RunError(f"{path} has the label {unknown[0]!r}; the classes are {', '.join(names)}.")
    return labels.astype(str).map({name: index for index, name in enumerate(names)}).to_numpy("int64"), names


def _rows(table: pa.Table, labels: np.ndarray, path: Path) -> pd.DataFrame:
    n, names = table.num_rows, table.column_names
    evaluation = _whole(table["evaluation"], "evaluation", path) if "evaluation" in names else np.zeros(n, np.int64)
    rows = pd.DataFrame(
        {
            "sample_id": _texts(table["sample_id"], path),
            "label": labels,
            "evaluation": evaluation,
            "epoch": _whole(table["epoch"], "epoch", path) if "epoch" in names else evaluation,
            "split": table["split"].to_pandas() if "split" in names else "train",
        }
    )
    return _checked(rows, path)


def _texts(column: pa.ChunkedArray, path: Path) -> pd.Series:
    ids = column.to_pandas()
    if ids.isna().any():
        raise RunError(f"Row {int(ids.isna().argmax())} of {path} has no sample_id.")
    return ids.astype(str).astype(object)


def _whole(column: pa.ChunkedArray, name: str, path: Path) -> np.ndarray:
    if not pa.types.is_integer(column.type) or column.null_count or (pc.min(column).as_py() or 0) < 0:
        raise RunError(f"The column {name!r} of {path} must hold whole numbers ≥ 0; it holds {column.type}.")
    return column.to_numpy()


def _checked(rows: pd.DataFrame, path: Path) -> pd.DataFrame:
    wrong = rows[~rows["split"].isin(SPLITS)]
    if len(wrong):
        first = wrong.iloc[0]
        raise RunError(
            f"Sample {first['sample_id']!r} of {path} is in the split {first['split']!r}; splits are {SPLITS}."
        )
    twice = rows[rows.duplicated(["evaluation", "sample_id"])]
    if len(twice):
        first = twice.iloc[0]
        raise RunError(f"Sample {first['sample_id']!r} occurs twice in evaluation {first['evaluation']} of {path}.")
    changed = rows.groupby("sample_id", sort=False)[["label", "split"]].nunique().max(axis=1) > 1
    if changed.any():
        raise RunError(f"Sample {changed.idxmax()!r} of {path} changes its label or split between evaluations.")
    mixed = rows.groupby("evaluation")["epoch"].nunique() > 1
    if mixed.any():
        raise RunError(f"Evaluation {mixed.idxmax()} of {path} has rows of several epochs; it must have one.")
    return rows
