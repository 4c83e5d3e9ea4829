"""The runs that a study needs: one per arm and seed, fewer where two arms come to the same options."""

import json
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from bss_core.errors import ConfigError
from bss_core.manifest import read_manifest
from bss_core.study.arms import Arm, Study
from bss_core.study.corruption import Corruption, corrupted_copy
from bss_core.training_options import TrainingOptions, training_options

__all__ = ["Task", "plan_tasks", "steps_per_epoch"]

_MOST_EPOCHS = 100_000


@dataclass(frozen=True)
class Task:
    """One run of a study.

    Attributes:
        folder: its run folder.
        seed: its seed.
        options: everything the run is told.
        needs: folder of the run that must have finished before; ``None`` for none.
        arms: the arms that it stands for; the first gave it its name.
    """

    folder: Path
    seed: int
    options: dict[str, Any]
    needs: Path | None = None
    arms: list[str] = field(default_factory=list)


def plan_tasks(study: Study, out: Path) -> list[Task]:
    """All runs, the first seed's before the second's, and those that others need before them.

    Prepares the corrupted copies of data sets under ``out/data``.

    Raises:
        ConfigError: an arm with ``equal_steps`` that would need too many epochs, or a corruption that cannot be.
        ManifestError: a data set cannot be used.
    """
    settings = {arm.name: _settled(study, arm, out) for arm in study.arms}
    found: dict[str, Task] = {}
    for seed in study.seeds:
        for arm in sorted(study.arms, key=lambda arm: bool(arm.initial_scores_from)):  # stable
            _add(found, arm, seed, settings, out)
    return list(found.values())


def _add(found: dict[str, Task], arm: Arm, seed: int, settings: dict[str, dict[str, Any]], out: Path) -> None:
    given, needs = {**settings[arm.name], "seed": seed}, None
    if arm.initial_scores_from:
        needs = next(t.folder for t in found.values() if t.seed == seed and arm.initial_scores_from in t.arms)
        given["initial_scores"] = str(needs)
    options = training_options(given).as_dict()
    key = json.dumps(options, sort_keys=True)
    task = found.setdefault(key, Task(out / "runs" / f"{arm.name}-seed{seed}", seed, options, needs))
    task.arms.append(arm.name)


def _settled(study: Study, arm: Arm, out: Path) -> dict[str, Any]:
    """The arm's options with its own copy of the data and, for equal steps, its length."""
    given = dict(arm.options)
    if arm.corrupt:
        corruption = Corruption(**arm.corrupt)
        source = Path(training_options({"data": given["data"]} if "data" in given else {}).data)
        given["data"] = str(corrupted_copy(source, out / "data" / f"{source.name}-{corruption.name}", corruption))
    if not arm.equal_steps:
        return given
    checked = training_options(given | ({"initial_scores": "any"} if arm.initial_scores_from else {}))
    reference = training_options(study.arm(arm.reference).options)
    samples = len(read_manifest(Path(checked.data), ["split"]).rows.query("split == 'train'"))
    steps = sum(steps_per_epoch(reference, samples, epoch) for epoch in range(reference.epochs))
    return {**given, "max_steps": steps, "epochs": _epochs_for(arm, checked, samples, steps)}


def steps_per_epoch(options: TrainingOptions, samples: int, epoch: int) -> int:
    """Optimiser steps that a run takes in one epoch, from the share λ(t) that its scheduler draws from."""
    drawn = max(1, math.floor(samples * options.build_scheduler().share(epoch)))
    return drawn // options.batch_size if options.drop_last else math.ceil(drawn / options.batch_size)


def _epochs_for(arm: Arm, options: TrainingOptions, samples: int, steps: int) -> int:
    done = np.cumsum(
        [steps_per_epoch(options, samples, epoch) for epoch in range(min(50 * options.epochs, _MOST_EPOCHS))]
    )
    if done[-1] < steps:
        raise ConfigError(
            f"The arm {arm.name!r} makes {done[-1]} steps in {len(done)} epochs, fewer than the {steps} of its "
            f"reference {arm.reference!r}; equal steps cannot be reached."
        )
    return int(np.searchsorted(done, steps)) + 1
