"""What makes a manifest unusable: its columns, modalities, ids, splits and labels; cells are checked when decoded."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from bss_core.errors import ManifestError

if TYPE_CHECKING:
    from bss_core.manifest import Info

__all__ = ["KINDS", "SPLITS", "check"]

KINDS = ("image", "audio", "text", "features", "frames", "video", "depth", "series")
SPLITS = ("train", "validation", "test")
_COLUMNS = ("sample_id", "split", "label")


def check(info: "Info", rows: pd.DataFrame) -> None:
    """Raise a ManifestError for the first thing that makes the data set unusable; it names what was expected."""
    for column in [*_COLUMNS, *info.modalities]:
        if column not in rows:
            raise ManifestError(f"The manifest {info.name!r} lacks the column {column!r}; it has {', '.join(rows)}.")
    if rows.empty:
        raise ManifestError(f"The manifest {info.name!r} has no samples.")
    _check_modalities(info)
    _check_ids(info, rows["sample_id"])
    _check_splits(info, rows)
    _check_labels(info, rows)
    for name, modality in info.modalities.items():
        _check_one_form(info, name, rows[name], modality.kind)


def _check_modalities(info: "Info") -> None:
    if len(info.modalities) < 2:
        raise ManifestError(f"A balance needs at least two modalities; {info.name!r} has {list(info.modalities)}.")
    for name, modality in info.modalities.items():
        if modality.kind not in KINDS:
            raise ManifestError(f"The modality {name!r} is of kind {modality.kind!r}; known are {', '.join(KINDS)}.")
        if name in ("multimodal", *_COLUMNS) or not name.isidentifier():
            raise ManifestError(f"{name!r} cannot name a modality; use one word such as audio, image or text.")
        if not (modality.sample_rate > 0 and modality.seconds > 0):
            raise ManifestError(f"The modality {name!r} has a sample rate or length that is not above 0.")


def _check_ids(info: "Info", ids: pd.Series) -> None:
    wrong = [sample_id for sample_id in ids if not isinstance(sample_id, str) or not sample_id]
    if wrong:
        raise ManifestError(f"sample_id {wrong[0]!r} of {info.name!r} is not a text; ids must be non-empty texts.")
    repeated = ids[ids.duplicated()]
    if len(repeated):
        raise ManifestError(f"sample_id {repeated.iloc[0]!r} occurs more than once in {info.name!r}; ids must differ.")


def _check_splits(info: "Info", rows: pd.DataFrame) -> None:
    bad = rows[~rows["split"].isin(SPLITS)]
    if len(bad):
        sample_id, split = bad["sample_id"].iloc[0], bad["split"].iloc[0]
        raise ManifestError(f"Sample {sample_id!r} is in the split {split!r}; splits are {', '.join(SPLITS)}.")


def _check_labels(info: "Info", rows: pd.DataFrame) -> None:
    if not pd.api.types.is_integer_dtype(rows["label"]) or rows["label"].isna().any():
        raise ManifestError(f"The labels of {info.name!r} are not whole numbers; a label is an index into the classes.")
    bad = rows[~rows["label"].between(0, len(info.classes) - 1)]
    if len(bad):
        raise ManifestError(
            f"Sample {bad['sample_id'].iloc[0]!r} has label {bad['label'].iloc[0]}; {info.name!r} has "
            f"{len(info.classes)} classes, so labels run from 0 to {len(info.classes) - 1}."
        )
    if rows["label"].nunique() < 2:
        raise ManifestError(f"All samples of {info.name!r} have one label; a classifier needs at least two classes.")


def _check_one_form(info: "Info", name: str, cells: pd.Series, kind: str) -> None:
    """Bytes or paths: Parquet would turn the paths among bytes into bytes, silently."""
    lists = (cell for cell in cells if kind == "frames" and isinstance(cell, list | tuple | np.ndarray))
    if {bytes, str} <= {*map(type, cells), *(type(part) for parts in lists for part in parts)}:
        raise ManifestError(f"The column {name!r} of {info.name!r} holds bytes and paths; use one of the two.")
