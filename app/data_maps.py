"""What pages ask of maps of samples, cached by the state of the files as in :mod:`app.data`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from app.data import identity, selected_by
from bss_core import queries
from bss_core.evaluations import predictions_path, scores_path
from bss_core.manifest import FILE as MANIFEST
from bss_core.maps import queries as map_queries
from bss_core.maps.queries import AXES, MapSource
from bss_core.maps.requests import MapAbout, MapRequest, current_map, map_path
from bss_core.runs import Run
from bss_core.selection import Selection

__all__ = ["AXES", "cells", "current", "named", "neighbours", "page", "points", "sizes"]


@st.cache_data(max_entries=128, show_spinner=False)
def _kept(key: str, _ask: Callable[[], Any]) -> Any:
    return _ask()


def _answer(question: str, files: list[Path], arguments: tuple[Any, ...], ask: Callable[[], Any]) -> Any:
    return _kept(repr((question, identity(*files), arguments)), ask)


def current(run: Run, request: MapRequest) -> MapAbout | None:
    """See :func:`bss_core.maps.requests.current_map`.

    Raises:
        RunError, CheckpointError: what the map is to be computed from is gone or damaged.
    """
    if request.evaluation is None:
        computed_from = run.folder / "checkpoints" / f"{request.checkpoint}.safetensors"
    else:
        computed_from = predictions_path(run.folder, request.evaluation)
    files = [map_path(run, request), computed_from]
    return _answer("current_map", files, (request,), lambda: current_map(run, request))


def _about(run: Run, request: MapRequest, evaluation: int, question: Callable[..., Any], *arguments: Any) -> Any:
    """Ask one question about a map with the colours of an evaluation.

    Raises:
        RunError: no such evaluation, or a table that is damaged.
    """
    path = map_path(run, request)
    files = [path, scores_path(run.folder, evaluation), run.data / MANIFEST, *selected_by(run, *arguments)]

    def ask() -> Any:
        rows = queries.source(run, evaluation)
        return question(MapSource(rows, path, tuple(run.modalities)), *arguments)

    return _answer(question.__name__, files, arguments, ask)


def sizes(run: Run, request: MapRequest, evaluation: int, selection: Selection) -> tuple[int, int]:
    """How many samples of the map are selected, and how many it has."""
    return _about(run, request, evaluation, map_queries.map_sizes, selection)


def points(
    run: Run, request: MapRequest, evaluation: int, selection: Selection, by: str, limit: int = 5000
) -> pd.DataFrame:
    """See :func:`bss_core.maps.queries.map_points`."""
    return _about(run, request, evaluation, map_queries.map_points, selection, by, limit)


def cells(
    run: Run, request: MapRequest, evaluation: int, selection: Selection, by: str, bins: int = 100
) -> pd.DataFrame:
    """See :func:`bss_core.maps.queries.map_cells`."""
    return _about(run, request, evaluation, map_queries.map_cells, selection, by, bins)


def page(run: Run, request: MapRequest, evaluation: int, selection: Selection, limit: int = 24) -> pd.DataFrame:
    """See :func:`bss_core.maps.queries.map_page`."""
    return _about(run, request, evaluation, map_queries.map_page, selection, limit)


def named(
    run: Run, request: MapRequest, evaluation: int, sample_ids: tuple[str, ...], thresholds: tuple[float, float]
) -> pd.DataFrame:
    """See :func:`bss_core.maps.queries.named_samples`."""
    return _about(run, request, evaluation, map_queries.named_samples, list(sample_ids), thresholds)


def neighbours(run: Run, request: MapRequest, sample_id: str, count: int = 12) -> pd.DataFrame:
    """See :func:`bss_core.maps.queries.neighbours`."""
    path = map_path(run, request)
    return _answer("neighbours", [path], (sample_id, count), lambda: map_queries.neighbours(path, sample_id, count))
