"""The run store: create, list and open run folders. Every run is a folder that needs nothing but itself to be read.

``run.json`` (options, data, versions, status, results), ``events.jsonl`` (one line per epoch), ``predictions/`` and
``scores/`` (one file per evaluation), ``dynamics.parquet``, ``checkpoints/``, ``log.txt``.
"""

import datetime
import json
import os
import platform
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from bss_core.errors import RunError
from bss_core.evaluations import Evaluation, list_evaluations
from bss_core.files import append_line, write_json
from bss_core.job_state import ACTIVE, JobState
from bss_core.manifest import Info

__all__ = ["FILE", "Run", "append_event", "create_run", "find_runs", "open_run"]

FILE = "run.json"
FORMAT = 1
_DETAILS = {"format": int, "options": dict, "data": dict, "status": str}
_DATA = {"folder": str, "classes": list, "modalities": dict}
_PACKAGES = ("torch", "timm", "open_clip_torch", "numpy", "duckdb", "pyarrow")


@dataclass(frozen=True)
class Run:
    """A run folder, read as it is at the moment of the question."""

    folder: Path

    @property
    def id(self) -> str:
        """The folder's name."""
        return self.folder.name

    @property
    def state(self) -> JobState:
        """The training job's state."""
        return JobState(self.folder / FILE)

    def details(self) -> dict[str, Any]:
        """``run.json``.

        Raises:
            RunError: missing, half-written or damaged, or of a newer format.
        """
        found = self.state.read()
        wrong = _damage(found, _DETAILS) or _damage(found["data"], _DATA)
        if wrong:
            raise RunError(f"{self.folder / FILE} is not a run's description: its {wrong!r} is missing or damaged.")
        if found["format"] > FORMAT:
            raise RunError(f"{self.folder} has format {found['format']}; this version reads up to {FORMAT}. Update it.")
        return found

    @property
    def status(self) -> str:
        """See :attr:`JobState.status`; ``broken`` if run.json cannot be read."""
        try:
            self.details()
            return self.state.status
        except RunError:
            return "broken"

    @property
    def is_active(self) -> bool:
        """Whether its process lives."""
        return self.status in ACTIVE

    @property
    def error(self) -> str:
        """Why it failed or cannot be read; else empty."""
        try:
            return str(self.details().get("error", ""))
        except RunError as error:
            return str(error)

    @property
    def options(self) -> dict[str, Any]:
        """The training options it was started with."""
        return self.details()["options"]

    @property
    def classes(self) -> list[str]:
        """Class names; a label is an index into them."""
        return list(self.details()["data"]["classes"])

    @property
    def modalities(self) -> dict[str, str]:
        """Modality → kind, sorted by name."""
        return {name: item["kind"] for name, item in sorted(self.details()["data"]["modalities"].items())}

    @property
    def data(self) -> Path:
        """The folder of its data set (it may be gone)."""
        return Path(os.path.normpath(self.folder / self.details()["data"]["folder"]))

    def events(self) -> list[dict[str, Any]]:
        """One record per epoch, by epoch; a torn line is left out, a resumed epoch counts once."""
        path = self.folder / "events.jsonl"
        lines = path.read_text(errors="replace").splitlines() if path.exists() else []
        records = [record for record in map(_parsed, lines) if record is not None]
        return [record for _, record in sorted({record["epoch"]: record for record in records}.items())]

    def evaluations(self, kind: str | None = None) -> list[Evaluation]:
        """Its complete evaluations by number, all or of one kind (``training`` or ``scoring``)."""
        return [item for item in list_evaluations(self.folder) if kind in (None, item.kind)]

    def checkpoints(self) -> list[str]:
        """Names of its checkpoints, ``best`` and ``last`` first."""
        names = sorted(path.stem for path in (self.folder / "checkpoints").glob("*.safetensors"))
        return sorted(names, key=lambda name: (name not in ("best", "last"), name))


def _damage(found: dict[str, Any], shape: dict[str, type]) -> str:
    """The first key that is absent or holds something of another type; empty if there is none."""
    return next((key for key, kind in shape.items() if not isinstance(found.get(key), kind)), "")


def _parsed(line: str) -> dict[str, Any] | None:
    try:
        record = json.loads(line)
    except ValueError:
        return None
    return record if isinstance(record, dict) and isinstance(record.get("epoch"), int) else None


def create_run(folder: Path, options: dict[str, Any], info: Info, **more: Any) -> Run:
    """Make a run folder with its ``run.json``, status ``starting``.

    Raises:
        RunError: the folder holds a run already (nothing is ever overwritten), or cannot be written.
    """
    if (folder / FILE).exists():
        raise RunError(f"{folder} holds a run already; choose another folder, or continue it with --resume.")
    write_json(
        folder / FILE,
        {
            "format": FORMAT,
            "id": folder.name,
            "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds"),
            "status": "starting",
            "error": "",
            "options": options,
            "data": _described(info, folder),
            "versions": {"python": platform.python_version(), **{name: _version(name) for name in _PACKAGES}},
            **more,
        },
    )
    return Run(folder)


def _described(info: Info, folder: Path) -> dict[str, Any]:
    return {
        "name": info.name,
        "folder": os.path.relpath(info.folder.resolve(), folder.resolve()),
        "content_hash": info.content_hash,
        "classes": list(info.classes),
        "modalities": {name: asdict(modality) for name, modality in info.modalities.items()},
    }


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"


def append_event(folder: Path, record: dict[str, Any]) -> None:
    """Append one epoch's record to ``events.jsonl``."""
    append_line(folder / "events.jsonl", record)


def open_run(folder: Path) -> Run:
    """Open a run folder.

    Raises:
        RunError: no run there, or its description is damaged.
    """
    if not (folder / FILE).is_file():
        raise RunError(f"There is no run in {folder}: {FILE} was expected there.")
    run = Run(folder)
    run.details()
    return run


def find_runs(roots: list[Path]) -> list[Run]:
    """All runs, newest first, in folders that are runs or hold runs; broken ones too, never an error."""
    folders = [folder for root in roots for folder in ([root] if (root / FILE).exists() else _children(root))]
    runs = {folder.resolve(): Run(folder) for folder in folders}
    return sorted(runs.values(), key=lambda run: _created(run), reverse=True)


def _children(root: Path) -> list[Path]:
    return sorted(path.parent for path in root.glob(f"*/{FILE}"))


def _created(run: Run) -> str:
    try:
        return str(run.details().get("created", ""))
    except RunError:
        return ""
