"""Maps of samples: what can be asked for, where they are kept, and whether they still hold.

``maps/best-train-multimodal-pca.parquet``: ``sample_id, x, y`` and ``component_1 …``, the first ≤ 50 principal
components of the vectors, in which neighbours are sought. The file's metadata hold the request, what the vectors were
computed from, the share of variance of every component, and versions. A map holds as long as its checkpoint or
evaluation is the one that it was computed from.
"""

import importlib.util
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq
from safetensors import SafetensorError, safe_open

from bss_core.errors import CheckpointError, ConfigError, RunError
from bss_core.evaluations import predictions_path
from bss_core.manifest import SPLITS
from bss_core.predictions import MULTIMODAL
from bss_core.runs import Run

__all__ = [
    "KEY", "METHODS", "NO_UMAP", "PROBABILITIES", "MapAbout", "MapRequest", "check_installed", "checked_request",
    "current_map", "has_umap", "map_path", "origin", "read_map_about", "sources",
]  # fmt: skip

METHODS = ("pca", "umap")
PROBABILITIES = "probabilities"
NO_UMAP = "UMAP needs the package umap-learn, which is not installed; install it with: pip install umap-learn"
KEY = b"bss_lens"  # in a file's metadata


@dataclass(frozen=True)
class MapRequest:
    """Which vectors are laid out, and how; made by :func:`checked_request`.

    Attributes:
        of: a modality or ``multimodal`` (features of that head), or ``probabilities`` (of all heads, side by side).
        method: ``pca`` or ``umap``.
        split: the split laid out, or ``all``.
        checkpoint: whose features; empty for probabilities.
        evaluation: whose probabilities; None for features.
        seed: of UMAP, and of the solver for the components.
        neighbours: UMAP: how many neighbours count as near; more show the coarse structure.
        min_dist: UMAP: how close points may lie, 0 … 1.
    """

    of: str
    method: str
    split: str
    checkpoint: str = ""
    evaluation: int | None = None
    seed: int = 0
    neighbours: int = 15
    min_dist: float = 0.1

    @property
    def name(self) -> str:
        """The file's name without ending, such as ``best-train-multimodal-pca``."""
        origin = self.checkpoint or f"evaluation={self.evaluation:03d}"
        return f"{origin}-{self.split}-{quote(self.of, safe='')}-{self.method}"


@dataclass(frozen=True)
class MapAbout:
    """What the metadata of a map say.

    Attributes:
        request: what was asked for.
        origin: see :func:`origin`.
        samples: number of points.
        dimensions: length of the vectors.
        variance: share of the vectors' variance per kept component, highest first.
        skipped: samples that could not be decoded and have no point.
        versions: of the packages that computed it.
    """

    request: MapRequest
    origin: dict[str, int]
    samples: int
    dimensions: int
    variance: tuple[float, ...]
    skipped: int
    versions: dict[str, str]


def has_umap() -> bool:
    """Whether umap-learn is installed; it is not imported, which takes seconds."""
    return importlib.util.find_spec("umap") is not None


def check_installed(request: MapRequest) -> None:
    """Raise a ConfigError if the request needs umap-learn and it is not installed."""
    if request.method == "umap" and not has_umap():
        raise ConfigError(f"{NO_UMAP}; the method pca needs nothing more.")


def sources(run: Run) -> list[str]:
    """What can be laid out: features if the run has a checkpoint, probabilities if it has an evaluation."""
    features = [MULTIMODAL, *run.modalities] if run.checkpoints() else []
    return [*features, *([PROBABILITIES] if run.evaluations() else [])]


def checked_request(
    run: Run,
    of: str = MULTIMODAL,
    method: str = "pca",
    split: str | None = None,
    checkpoint: str | None = None,
    evaluation: int | None = None,
    **more: Any,
) -> MapRequest:
    """A request that the run can answer.

    Args:
        split: by default the evaluation's or, if none is named, ``train``.
        checkpoint: by default ``best``.
        evaluation: for probabilities; by default the latest of the split.
        more: ``seed, neighbours, min_dist``.

    Raises:
        ConfigError: what does not exist or does not fit together; the message lists what is possible.
        RunError: no such checkpoint or evaluation.
    """
    if method not in METHODS:
        raise ConfigError(f"There is no method {method!r}; choose {' or '.join(METHODS)}.")
    if split not in (None, *SPLITS, "all"):
        raise ConfigError(f"There is no split {split!r}; choose {', '.join(SPLITS)} or all.")
    _check_numbers(**more)
    if of == PROBABILITIES:
        return _of_probabilities(run, method, split, checkpoint, evaluation, more)
    return _of_features(run, of, method, split or "train", checkpoint or "best", evaluation, more)


