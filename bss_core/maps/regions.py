"""Regions of maps of samples: which maps of a run still hold, and a polygon on one of them as an SQL condition."""

from pathlib import Path
from typing import Any

from bss_core.errors import BSSError, RunError
from bss_core.evaluations import predictions_path
from bss_core.lasso import Region
from bss_core.maps.requests import MapRequest, current_map, read_map_about
from bss_core.runs import Run
from bss_core.tables import parquet

__all__ = ["computed_from", "maps_of", "region_condition", "request_of"]


def maps_of(run: Run) -> list[str]:
    """Names of the maps that still hold."""
    return [path.stem for path in sorted((run.folder / "maps").glob("*.parquet")) if _holds(run, path.stem)]


def _holds(run: Run, name: str) -> bool:
    try:
        request_of(run, name)
    except BSSError:
        return False
    return True


def request_of(run: Run, name: str) -> MapRequest:
    """What the map of this name shows.

    Raises:
        RunError: there is no such map, or it is damaged or was computed from something that has changed since.
        CheckpointError: the checkpoint that it was computed from cannot be read.
    """
    path = _path(run, name)
    if not path.is_file():
        raise RunError(f"{run.id} has no map {name!r}; maps are computed on the Map page or by the command embed.")
    request = read_map_about(path).request
    if request.name != name or current_map(run, request) is None:
        raise RunError(f"The map {name!r} of {run.id} no longer holds, as what it shows has changed; compute it again.")
    return request


def _path(run: Run, name: str) -> Path:
    return run.folder / "maps" / f"{name}.parquet"


def computed_from(run: Run, request: MapRequest) -> Path:
    """The file that decides whether a map holds: a checkpoint or the predictions of an evaluation."""
    if request.evaluation is None:
        return run.folder / "checkpoints" / f"{request.checkpoint}.safetensors"
    return predictions_path(run.folder, request.evaluation)


def region_condition(run: Run, region: Region) -> tuple[str, list[Any]]:
    """An SQL condition that a row's sample lies in the region, and its parameters.

    Raises:
        RunError, CheckpointError: the map cannot be used, see :func:`request_of`.
    """
    request_of(run, region.map)
    condition, values = region.where("x", "y")
    return f"sample_id IN (SELECT sample_id FROM {parquet([_path(run, region.map)])} WHERE {condition})", values
