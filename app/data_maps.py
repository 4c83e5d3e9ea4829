"""What pages ask of maps of samples, cached by the state of the files as in :mod:`app.data`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from app.data_answers import answer, identity, maps_state, selected_by
from bss_core import queries
from bss_core.evaluations import scores_path
from bss_core.manifest import FILE as MANIFEST
from bss_core.maps import queries as map_queries
from bss_core.maps.queries import MapSource
from bss_core.maps.regions import computed_from, maps_of
from bss_core.maps.requests import MapAbout, MapRequest, current_map, map_path
from bss_core.runs import Run
from bss_core.selection import Selection

__all__ = ["cells", "current", "known_maps", "named", "neighbours", "points", "sizes"]


def current(run: Run, request: MapRequest) -> MapAbout | None:
    """See :func:`bss_core.maps.requests.current_map`.

    Raises:
        RunError, CheckpointError: what the map is to be computed from is gone or damaged.
    """
    read = identity(map_path(run, request), computed_from(run, request))
    return answer("current_map", read, (request,), lambda: current_map(run, request))


def known_maps(run: Run) -> list[str]:
    """Names of the maps that still hold, see :func:`bss_core.maps.regions.maps_of`."""
    return answer("known_maps", maps_state(run), (), lambda: maps_of(run))


def _about(run: Run, request: MapRequest, evaluation: int, question: Callable[..., Any], *arguments: Any) -> Any:
    """Ask one question about a map with the colours of an evaluation.

    Raises:
        RunError: no such evaluation, or a table that is damaged.
    """
    path = map_path(run, request)
    earlier = [item for item in arguments if isinstance(item, Path)]
    files = (path, scores_path(run.folder, evaluation), run.data / MANIFEST, *earlier)

    def ask() -> Any:
        rows = queries.source(run, evaluation)
        return question(MapSource(rows, path, tuple(run.modalities)), *arguments)

    return answer(question.__name__, (*identity(*files), *selected_by(run, *arguments)), arguments, ask)


def sizes(run: Run, request: MapRequest, evaluation: int, selection: Selection) -> tuple[int, int]:
    """How many samples of the map are selected, and how many it has."""
    return _about(run, request, evaluation, map_queries.map_sizes, selection)


def points(
    run: Run, request: MapRequest, evaluation: int, selection: Selection, by: str, limit: int = 5000,
    before: int | None = None,
) -> pd.DataFrame:  # fmt: skip
    """See :func:`bss_core.maps.queries.map_points`; ``before`` is an earlier evaluation's number."""
    earlier = _earlier(run, before)
    return _about(run, request, evaluation, map_queries.map_points, selection, by, limit, *earlier)


def cells(
    run: Run, request: MapRequest, evaluation: int, selection: Selection, by: str, bins: int = 100,
    before: int | None = None,
) -> pd.DataFrame:  # fmt: skip
    """See :func:`bss_core.maps.queries.map_cells`; ``before`` is an earlier evaluation's number."""
    earlier = _earlier(run, before)
    return _about(run, request, evaluation, map_queries.map_cells, selection, by, bins, *earlier)


def _earlier(run: Run, before: int | None) -> list[Path]:
    """The score table of an evaluation: the one argument that is a file, and so counts by its state."""
    return [] if before is None else [scores_path(run.folder, before)]


def named(
    run: Run, request: MapRequest, evaluation: int, sample_ids: tuple[str, ...], thresholds: tuple[float, float]
) -> pd.DataFrame:
    """See :func:`bss_core.maps.queries.named_samples`."""
    return _about(run, request, evaluation, map_queries.named_samples, list(sample_ids), thresholds)


def neighbours(run: Run, request: MapRequest, sample_id: str, count: int = 12) -> pd.DataFrame:
    """See :func:`bss_core.maps.queries.neighbours`."""
    path = map_path(run, request)
    return answer(
        "neighbours", identity(path), (sample_id, count), lambda: map_queries.neighbours(path, sample_id, count)
    )
