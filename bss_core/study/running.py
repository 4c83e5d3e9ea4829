"""Run a study: plan its runs, train those that have not finished, write the tables and the report.

The folder of a study holds ``study.toml`` (a copy), ``runs/<arm>-seed<seed>`` (ordinary runs: the app opens them),
``data/`` (corrupted copies), ``runs.parquet``, ``results.md``, ``tables/`` and ``figures/``. Calling it again goes on
where it stopped: finished runs stay, interrupted ones continue after their last complete epoch.
"""

import contextlib
import fcntl
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from bss_core.errors import Cancelled, ConfigError, RunError
from bss_core.files import write_bytes, write_table
from bss_core.runs import FILE, open_run
from bss_core.study.arms import Study
from bss_core.study.collecting import collect
from bss_core.study.pool import train_all
from bss_core.study.reading import read_study
from bss_core.study.report import write_report
from bss_core.study.tasks import Task, plan_tasks

__all__ = ["run_study"]


def run_study(path: Path, out: Path | None = None, workers: int = 1, tell: Callable[[str], None] = print) -> str:
    """Run the study of a file, or what is left of it.

    Args:
        path: the study file; see :mod:`bss_core.study.reading`.
        out: the study's folder; by default ``runs/<name>-study``.
        workers: runs that are trained side by side, each by one thread.
        tell: takes a line for every run that ends.

    Returns:
        A sentence with the outcome.

    Raises:
        ConfigError: a mistake in the file.
        RunError: the folder holds runs with other options, or another process works in it.
        Cancelled: interrupted; what has been written stays.
    """
    if workers < 1:
        raise ConfigError(f"workers = {workers} is out of range: it must be ≥ 1.")
    study = read_study(Path(path))
    out = Path(out) if out else Path("runs") / f"{study.name}-study"
    with _alone(out):
        tasks = plan_tasks(study, out)
        waiting = [task for task in tasks if _is_open(task)]
        write_bytes(out / "study.toml", Path(path).read_bytes())
        errors: dict[Path, str] = {}
        tell(f"{study.name}: {len(tasks)} runs, {len(tasks) - len(waiting)} finished already; {out}")
        try:
            train_all(waiting, workers, out / "workers.log", _progress(len(waiting), errors, tell))
        except Cancelled:
            _write(study, tasks, errors, out)  # what there is so far
            raise
        runs = _write(study, tasks, errors, out)
    finished = runs.drop_duplicates("run")["status"].eq("finished").sum()
    return f"{out / 'results.md'}: {finished} of {len(tasks)} runs finished"


def _write(study: Study, tasks: list[Task], errors: dict[Path, str], out: Path) -> pd.DataFrame:
    """Tables and report from the run folders as they are; returns the table of runs."""
    runs = collect(study, tasks, errors, out)
    write_table(pa.Table.from_pandas(runs, preserve_index=False), out / "runs.parquet")
    write_report(study, runs, out)
    return runs


@contextlib.contextmanager
def _alone(out: Path) -> Iterator[None]:
    """Keep a second process out of the folder; the lock ends with the process."""
    out.mkdir(parents=True, exist_ok=True)
    with open(out / ".lock", "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RunError(
                f"Another process is running the study in {out}; wait for it, or choose another folder."
            ) from None
        yield


def _is_open(task: Task) -> bool:
    """Whether a task is still to be trained.

    Raises:
        RunError: its folder holds a run with other options, or one that a process works on.
    """
    if not (task.folder / FILE).exists():
        return True
    run = open_run(task.folder)
    for name, value in task.options.items():
        if _comparable(name, run.options.get(name)) != _comparable(name, value):
            raise RunError(
                f"{task.folder} was made with {name} = {run.options.get(name)!r}, but the study asks for {value!r}; "
                "choose another --out, or move the run away."
            )
    if run.is_active:
        raise RunError(f"{task.folder} is {run.status}: its process still works on it; wait for it, or cancel it.")
    return run.status != "finished"


def _comparable(name: str, value: Any) -> Any:
    """An option's value; paths whole, so that the study's folder may be named in another way than last time."""
    return Path(value).resolve() if name in ("data", "initial_scores") and value else value


def _progress(
    total: int, errors: dict[Path, str], tell: Callable[[str], None]
) -> Callable[[Task, dict[str, str]], None]:
    """A callback for every run that ends: keeps its error, tells how far it is and how long the rest may take."""
    start, done = time.monotonic(), [0]

    def finished(task: Task, answer: dict[str, str]) -> None:
        done[0] += 1
        if answer["error"]:
            errors[task.folder] = answer["error"]
        left = (time.monotonic() - start) / done[0] * (total - done[0])
        outcome = f"{answer['status']}{': ' + answer['error'] if answer['error'] else ''}"
        tell(f"[{done[0]}/{total}] {task.folder.name}: {outcome} · about {_clock(left)} left")

    return finished


def _clock(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
