"""Any table: a CSV, TSV or Parquet file with one row per sample, its label and a column for each modality.

Content: whatever the columns named as image, audio, text, features, frames, video, depth or series hold; a modality is
called as its column. Images, sounds, videos and depth pictures (grey, 8 or 16 bits) are paths relative to the raw
folder (or, in Parquet, the bytes themselves); frames are a list of pictures (in CSV: a folder of them, or paths
separated by semicolons); texts stand in the cell; features are lists (in CSV: numbers separated by spaces, commas or
semicolons), series one list or one per channel (in CSV: channels separated by semicolons). Videos are shown, not
trained on, and stay where they are (``copy=False``). Classes are the labels, sorted.
Good for: your own data. Columns that are not named are left out.
Splits: those of a split column (train, validation or val or dev, test). Without one about 60/20/20 per class, by a
checksum of the ids, so the same for the same samples in any order; rows that agree in all modalities stay in one
split. Near-duplicates (frames of one film, texts of one author) are not recognised: they need a split column.
Raw folder: the table (``table.csv`` unless another file is named) and the media files that it names.
Licence: that of the data.
Source: yours.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from bss_core.datasets._cells import read_cells
from bss_core.datasets._splits import group_rows, split_groups
from bss_core.errors import ManifestError
from bss_core.manifest import KINDS, SPLITS, Info, Manifest, Modality

__all__ = ["prepare"]

_FILE = "table.csv"
_OTHER_NAMES = {"val": "validation", "valid": "validation", "dev": "validation"}


def prepare(
    root: Path,
    file: Path | None = None,
    label: str = "label",
    image: Sequence[str] = (),
    audio: Sequence[str] = (),
    text: Sequence[str] = (),
    features: Sequence[str] = (),
    frames: Sequence[str] = (),
    video: Sequence[str] = (),
    depth: Sequence[str] = (),
    series: Sequence[str] = (),
    id: str = "",
    split: str = "",
    sample_rate: int = 16000,
    seconds: float = 4.0,
    copy: bool = True,
) -> Manifest:
    """The table as a manifest.

    Args:
        root: the folder in which media paths start; they lead nowhere else.
        file: the table; by default ``table.csv`` in ``root``.
        label: the column of the classes.
        image, audio, text, features, frames, video, depth, series: the columns of each kind; at least two in all.
        id: the column of the sample ids; by default rows are numbered.
        split: the column of the splits; by default they are made.
        sample_rate: to which sounds are brought for training, Hz.
        seconds: length of sound to train on, s.
        copy: whether the manifest holds the media; if not, it holds their paths and belongs into ``root``.

    Raises:
        ManifestError: a missing file or column, a cell that cannot be used; names the sample and says what was
            expected.
    """
    path = Path(root) / _FILE if file is None else Path(file)
    columns = (image, audio, text, features, frames, video, depth, series)
    kinds = _kinds(dict(zip(KINDS, columns, strict=True)))
    table = _read(path, [label, *kinds, *filter(None, (id, split))])
    ids = _ids(table, id, path)
    classes, labels = _labels(table[label], ids, path)
    cells = {name: read_cells(table[name], kind, ids, Path(root), copy) for name, kind in kinds.items()}
    splits = _splits(table[split], ids, path) if split else _made_splits(ids, labels, list(cells.values()))
    rows = {"sample_id": ids, "split": splits, "label": labels, **cells}
    modalities = {
        name: Modality(kind, int(sample_rate), float(seconds)) if kind == "audio" else Modality(kind)
        for name, kind in kinds.items()
    }
    about = f"{path.name}: {len(ids)} samples"
    return Manifest(Info(path.stem, classes, modalities, about=about), pd.DataFrame(rows))


def _kinds(columns: dict[str, Sequence[str]]) -> dict[str, str]:
    """Column → kind, in the order of the kinds."""
    named = [name for names in columns.values() for name in names]
    for name in named:
        if named.count(name) > 1:
            raise ManifestError(f"The column {name!r} is named as {named.count(name)} modalities; it can be one.")
    return {name: kind for kind, names in columns.items() for name in names}


def _read(path: Path, columns: list[str]) -> pd.DataFrame:
    if not path.is_file():
        raise ManifestError(f"{path} does not exist; a table (CSV, TSV or Parquet) was expected there.")
    try:
        if path.suffix == ".parquet":
            table = pd.read_parquet(path)
        else:
            separator = "\t" if path.suffix == ".tsv" else ","
            table = pd.read_csv(path, sep=separator, dtype=str, keep_default_na=False)
    except (OSError, ValueError, pd.errors.ParserError) as error:  # pyarrow's errors are of both kinds
        raise ManifestError(f"{path} is not a readable table: {error}") from None
    for column in columns:
        if column not in table:
            raise ManifestError(f"{path} lacks the column {column!r}; it has {', '.join(map(str, table))}.")
    if table.empty:
        raise ManifestError(f"{path} has no rows; one row per sample was expected.")
    return table


def _ids(table: pd.DataFrame, column: str, path: Path) -> list[str]:
    """The ids as texts; row numbers if no column is named. That they differ is checked with the manifest."""
    if not column:
        return [f"row-{number:06d}" for number in range(len(table))]
    _refuse_missing(table[column], column, path)
    return [str(value) for value in table[column]]


def _refuse_missing(values: pd.Series, column: str, path: Path) -> None:
    missing = values.isna() | (values.astype(str) == "")
    if missing.any():
        raise ManifestError(f"Row {int(missing.to_numpy().argmax()) + 1} of {path} has nothing in {column!r}.")


def _labels(values: pd.Series, ids: list[str], path: Path) -> tuple[tuple[str, ...], list[int]]:
    """Class names, numbers in their order and texts by alphabet, and each row's index into them."""
    _refuse_missing(values, str(values.name), path)
    texts = [str(value) for value in values]
    try:
        classes = tuple(sorted(set(texts), key=int))
    except ValueError:
        classes = tuple(sorted(set(texts)))
    index = {name: place for place, name in enumerate(classes)}
    return classes, [index[text] for text in texts]


def _splits(values: pd.Series, ids: list[str], path: Path) -> list[str]:
    names = [_OTHER_NAMES.get(str(value).lower(), str(value).lower()) for value in values]
    for sample_id, name in zip(ids, names, strict=True):
        if name not in SPLITS:
            raise ManifestError(
                f"Sample {sample_id!r} of {path} is in the split {name!r}; splits are {', '.join(SPLITS)}."
            )
    return names


def _made_splits(ids: list[str], labels: list[int], cells: list[list[Any]]) -> list[str]:
    """Splits of groups that are called by their smallest id, so that the order of the rows does not matter."""
    groups = group_rows([_checksum(row) for row in zip(*cells, strict=True)])
    names: dict[int, str] = {}
    for group, sample_id in zip(groups, ids, strict=True):
        names[group] = min(names.get(group, sample_id), sample_id)
    return split_groups([names[group] for group in groups], labels)


def _checksum(cells: tuple[Any, ...]) -> bytes:
    parts = [cell if isinstance(cell, bytes) else repr(cell).encode() for cell in cells]
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).digest()
