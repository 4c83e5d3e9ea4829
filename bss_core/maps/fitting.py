"""Points in the plane for vectors: principal components or UMAP, and the components in which neighbours are sought.

``pca``: the first two principal components, x ↦ ((x − x̄)·v₁, (x − x̄)·v₂). Linear: no two points lie further apart than
their vectors, and the share of the variance that the plane shows is known. ``umap``: McInnes, Healy and Melville
(2018), arXiv 1802.03426, on the kept components. It keeps neighbourhoods; sizes of groups and distances between them
mean little, and its axes mean nothing. It needs the optional package umap-learn. With an equal seed it lays equal
vectors out equally; it works in one thread for that. Of 20,000 samples it takes about a minute, most of it the search
for neighbours and the compilation of its code, of a few hundred 15 seconds.
"""

import importlib
import json
import warnings
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from sklearn.decomposition import PCA

from bss_core.errors import RunError
from bss_core.files import atomic
from bss_core.maps.requests import KEY, MapAbout, MapRequest, check_installed, map_path
from bss_core.predictions import read_predictions
from bss_core.runs import Run

__all__ = ["MOST_COMPONENTS", "Embedded", "Epochs", "Step", "Vectors", "embed", "stored_probabilities", "write_map"]

MOST_COMPONENTS = 50
_FEWEST = 3  # two points lie on a line whatever they are
_PACKAGES = ("numpy", "scikit-learn", "umap-learn")
Step = Callable[[str, int, int], Any]  # told the phase, how many samples are done, and of how many


@dataclass(frozen=True)
class Vectors:
    """What is to be laid out.

    Attributes:
        sample_ids: (n,) str.
        values: (n, d) float32.
        skipped: sample_id → why it has no vector.
        device: where they were computed; empty if they were read from a file.
    """

    sample_ids: np.ndarray
    values: np.ndarray
    skipped: Mapping[str, str] = field(default_factory=dict)
    device: str = ""


@dataclass(frozen=True)
class Embedded:
    """Vectors laid out.

    Attributes:
        plane: (n, 2) float32.
        components: (n, c) float32, the first c ≤ 50 principal components.
        variance: (c,) share of the vectors' variance that each component has, highest first.
    """

    plane: np.ndarray
    components: np.ndarray
    variance: np.ndarray


def stored_probabilities(path: Path) -> Vectors:
    """The probabilities of all heads side by side, (n, heads · C), of a predictions file.

    Raises:
        RunError, ConfigError: as :func:`bss_core.predictions.read_predictions`.
    """
    found = read_predictions(path)
    values = np.concatenate([found.probabilities[head] for head in found.heads], axis=1, dtype=np.float32)
    return Vectors(found.sample_ids.astype(str), values)


def embed(vectors: Vectors, request: MapRequest, step: Step = lambda *_: None) -> Embedded:
    """Lay vectors out as the request asks; equal vectors and an equal seed give equal points on one machine.

    The vectors are centred in place, so that there need never be two of a large array.

    Args:
        step: called with (phase, samples done, samples in all); what it raises ends the work.

    Raises:
        RunError: fewer than three samples, a value that is not finite, or vectors that are all equal.
        ConfigError: UMAP is asked for and not installed.
    """
    _check(vectors)
    components, variance = _principal(vectors.values, request.seed)
    plane = _umap(components, request, step) if request.method == "umap" else _first_two(components)
    return Embedded(plane, components, variance)


def _check(vectors: Vectors) -> None:
    n = len(vectors.values)
    if n < _FEWEST:
        raise RunError(f"A map needs at least {_FEWEST} samples; there are {n}.")
    bad = ~np.isfinite(vectors.values).all(axis=1)
    if bad.any():
        first = vectors.sample_ids[int(bad.argmax())]
        raise RunError(f"The vectors of {int(bad.sum())} of {n} samples are not finite, first that of {str(first)!r}.")


def _principal(values: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """(n, c) components and (c,) shares of variance; scikit-learn chooses the solver by the size."""
    values -= values.mean(axis=0, dtype=np.float64).astype(np.float32)  # in float32, large means would cost digits
    if not values.any():
        raise RunError(f"The vectors of all {len(values)} samples are equal, so there is nothing to lay out.")
    found = PCA(min(MOST_COMPONENTS, *values.shape), random_state=seed, copy=False).fit(values)
    components = np.ascontiguousarray(values @ found.components_.T, dtype=np.float32)
    return components, found.explained_variance_ratio_


def _first_two(components: np.ndarray) -> np.ndarray:
    missing = max(0, 2 - components.shape[1])  # vectors of one number lie on a line
    return np.pad(components[:, :2], ((0, 0), (0, missing)))


def _umap(components: np.ndarray, request: MapRequest, step: Step) -> np.ndarray:
    check_installed(request)
    count = len(components)
    step("finding neighbours", 0, count)
    epochs = {"disable": False, "file": Epochs(step, count), "bar_format": "{n}/{total}"}
    reducer = _imported_umap().UMAP(
        n_neighbors=min(request.neighbours, count - 1), min_dist=request.min_dist, random_state=request.seed,
        n_jobs=1, tqdm_kwds=epochs,  # a seed and several threads exclude each other
    )  # fmt: skip
    with warnings.catch_warnings():  # groups without a link between them are nothing wrong: each is laid out by itself
        warnings.filterwarnings("ignore", "Graph is not fully connected", UserWarning)
        return np.asarray(reducer.fit_transform(components), dtype=np.float32)


def _imported_umap() -> Any:
    with warnings.catch_warnings():  # about a variant of UMAP that is not used here
        warnings.filterwarnings("ignore", "Tensorflow not installed", ImportWarning)
        return importlib.import_module("umap")


class Epochs:
    """What UMAP's progress bar writes to, as ``done/total`` epochs: tells how far the samples are laid out by then."""

    def __init__(self, step: Step, samples: int) -> None:
        self._step, self._samples = step, samples

    def write(self, text: str) -> None:
        """Take over one state of the bar; other text, such as an end of line, says nothing."""
        done, sign, total = text.strip().partition("/")
        if sign and done.isdecimal() and total.isdecimal():
            part = self._samples * int(done) // max(int(total), 1)
            self._step("laying out the samples", part, self._samples)

    def flush(self) -> None:
        """Nothing is held back."""


def write_map(run: Run, request: MapRequest, origin: dict[str, int], vectors: Vectors, made: Embedded) -> Path:
    """Write a map atomically, in the place of an older one of the same name; returns its path."""
    about = MapAbout(
        request, origin, len(vectors.values), vectors.values.shape[1],
        tuple(round(float(share), 6) for share in made.variance), len(vectors.skipped),
        {name: _version(name) for name in _PACKAGES},
    )  # fmt: skip
    columns = {"sample_id": pa.array(vectors.sample_ids.astype(str))}
    columns |= {name: pa.array(made.plane[:, axis], pa.float32()) for axis, name in enumerate(("x", "y"))}
    columns |= {
        f"component_{number}": pa.array(row, pa.float32()) for number, row in enumerate(made.components.T, start=1)
    }
    table = pa.table(columns).replace_schema_metadata({KEY: json.dumps(asdict(about)).encode()})
    path = map_path(run, request)
    with atomic(path) as file:  # numbers that hardly repeat: a dictionary of them would only cost time
        pq.write_table(table, file, compression="zstd", use_dictionary=False)
    return path


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"
