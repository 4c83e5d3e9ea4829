"""The manifest: one row per sample, one column per modality, in one Parquet file; no media is decoded here.

Columns: ``sample_id`` (str), ``split`` (str), ``label`` (int), one column per modality, and any further facts (such
as the source's sub-folder). What a modality's cell holds follows from its kind:

- image, audio, video, depth: the media itself (bytes) or a path relative to the folder of the manifest;
- frames: a list of such pictures, in the order of time;
- text: inline text; features: a list of numbers; series: a list of numbers, or one such list per channel.

What the columns mean stands in the file's metadata, so the table reads with pandas alone.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from bss_core.errors import ManifestError
from bss_core.files import write_table
from bss_core.manifest_checks import KINDS, SPLITS, check

__all__ = [
    "FILE",
    "KINDS",
    "SPLITS",
    "Info",
    "Manifest",
    "Modality",
    "content_hash",
    "read_info",
    "read_manifest",
    "write_manifest",
]

FILE = "manifest.parquet"
_KEY = b"bss_lens"
_GROUP_BYTES = 2**19


@dataclass(frozen=True)
class Modality:
    """What a modality's column holds: its kind and, for audio, rate in Hz and length in seconds to train on."""

    kind: str
    sample_rate: int = 16000
    seconds: float = 4.0


@dataclass(frozen=True)
class Info:
    """The manifest without its rows.

    Attributes:
        name: the data set's name.
        classes: class names; a label is an index into them.
        modalities: name → :class:`Modality`, in the order of the columns.
        content_hash: identifies ids, labels, splits and media; runs keep it.
        folder: where relative media paths start.
        about: one line on what the data are and where they come from.
    """

    name: str
    classes: tuple[str, ...]
    modalities: dict[str, Modality]
    content_hash: str = ""
    about: str = ""
    folder: Path = field(default_factory=Path, compare=False)


@dataclass(frozen=True)
class Manifest:
    """A data set: ``info`` and ``rows`` (a frame in the manifest's column order)."""

    info: Info
    rows: pd.DataFrame

    def split(self, name: str) -> pd.DataFrame:
        """The rows of one split, or of ``all``, in file order.

        Raises:
            ManifestError: the split does not exist or has no rows; the message says which ones have.
        """
        rows = self.rows if name == "all" else self.rows[self.rows["split"] == name]
        if rows.empty:
            found = ", ".join(f"{key} ({count})" for key, count in self.rows["split"].value_counts().items())
            raise ManifestError(f"The split {name!r} of {self.info.name!r} is empty; samples are in {found or 'none'}.")
        return rows.reset_index(drop=True)


def content_hash(rows: pd.DataFrame, modalities: list[str]) -> str:
    """SHA-256 over ids, splits, labels and every modality's cells, in row order; of a media path, the path itself."""
    digest = hashlib.sha256()
    for column in ["sample_id", "split", "label", *modalities]:
        for cell in rows[column]:
            content = _content(cell)
            digest.update(len(content).to_bytes(8, "little") + content)
    return digest.hexdigest()


def _content(cell: Any) -> bytes:
    """The same bytes for a cell before it is written and after it was read."""
    if isinstance(cell, bytes | str):
        return cell if isinstance(cell, bytes) else cell.encode()
    if isinstance(cell, list | tuple | np.ndarray):
        if len(cell) and isinstance(cell[0], bytes | str | list | tuple | np.ndarray):  # frames, or several channels
            return b"".join(len(part).to_bytes(8, "little") + part for part in map(_content, cell))
        return np.asarray(cell, dtype=np.float64).tobytes()  # printed, a long array would be abridged
    return b"" if pd.isna(cell) else str(cell).encode()


def write_manifest(folder: Path, manifest: Manifest) -> Info:
    """Validate and write ``folder/manifest.parquet`` atomically; returns the info with its content hash."""
    validate(manifest)
    info = manifest.info
    known = {**asdict(info), "content_hash": content_hash(manifest.rows, list(info.modalities))}
    known.pop("folder")
    table = _table(manifest)
    table = table.replace_schema_metadata({**(table.schema.metadata or {}), _KEY: json.dumps(known).encode()})
    write_table(table, Path(folder) / FILE, _row_group_size(table))
    return _info(known, Path(folder))


def _table(manifest: Manifest) -> pa.Table:
    try:
        return pa.Table.from_pandas(manifest.rows, preserve_index=False)
    except pa.ArrowException as error:
        reason = "; ".join(str(part) for part in error.args)
        raise ManifestError(f"A column of {manifest.info.name!r} holds cells of several types: {reason}.") from None


def _row_group_size(table: pa.Table) -> int:
    """Rows per group such that one sample's media cost a small read and a large table few groups."""
    return int(np.clip(_GROUP_BYTES * table.num_rows // max(table.nbytes, 1), 64, 2**17))


def read_info(folder: Path) -> Info:
    """The info of the data set in ``folder`` without reading its rows.

    Raises:
        ManifestError: no manifest there, a damaged file, or one that this project did not write.
    """
    return _info(_metadata(Path(folder)), Path(folder))


def read_manifest(folder: Path, columns: list[str] | None = None) -> Manifest:
    """Read the data set in ``folder``; ``columns`` limits which are read, and then none is checked.

    Raises:
        ManifestError: as :func:`read_info`, an unusable data set, or a column that does not exist.
    """
    info, path = read_info(folder), Path(folder) / FILE
    try:
        with pq.ParquetFile(path) as file:  # not read_table: it makes columns of folders called key=value
            missing = [column for column in columns or [] if column not in file.schema_arrow.names]
            if missing:
                raise ManifestError(f"{path} lacks {missing[0]!r}; it has {', '.join(file.schema_arrow.names)}.")
            rows = file.read(columns=columns).to_pandas()
    except (OSError, pa.ArrowException) as error:
        raise ManifestError(f"{path} is damaged: {error}") from None
    manifest = Manifest(info, rows)
    if columns is None:
        validate(manifest)
    return manifest


def _metadata(folder: Path) -> dict[str, Any]:
    path = folder / FILE
    if not path.is_file():
        raise ManifestError(f"There is no data set in {folder}: {FILE} was expected there.")
    try:
        return json.loads((pq.read_schema(path).metadata or {})[_KEY])
    except KeyError:
        raise ManifestError(
            f"{path} is a Parquet file but not a manifest: its metadata lack {_KEY.decode()!r}."
        ) from None
    except (OSError, ValueError, pa.ArrowException) as error:
        raise ManifestError(f"{path} is damaged: {error}") from None


def _info(known: dict[str, Any], folder: Path) -> Info:
    try:
        modalities = {name: Modality(**details) for name, details in known["modalities"].items()}
        return Info(**{**known, "modalities": modalities, "classes": tuple(known["classes"]), "folder": folder})
    except (KeyError, TypeError, AttributeError) as error:
        raise ManifestError(f"The metadata of {folder / FILE} are not those of a manifest: {error}.") from None


def validate(manifest: Manifest) -> None:
    """Raise a ManifestError for the first thing that makes the data set unusable."""
    check(manifest.info, manifest.rows)
