"""From the runs of a study to one table: a row per arm and seed, read from the run folders alone."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bss_core.errors import BSSError
from bss_core.metrics import METRICS
from bss_core.runs import FILE, Run, open_run
from bss_core.study.arms import Arm, Study
from bss_core.study.tasks import Task

__all__ = ["collect"]

_EXPOSURE = ("effective_sample_size", "entropy", "coverage")


def collect(study: Study, tasks: list[Task], errors: dict[Path, str], out: Path) -> pd.DataFrame:
    """One row per arm and seed: arm, groups, seed, run, status, error; the options that vary; epochs, steps, samples
    drawn, best epoch, seconds per epoch (training, scoring), mean exposure; every metric of every head and rule.

    Args:
        errors: run folder → why it failed, as its worker said.
        out: the study's folder; ``run`` is relative to it.
    """
    of = {(name, task.seed): task for task in tasks for name in task.arms}
    facts = {task.folder: _facts(task, errors.get(task.folder, "")) for task in tasks}
    varying = _varying(tasks)
    rows = []
    for arm in study.arms:
        for seed in study.seeds:
            task = of[arm.name, seed]
            settings = {name: value for name, value in _flat(task.options).items() if name in varying}
            if "data" in settings:  # a table is passed on; where its maker's disk held the data says nothing there
                settings["data"] = Path(settings["data"]).name
            rows.append({**_who(arm, task, out), **settings, **facts[task.folder]})
    return pd.DataFrame(rows)


def _who(arm: Arm, task: Task, out: Path) -> dict[str, Any]:
    return {
        "arm": arm.name,
        "groups": ",".join(arm.groups),
        "reference": arm.reference,
        "seed": task.seed,
        "run": os.path.relpath(task.folder, out),
    }


def _flat(options: dict[str, Any]) -> dict[str, Any]:
    """Options as columns: ``set.beta``, ``measure.similarity``; what is neither number nor text as JSON."""
    flat = {}
    for name, value in options.items():
        nested = {"scheduler_options": "set", "measure": "measure"}.get(name)
        if nested:
            flat |= {f"{nested}.{key}": item for key, item in value.items()}
        else:
            flat[name] = json.dumps(value, sort_keys=True) if isinstance(value, dict | list) else value
    return flat


def _varying(tasks: list[Task]) -> set[str]:
    """The options, seeds and paths to runs apart, that are not the same in all runs."""
    known = [_flat(task.options) for task in tasks]
    names = set().union(*known) - {"seed", "initial_scores", "scheduler"}
    return {name for name in names if len({str(options.get(name)) for options in known}) > 1} | {"scheduler"}


def _facts(task: Task, error: str) -> dict[str, Any]:
    """What one run came to; of a run that did not finish its status and error."""
    if not (task.folder / FILE).exists():
        return {"status": "not started", "error": error}
    try:
        run = open_run(task.folder)
        status = {"status": run.status, "error": error or run.error}
        return {**status, **_course(run), **_results(run.details().get("results", {}))}
    except (BSSError, KeyError, TypeError) as fault:
        return {"status": "broken", "error": error or str(fault)}


def _course(run: Run) -> dict[str, Any]:
    """How it went, from its epochs."""
    events = run.events()
    if not events:
        return {}
    schedule = [event["schedule"] for event in events]
    scoring = [event.get("scoring_seconds", 0.0) for event in events]
    known = {
        "epochs_run": len(events),
        "steps": sum(event["steps"] for event in events),
        "samples_drawn": sum(event["samples"] for event in events),
        "seconds_per_epoch": float(np.mean([event["seconds"] for event in events])),
        "scoring_seconds_per_epoch": float(np.mean(scoring)),
    }
    for name in _EXPOSURE:
        values = [item[name] for item in schedule if item.get(name) is not None]
        known[name] = float(np.mean(values)) if values else np.nan
    return known


def _results(results: dict[str, Any]) -> dict[str, Any]:
    """``test_accuracy`` and the like of the run's own prediction rule, ``test_accuracy_<head>`` of every other."""
    if not results:
        return {}
    rule, known = results.get("rule", "multimodal"), {"best_epoch": results["epoch"], "rule": results.get("rule")}
    for split in ("validation", "test"):
        for head, values in results.get(split, {}).items():
            known |= {f"{split}_{metric}_{head}": values[metric] for metric in METRICS if metric in values}
        known |= {f"{split}_{metric}": known.get(f"{split}_{metric}_{rule}", np.nan) for metric in METRICS}
    return known
