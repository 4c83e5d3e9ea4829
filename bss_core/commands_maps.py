"""What the command ``embed`` does; it returns what it prints."""

import time
from pathlib import Path
from typing import Any

from bss_core import jobs
from bss_core.commands import job, progress_bar
from bss_core.evaluations import predictions_path
from bss_core.job_state import JobState
from bss_core.maps.requests import MapRequest, check_installed, checked_request, current_map, map_path, origin
from bss_core.runs import Run, open_run

__all__ = ["embed"]

_PAUSE = 0.3  # seconds between two reports of progress


def embed(folder: Path, given: dict[str, Any], device: str, reserved: str | None = None, queue: bool = False) -> str:
    """Compute a map of a run's samples; one that is there and holds is left as it is.

    Args:
        given: as :func:`bss_core.maps.requests.checked_request` takes them.
    """
    run = open_run(folder)
    request = checked_request(run, **given)
    if reserved is None and current_map(run, request):
        return f"{map_path(run, request)}: there already"
    check_installed(request)
    if reserved is None:
        state = jobs.new_embedding_job(run, request, device)
    else:
        state = JobState(run.folder / "maps" / "jobs" / reserved / "job.json")
    reported = 0.0
    with job(state, run.folder.parent if queue else None), progress_bar("samples") as tell:

        def step(phase: str, done: int, total: int) -> None:
            nonlocal reported
            state.check_cancel()
            tell(phase, done, total)
            if done in (0, total) or time.monotonic() > reported + _PAUSE:
                state.report(phase, done, total)
                reported = time.monotonic()

        if current_map(run, request) is None:  # the job before this one in the queue may have made it
            state.update(**_made(run, request, device, step))
    return _line(run, request)


def _made(run: Run, request: MapRequest, device: str, step: Any) -> dict[str, Any]:
    """Compute and write the map; returns what its job is to say of it."""
    from bss_core.maps.fitting import embed as laid_out
    from bss_core.maps.fitting import stored_probabilities, write_map

    computed_from = origin(run, request)  # before the work: what changes meanwhile makes the map an old one
    if request.evaluation is None:
        from bss_core.engine.embedding import checkpoint_features

        vectors = checkpoint_features(run, request.checkpoint, request.split, request.of, device, step)
    else:
        vectors = stored_probabilities(predictions_path(run.folder, request.evaluation))
    count = len(vectors.values)
    step("laying out the samples", 0, count)
    found = laid_out(vectors, request, step)
    step("writing", count, count)
    write_map(run, request, computed_from, vectors, found)
    return {"samples": count, "skipped": dict(vectors.skipped), "used_device": vectors.device}


def _line(run: Run, request: MapRequest) -> str:
    about = current_map(run, request)
    path = map_path(run, request)
    if about is None:
        return f"{path}: written, but what it was computed from has changed meanwhile"
    shown = f", the plane shows {sum(about.variance[:2]):.0%} of the variance" if request.method == "pca" else ""
    left_out = f"; {about.skipped} could not be decoded and were left out" if about.skipped else ""
    return f"{path}: {about.samples} samples, vectors of {about.dimensions} numbers{shown}{left_out}"
