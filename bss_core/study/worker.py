"""One worker of a study: ``python -m bss_core.study.worker`` trains the runs whose orders it reads, one line each.

A line in is ``{"folder": …, "options": {…}}`` as JSON, a line out the same folder with the run's ``status`` and
``error``. Each run is made, trained and reported as by the command ``train``: one that was stopped is continued. Data
are decoded once and kept for the runs that follow. The worker ends with its input, or when whoever started it is gone.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

from bss_core.commands import job
from bss_core.errors import BSSError, Cancelled
from bss_core.jobs import new_scoring_job
from bss_core.manifest import read_info
from bss_core.runs import FILE, Run, create_run, open_run
from bss_core.training_options import training_options

__all__ = ["main", "work"]

_KEPT = 4  # data sets in memory


def main(orders: TextIO, answers: TextIO) -> None:
    """Train until the input ends."""
    cache: dict[Any, Any] = {}
    for line in orders:
        order = json.loads(line)
        folder = Path(order["folder"])
        answers.write(json.dumps({"folder": order["folder"], **work(folder, order["options"], cache)}) + "\n")
        answers.flush()


def work(folder: Path, given: dict[str, Any], cache: dict[Any, Any]) -> dict[str, str]:
    """Train, or continue, one run; never raises for what is wrong with it.

    Args:
        folder: the run folder.
        given: the training options.
        cache: decoded data, kept from run to run.

    Returns:
        The run's ``status``, and the ``error`` of one that failed.
    """
    try:
        run = _ready(folder, given)
        _train(run, given, cache)
        _score_alike(run, given)
    except Cancelled:
        return {"status": "cancelled", "error": ""}
    except BSSError as error:
        return {"status": "failed", "error": str(error)}
    except Exception as error:  # a fault of the program costs one run, not the study
        return {"status": "failed", "error": f"{type(error).__name__}: {error}"}
    return {"status": "finished", "error": ""}


def _ready(folder: Path, given: dict[str, Any]) -> Run:
    if not (folder / FILE).exists():
        options = training_options(given)
        return create_run(folder, options.as_dict(), read_info(Path(options.data)))
    run = open_run(folder)
    if run.status != "finished":
        run.state.prepare()
    return run


def _train(run: Run, given: dict[str, Any], cache: dict[Any, Any]) -> None:
    if run.status == "finished":
        return
    from bss_core.engine.jobs import read_data_sets, train_run

    def read(run: Run, manifest: Any, config: Any, report: Callable[..., None]) -> Any:
        key = (manifest.info.content_hash, str(manifest.info.folder), config)
        if key not in cache:
            if len(cache) >= _KEPT:  # so that memory does not grow with the study
                cache.pop(next(iter(cache)))
            cache[key] = read_data_sets(run, manifest, config, report), run.details()["skipped"]
        sets, skipped = cache[key]
        run.state.update(skipped=skipped)
        return sets

    with job(run.state):
        train_run(run, training_options(given), _still_wanted(), read)


def _still_wanted() -> Callable[[str, float, float], None]:
    """A callback that cancels the run when this process has lost its parent."""
    parent = os.getppid()

    def tell(phase: str, done: float, total: float) -> None:
        if os.getppid() != parent:
            raise Cancelled

    return tell


def _score_alike(run: Run, given: dict[str, Any]) -> None:
    """Score the last weights in evaluation mode too where the run's own scores are made in another way."""
    if given.get("score_source", "evaluation_pass") == "evaluation_pass" or run.evaluations("scoring"):
        return
    from bss_core.engine.jobs import score_checkpoint

    state = new_scoring_job(run, "last", "train", given.get("device", "auto"))
    with job(state):
        number = int(state.path.parent.name)
        score_checkpoint(run, number, "last", "train", given.get("device", "auto"), state, _still_wanted())


if __name__ == "__main__":
    with os.fdopen(os.dup(1), "w") as answering:
        os.dup2(2, 1)  # what a library prints must not look like an answer
        main(sys.stdin, answering)
