"""What the commands of ``python -m bss_core`` do; each returns what it prints."""

import contextlib
import logging
import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tqdm import tqdm

from bss_core import jobs, registry
from bss_core.errors import Cancelled, RunError
from bss_core.job_state import JobState, running, slot
from bss_core.manifest import read_info
from bss_core.predictions import MULTIMODAL
from bss_core.runs import Run, create_run, find_runs, open_run
from bss_core.training_options import PRESET_NOTES, TrainingOptions, training_options, warnings_of

__all__ = ["job", "list_things", "progress_bar", "score", "study", "train"]


def train(folder: Path | None, given: dict[str, Any], resume: bool = False, queue: bool = False) -> str:
    """Train a new run, or continue the one in ``folder``."""
    if resume:
        run, options = _stopped_run(folder, given)
    else:
        options = training_options(given)
        info = read_info(Path(options.data))
        run = create_run(folder or new_folder(info.name, options.scheduler), options.as_dict(), info)
    for warning in warnings_of(options):
        print(f"warning: {warning}", file=sys.stderr)
    with job(run.state, run.folder.parent if queue else None), progress_bar("epochs") as tell:
        from bss_core.engine.jobs import train_run

        train_run(run, options, tell)
    split, accuracy = _accuracy(run.details()["results"]) or ("validation", float("nan"))
    return f"{run.folder}: finished; accuracy {accuracy:.3f} on the {split} split"


def _accuracy(results: dict[str, Any]) -> tuple[str, float] | None:
    """The split and the accuracy, by the run's prediction rule, that tell best how good a run is."""
    rule = results.get("rule", MULTIMODAL)
    found = [(split, results.get(split, {}).get(rule, {}).get("accuracy")) for split in ("test", "validation")]
    return next(((split, value) for split, value in found if value is not None), None)


def _stopped_run(folder: Path | None, given: dict[str, Any]) -> tuple[Run, TrainingOptions]:
    """The run to continue, made ready for this process, and its options."""
    if folder is None:
        raise RunError("--resume needs --run with the folder of the run to continue.")
    if given:
        raise RunError(f"--resume continues a run with its own options; leave out {sorted(given)[0]!r}.")
    run = open_run(folder)
    if source := run.details().get("source"):
        raise RunError(f"{run.id} was {source}, not trained; there is nothing to continue.")
    options, status = training_options(run.options), run.status
    if status in ("finished", "queued", "running"):
        raise RunError(f"{run.id} is {status}; there is nothing to continue.")
    if status != "starting":  # a run that is starting was made ready by whoever starts it
        run.state.prepare()
    return run, options


def new_folder(data: str, scheduler: str, root: Path = Path("runs")) -> Path:
    """``runs/stamps-learned-3``: the first free number."""
    taken = [re.fullmatch(rf"{re.escape(data)}-{re.escape(scheduler)}-(\d+)", path.name) for path in root.glob("*")]
    return root / f"{data}-{scheduler}-{max([int(found[1]) for found in taken if found], default=0) + 1}"


def score(
    folder: Path, checkpoint: str, split: str, device: str, reserved: str | None = None, queue: bool = False
) -> str:
    """Score a split with a checkpoint; the result is a new evaluation of the run."""
    run = open_run(folder)
    if reserved is None:
        state = jobs.new_scoring_job(run, checkpoint, split, device)
    else:
        state = JobState(run.folder / "scoring" / reserved / "job.json")
    with job(state, run.folder.parent if queue else None), progress_bar("samples") as tell:
        from bss_core.engine.jobs import score_checkpoint

        number = int(state.path.parent.name)
        path = score_checkpoint(run, number, checkpoint, split, device, state, tell)
    skipped = state.read()["skipped"]
    return f"{path}: evaluation {number}, {state.read()['samples']} samples" + "".join(
        f"\n  skipped {sample_id}: {reason}" for sample_id, reason in skipped.items()
    )


def study(path: Path, out: Path | None, workers: int) -> str:
    """Run all runs of a study that are not finished yet, a line for each, and write its table and figures."""
    from bss_core.study import run_study

    return run_study(path, out, workers)


def list_things(family: str | None, roots: list[Path]) -> str:
    """The runs in some folders, the presets, or the members of a family with the first line of their cards."""
    if family == "presets":
        return "\n".join(f"{name:28} {note}" for name, note in PRESET_NOTES.items())
    if family is not None:
        return "\n".join(
            f"{name:22} {registry.card(family, name).splitlines()[0]}" for name in registry.members(family)
        )
    missing = [str(root) for root in roots if not root.is_dir()]
    if missing:
        raise RunError(f"There is no folder {missing[0]}.")
    lines = [_line(run) for run in find_runs(roots)]
    return "\n".join(lines) or f"No runs in {', '.join(map(str, roots))}; start one with: python -m bss_core train"


def _line(run: Run) -> str:
    if run.status == "broken":
        return f"{run.id:28} broken       {run.error}"
    details = run.details()
    options, results = details["options"], details.get("results", {})
    found = _accuracy(results)
    accuracy = f"{found[0]} accuracy {found[1]:.3f}" if found else ""
    done = f"epoch {len(run.events())}/{options.get('epochs', '?')}"
    data, scheduler = details["data"].get("name", "?"), options.get("scheduler", "?")
    return f"{run.id:28} {run.status:12} {data!s:12} {scheduler!s:16} {done:14} {accuracy}".rstrip()


@contextlib.contextmanager
def job(state: JobState, queue: Path | None = None) -> Iterator[None]:
    """Around the work of a job: its log file, its status and, if a runs folder is given, that folder's queue."""
    state.own(os.getpid())
    handler = logging.FileHandler(state.path.parent / "log.txt", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s", "%Y-%m-%d %H:%M:%S"))
    logger = logging.getLogger("bss_core")
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    try:
        with running(state), slot(queue, state) if queue else contextlib.nullcontext():
            yield
    except Cancelled:
        logger.info("cancelled")
        raise
    except Exception as error:
        logger.error("%s", error)
        raise
    finally:
        logger.removeHandler(handler)
        handler.close()


@contextlib.contextmanager
def progress_bar(unit: str) -> Iterator[Callable[[str, float, float], None]]:
    """A progress bar on the terminal, as a callback (phase, done, total)."""
    with tqdm(
        disable=None, unit=unit, bar_format="{desc}: {percentage:3.0f}%|{bar}| {n:.1f}/{total} {unit} [{elapsed}]"
    ) as bar:

        def tell(phase: str, done: float, total: float) -> None:
            bar.total = total
            bar.set_description_str(phase, refresh=False)
            bar.update(done - bar.n)

        yield tell
