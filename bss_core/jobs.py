"""Start, watch and cancel jobs: each is its own process, ``python -m bss_core …``, that outlives page and server."""

import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

from bss_core.errors import RunError
from bss_core.files import write_json
from bss_core.job_state import ACTIVE, JobState
from bss_core.maps.requests import MapRequest, check_installed
from bss_core.runs import FILE, Run, create_run

__all__ = [
    "cancel", "check_new_folder", "embedding_jobs", "new_embedding_job", "new_scoring_job", "reap", "resume_training",
    "scoring_jobs", "start_embedding", "start_scoring", "start_training",
]  # fmt: skip


def start_training(folder: Path, options: dict) -> Run:
    """Check the options, make the run folder and start its process; returns at once.

    Raises:
        ConfigError: an option is wrong (nothing is created).
        ManifestError: the data set cannot be used.
        RunError: the folder holds a run already.
    """
    from bss_core.manifest import read_info
    from bss_core.training_options import training_options

    check_new_folder(folder)
    checked = training_options(options)
    run = create_run(folder, checked.as_dict(), read_info(Path(checked.data)))
    _start(run.state, ["train", "--run", str(folder), "--resume", "--queue"])
    return run


def check_new_folder(folder: Path) -> None:
    """Raise a RunError if no run can be made in ``folder``: its name is unfit, or it holds a run already."""
    if not re.fullmatch(r"[\w.-]{1,100}", folder.name) or folder.name.startswith("."):
        raise RunError(f"{folder.name!r} cannot name a run; use up to 100 letters, digits, dots, dashes, underscores.")
    if (folder / FILE).exists():
        raise RunError(f"{folder} holds a run already; choose another name.")


def resume_training(run: Run) -> None:
    """Continue a run that was cancelled, interrupted or failed, from its last complete epoch.

    Raises:
        RunError: it is running or finished.
    """
    if run.status not in ("cancelled", "interrupted", "failed"):
        raise RunError(f"{run.id} is {run.status}; only a cancelled, interrupted or failed run can be continued.")
    _start(run.state, ["train", "--run", str(run.folder), "--resume", "--queue"])


def start_scoring(run: Run, checkpoint: str, split: str, device: str = "auto") -> JobState:
    """Start scoring a split with a checkpoint of the run; the result becomes a new evaluation of the run."""
    state = new_scoring_job(run, checkpoint, split, device)
    words = ["score", "--run", str(run.folder), "--checkpoint", checkpoint, "--split", split, "--device", device]
    _start(state, [*words, "--job", state.path.parent.name, "--queue"])
    return state


def new_scoring_job(run: Run, checkpoint: str, split: str, device: str) -> JobState:
    """Reserve the number of a new evaluation, past all that training can make, with a folder ``scoring/<number>``.

    Raises:
        RunError: the run has no such checkpoint; the message lists those it has.
    """
    if checkpoint not in run.checkpoints():
        raise RunError(f"{run.id} has no checkpoint {checkpoint!r}; it has {', '.join(run.checkpoints()) or 'none'}.")
    number = run.options["epochs"] + 2  # training makes one evaluation per epoch and a last one, at most
    return _reserved(run.folder / "scoring", number, {"checkpoint": checkpoint, "split": split, "device": device})


def _reserved(parent: Path, number: int, request: dict) -> JobState:
    """A new job in the first free folder from ``number`` on; two that ask at once get two."""
    while True:
        folder = parent / f"{number:03d}"
        try:
            folder.mkdir(parents=True)
            break
        except FileExistsError:
            number += 1
        except OSError as error:
            raise RunError(f"{folder} could not be made ({error.strerror}).") from error
    write_json(folder / "job.json", {"status": "starting", "error": "", **request})
    return JobState(folder / "job.json")


def scoring_jobs(run: Run) -> list[JobState]:
    """The scoring jobs of a run, newest first."""
    return [JobState(path) for path in sorted((run.folder / "scoring").glob("*/job.json"), reverse=True)]


def start_embedding(run: Run, request: MapRequest, device: str = "auto") -> JobState:
    """Start computing a map of the run's samples; if somebody had it started and it is at work, that job.

    Raises:
        ConfigError: it needs umap-learn, which is not installed.
    """
    check_installed(request)
    for state in embedding_jobs(run):
        if state.status in ACTIVE and asdict(request).items() <= state.read().items():
            return state
    state = new_embedding_job(run, request, device)
    words = ["embed", "--run", str(run.folder), "--of", request.of, "--method", request.method]
    words += ["--split", request.split, "--device", device, "--seed", str(request.seed)]
    words += ["--neighbours", str(request.neighbours), "--min-dist", str(request.min_dist)]
    is_of_features = request.evaluation is None
    words += ["--checkpoint", request.checkpoint] if is_of_features else ["--evaluation", str(request.evaluation)]
    _start(state, [*words, "--job", state.path.parent.name, "--queue"])
    return state


def new_embedding_job(run: Run, request: MapRequest, device: str) -> JobState:
    """Reserve a folder ``maps/jobs/<number>``."""
    return _reserved(run.folder / "maps" / "jobs", 1, {**asdict(request), "device": device})


def embedding_jobs(run: Run) -> list[JobState]:
    """The jobs that computed or compute maps of a run, newest first."""
    return [JobState(path) for path in sorted((run.folder / "maps" / "jobs").glob("*/job.json"), reverse=True)]


def _start(state: JobState, words: list[str]) -> None:
    # Leave a core to the app: two busy processes can slow each other 50 times.
    threads = max(1, (os.cpu_count() or 2) - 1)
    environment = {
        **os.environ,
        "OMP_NUM_THREADS": str(threads),
        "NUMBA_NUM_THREADS": str(threads),
        "PYTHONUNBUFFERED": "1",
    }
    root = str(Path(__file__).resolve().parent.parent)
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))
    state.prepare()
    try:
        with open(state.path.parent / "output.txt", "ab") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "bss_core", *words], env=environment,
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
    except OSError as error:
        raise _not_started(state, error) from error
    state.own(process.pid)  # before anybody can reap it
    _children.append(process)


def _not_started(state: JobState, error: OSError) -> RunError:
    reason = f"The process could not be started ({error.strerror or error})."
    state.update(status="failed", error=reason)
    return RunError(reason)


_children: list[subprocess.Popen] = []  # kept so that a finished child is reaped and does not linger as a zombie


def reap() -> None:
    """Collect finished children; call it when looking at jobs."""
    _children[:] = [child for child in _children if child.poll() is None]


def cancel(state: JobState, patience: float = 0.0) -> None:
    """Ask the job to stop after its current step; with ``patience`` (s) wait that long, then SIGTERM, then SIGKILL."""
    state.request_cancel()
    if patience <= 0:
        return
    for sign in (None, signal.SIGTERM, signal.SIGKILL):
        if sign is not None and state.status in ACTIVE:
            state.kill(sign)
        if _ended(state, patience):
            return


def _ended(state: JobState, patience: float) -> bool:
    end = time.monotonic() + patience
    while time.monotonic() < end:
        reap()
        if state.status not in ACTIVE:
            return True
        time.sleep(0.05)
    return False
