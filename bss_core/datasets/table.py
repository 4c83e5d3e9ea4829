"""Any table: a CSV, TSV or Parquet file with one row per sample, its label and a column for each modality.

Content: whatever the columns named as image, audio, text or features hold; a modality is called as its column. Images
and sounds are paths relative to the raw folder (or, in Parquet, the bytes themselves), texts stand in the cell,
features are lists (in CSV: numbers separated by spaces, commas or semicolons). Classes are the labels, sorted.
Good for: your own data. Columns that are not named are left out.
Splits: those of a split column (train, validation or val or dev, test). Without one about 60/20/20 per class, by a
checksum of the ids, so the same for the same samples in any order; rows that agree in all modalities stay in one
split. Near-duplicates (frames of one film, texts of one author) are not recognised: they need a split column.
Raw folder: the table (``table.csv`` unless another file is named) and the media files that it names.
Licence: that of the data.
Source: yours.
"""

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bss_core.datasets._splits import group_rows, split_groups
from bss_core.errors import ManifestError, MediaError
from bss_core.manifest import SPLITS, Info, Manifest, Modality
from bss_core.media import content_type, read_bytes

__all__ = ["prepare"]

_FILE = "table.csv"
_OTHER_NAMES = {"val": "validation", "valid": "validation", "dev": "validation"}
_KINDS = ("image", "audio", "text", "features")
_EXPECTED = {"image": "a picture was", "audio": "a sound was", "features": "a list of finite numbers was"}
_NAMED = 5  # missing files that an error names


def prepare(
    root: Path,
    file: Path | None = None,
    label: str = "label",
    image: Sequence[str] = (),
    audio: Sequence[str] = (),
    text: Sequence[str] = (),
    features: Sequence[str] = (),
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
        image, audio, text, features: the columns of each kind; at least two in all.
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
    kinds = _kinds(dict(zip(_KINDS, (image, audio, text, features), strict=True)))
    table = _read(path, [label, *kinds, *filter(None, (id, split))])
    ids = _ids(table, id, path)
    classes, labels = _labels(table[label], ids, path)
    cells = {name: _cells(table[name], kind, ids, Path(root), copy) for name, kind in kinds.items()}
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


def _cells(values: pd.Series, kind: str, ids: list[str], root: Path, copy: bool) -> list[Any]:
    """What the manifest holds of one column."""
    if kind == "text":
        return ["" if value is None or value is pd.NA or value != value else str(value) for value in values]
    read = _numbers if kind == "features" else lambda cell: _media(cell, kind, root)
    found, problems = [], []
    for sample_id, cell in zip(ids, values, strict=True):
        try:
            found.append(read(cell))
        except MediaError as error:
            problems.append(f"{sample_id!r} ({error})")
    if problems:
        more = f", and {len(problems) - _NAMED} more" if len(problems) > _NAMED else ""
        raise ManifestError(
            f"{len(problems)} of {len(ids)} cells of {values.name!r} cannot be used: "
            f"{', '.join(problems[:_NAMED])}{more}; {_EXPECTED[kind]} expected, paths start in {root}."
        )
    if kind == "features":
        _check_lengths(found, ids, str(values.name))
    return found if copy or kind == "features" else list(values)


def _media(cell: Any, kind: str, root: Path) -> bytes:
    content = read_bytes(cell, root)
    found = content_type(content)
    if not found.startswith(f"{kind}/"):
        raise MediaError(f"The file {cell!r} is {found}." if isinstance(cell, str) else f"The bytes are {found}.")
    return content


def _numbers(cell: Any) -> list[float]:
    try:
        words = re.split(r"[\s,;]+", cell.strip().strip("[]").strip()) if isinstance(cell, str) else cell
        numbers = np.asarray([float(word) for word in words])
    except (TypeError, ValueError):
        raise MediaError(f"{cell!r} is no list of numbers.") from None
    if not len(numbers) or not np.isfinite(numbers).all():
        raise MediaError("The list is empty or holds a value that is not finite.")
    return numbers.tolist()


def _check_lengths(found: list[list[float]], ids: list[str], column: str) -> None:
    for sample_id, numbers in zip(ids, found, strict=True):
        if len(numbers) != len(found[0]):
            raise ManifestError(
                f"Sample {sample_id!r} has {len(numbers)} numbers in {column!r} and {ids[0]!r} has {len(found[0])}; "
                "all need the same number."
            )


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