def _check_numbers(seed: int = 0, neighbours: int = 15, min_dist: float = 0.1) -> None:
    if seed < 0 or neighbours < 2 or not (math.isfinite(min_dist) and 0 <= min_dist <= 1):
        raise ConfigError(
            f"A map cannot have seed {seed}, {neighbours} neighbours and a least distance of {min_dist:g}; possible "
            "are a seed from 0, neighbours from 2, and a distance from 0 to 1."
        )


def _of_probabilities(
    run: Run, method: str, split: str | None, checkpoint: str | None, evaluation: int | None, more: dict[str, Any]
) -> MapRequest:
    if checkpoint:
        raise ConfigError(f"Probabilities belong to an evaluation, not to the checkpoint {checkpoint!r}; name that.")
    known = {item.number: item for item in run.evaluations()}
    if evaluation is None:
        fitting = [item.number for item in known.values() if item.split == (split or "train")]
        if not fitting:
            raise RunError(f"{run.id} has no evaluation of {split or 'train'}; it has {_listed(known) or 'none yet'}.")
        evaluation = fitting[-1]
    if evaluation not in known:
        raise RunError(f"{run.id} has no evaluation {evaluation}; it has {_listed(known) or 'none yet'}.")
    found = known[evaluation].split
    if split not in (None, found):
        raise ConfigError(f"Evaluation {evaluation} of {run.id} is of {found}, not of {split}.")
    return MapRequest(PROBABILITIES, method, found, evaluation=evaluation, **more)


def _listed(evaluations: dict[int, Any]) -> str:
    return ", ".join(f"{number} ({item.split})" for number, item in evaluations.items())


def _of_features(
    run: Run, of: str, method: str, split: str, checkpoint: str, evaluation: int | None, more: dict[str, Any]
) -> MapRequest:
    heads = [MULTIMODAL, *run.modalities]
    if of not in heads:
        raise ConfigError(f"There is no map of {of!r}; {run.id} has {', '.join(heads)} and {PROBABILITIES}.")
    if evaluation is not None:
        raise ConfigError(f"Features come from a checkpoint, not from evaluation {evaluation}; leave that out.")
    if checkpoint not in run.checkpoints():
        found = ", ".join(run.checkpoints()) or "none, so only its probabilities can be laid out"
        raise RunError(f"{run.id} has no checkpoint {checkpoint!r}; it has {found}.")
    return MapRequest(of, method, split, checkpoint=checkpoint, **more)


def map_path(run: Run, request: MapRequest) -> Path:
    """Where the map is or will be."""
    return run.folder / "maps" / f"{request.name}.parquet"


def origin(run: Run, request: MapRequest) -> dict[str, int]:
    """What the vectors come from as it is now, ``epoch`` and ``bytes`` of its file: other origin, other map.

    Raises:
        CheckpointError: the checkpoint is gone or damaged.
        RunError: the predictions are gone.
    """
    if request.evaluation is None:
        path = run.folder / "checkpoints" / f"{request.checkpoint}.safetensors"
        return {"epoch": _epoch(path), "bytes": path.stat().st_size}
    path = predictions_path(run.folder, request.evaluation)
    if not path.is_file():
        raise RunError(f"There are no predictions {path}, so there is nothing to lay out.")
    epochs = {item.number: item.epoch for item in run.evaluations()}
    return {"epoch": epochs[request.evaluation], "bytes": path.stat().st_size}


def _epoch(path: Path) -> int:
    try:
        with safe_open(path, framework="numpy") as file:
            return int(json.loads((file.metadata() or {})["bss_lens"])["epoch"])
    except (SafetensorError, OSError, ValueError, KeyError, TypeError) as error:
        raise CheckpointError(f"The checkpoint {path} cannot be read: {error}") from None


def read_map_about(path: Path) -> MapAbout:
    """What a map says of itself.

    Raises:
        RunError: it is missing or damaged.
    """
    try:
        known = json.loads((pq.read_schema(path).metadata or {})[KEY])
        return MapAbout(**{**known, "request": MapRequest(**known["request"]), "variance": tuple(known["variance"])})
    except (OSError, KeyError, TypeError, AttributeError, ValueError, pa.ArrowException) as error:
        raise RunError(f"The map {path} cannot be read: {error}") from None


def current_map(run: Run, request: MapRequest) -> MapAbout | None:
    """What the map says of itself; None if it is not there, or was asked or computed from something else.

    Raises:
        RunError, CheckpointError: as :func:`origin`; a damaged map counts as none, since it can be computed again.
    """
    now = origin(run, request)
    try:
        found = read_map_about(map_path(run, request))
    except RunError:
        return None
    return found if (found.request, found.origin) == (request, now) else None
