"""From a run, a sample and a modality to the sample's media, for the runs under the configured folders and no others.

The manifest's cells are fetched with DuckDB by their row, see :mod:`bss_core.places`, which takes some milliseconds
however large the data set. A data set is taken as unchanging: it is opened anew when its manifest's time stamp changes,
and refused when it is not the one the run recorded.
"""

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from bss_core.errors import ManifestError, MediaError, RunError
from bss_core.manifest import FILE, Info, read_info
from bss_core.places import Places
from bss_core.runs import Run, find_runs

__all__ = ["Cell", "DataSet", "MediaStore", "UnknownMediaError"]


class UnknownMediaError(MediaError):
    """A run, sample or modality that does not exist, or has nothing to show."""


@dataclass(frozen=True)
class Cell:
    """One sample's entry for one modality: bytes, a path relative to ``folder``, text, or a list."""

    kind: str
    value: Any
    folder: Path


@dataclass(frozen=True)
class DataSet:
    """A run's data set.

    Attributes:
        info: of the manifest.
        stamp: the manifest's time stamp (ns) when it was read.
        places: where its samples stand.
        on_disk: the modalities whose cells are paths (or texts), not the media themselves.
    """

    info: Info
    stamp: int
    places: Places
    on_disk: frozenset[str] = frozenset()


class MediaStore:
    """The media of all runs under ``roots``."""

    def __init__(self, roots: tuple[Path, ...]) -> None:
        self._roots = list(roots)
        self._runs: dict[str, Run] = {}
        self._sets: dict[Path, DataSet] = {}
        self._lock, self._opening = threading.Lock(), threading.Lock()
        self._database = duckdb.connect(config={"threads": 1})
        self._database.execute("SET parquet_metadata_cache = true")

    def data_set(self, run_id: str) -> DataSet:
        """The data set of a run.

        Raises:
            UnknownMediaError: no such run, no data set there any more, or not the one the run was made from.
        """
        run = self._run(run_id)
        data = run.details()["data"]
        if not data.get("folder"):
            raise UnknownMediaError(f"The run {run_id!r} has no media: it was made without a data set.")
        found = self._opened(run.data)
        if data.get("content_hash") not in (None, "", found.info.content_hash):
            raise UnknownMediaError(f"The data in {run.data} have changed since the run {run_id!r} was made from them.")
        return found

    def cell(self, data: DataSet, run_id: str, sample_id: str, modality: str) -> Cell:
        """One sample's cell.

        Raises:
            UnknownMediaError: no such modality or sample, or nothing in its cell.
        """
        known = data.info.modalities
        if modality not in known:
            raise UnknownMediaError(f"The run {run_id!r} has no modality {modality!r}; it has {', '.join(known)}.")
        # The modality is one of the manifest's own, checked names; the sample's id travels as a parameter.
        places = ", ".join(map(str, data.places.of(sample_id))) or "NULL"
        query = f"""SELECT "{modality}" FROM read_parquet(?, file_row_number = true)
            WHERE file_row_number IN ({places}) AND sample_id = ? LIMIT 1"""
        row = self._database.cursor().execute(query, [str(data.info.folder / FILE), sample_id]).fetchone()
        if row is None or row[0] is None:
            raise UnknownMediaError(f"The run {run_id!r} has no sample {sample_id!r} with {modality}.")
        return Cell(known[modality].kind, row[0], data.info.folder)

    def _run(self, run_id: str) -> Run:
        with self._lock:
            run = self._runs.get(run_id)
            if run is None or not run.state.path.exists():
                self._runs = {found.id: found for found in reversed(find_runs(self._roots))}
            if run_id not in self._runs:
                raise UnknownMediaError(
                    f"There is no run {run_id!r} here; there are {', '.join(self._runs) or 'none'}."
                )
            return self._runs[run_id]

    def _opened(self, folder: Path) -> DataSet:
        try:
            stamp = (folder / FILE).stat().st_mtime_ns
        except OSError:
            raise UnknownMediaError(f"The data set {folder} is gone, so there are no media to show.") from None
        with self._opening:  # a page asks for all its pictures at once
            held = self._sets.get(folder)
            if held is None or held.stamp != stamp:
                self._sets[folder] = held = _read(folder, stamp)
            return held


def _read(folder: Path, stamp: int) -> DataSet:
    try:
        return DataSet(read_info(folder), stamp, Places(folder / FILE), _on_disk(folder / FILE))
    except (ManifestError, RunError, OSError, pa.ArrowException) as error:
        raise UnknownMediaError(str(error)) from None


def _on_disk(manifest: Path) -> frozenset[str]:
    """The columns of texts and of lists of texts."""
    schema = pq.read_schema(manifest)
    parts = {name: _part(schema.field(name).type) for name in schema.names}
    return frozenset(name for name, kind in parts.items() if pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _part(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_list(kind) or pa.types.is_large_list(kind) else kind
