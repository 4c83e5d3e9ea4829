"""Runs whose predictions were made elsewhere, in a user's own loop or file, as run folders that the app opens."""

import dataclasses
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bss_core.dynamics import write_dynamics
from bss_core.errors import ConfigError, RunError
from bss_core.evaluations import Evaluation, scores_path, write_evaluation
from bss_core.job_state import ACTIVE
from bss_core.manifest import FILE as MANIFEST
from bss_core.manifest import Info, Modality, read_info
from bss_core.measurer import Measurer, build_measurer
from bss_core.predictions import MULTIMODAL, Predictions
from bss_core.registry import build
from bss_core.runs import FILE, Run, create_run, open_run

__all__ = [
    "SOURCE", "Recipe", "check_heads", "create_recorded_run", "describe_samples", "open_recorded_run", "recipe",
    "record_training",
]  # fmt: skip

SOURCE = "recorded"


@dataclasses.dataclass(frozen=True)
class Recipe:
    """How predictions become scores, and what would be drawn from them.

    Attributes:
        measurer: predictions → scores.
        name: of the scheduler.
        scheduler: smooths the scores and says how likely each sample would be drawn.
    """

    measurer: Measurer
    name: str
    scheduler: Any

    def options(self) -> dict[str, Any]:
        """For ``run.json``, in the words of a training run's options."""
        known = dataclasses.asdict(self.scheduler)
        return {"scheduler": self.name, "scheduler_options": known, "measure": self.measurer.as_dict()}


def recipe(measure: Mapping[str, Any] | None, scheduler: Any, options: Mapping[str, Any]) -> Recipe:
    """Build measurer and scheduler.

    Args:
        measure: the measurer's flat options.
        scheduler: a scheduler, or the name of one, built with ``options``.
        options: of the scheduler that is named.

    Raises:
        ConfigError: what does not exist, or a criterion that only the trainer of this project can measure.
    """
    measurer = build_measurer(measure or {})
    if measurer.measurements:
        raise ConfigError(
            f"The criterion {measurer.measurements[0]!r} is measured while the model runs and cannot be had from "
            "logits; choose criteria of predictions, such as prediction_similarity and total_loss."
        )
    if isinstance(scheduler, str):
        return Recipe(measurer, scheduler, build("schedulers", scheduler, **options))
    if options:
        raise ConfigError(f"The scheduler is built already; give {sorted(options)[0]!r} where it is built.")
    return Recipe(measurer, type(scheduler).__module__.rpartition(".")[2], scheduler)


def create_recorded_run(
    folder: Path, made: Recipe, classes: Sequence[str] | None, data: Path | None, source: str = SOURCE
) -> Run:
    """Make the run folder; modalities and what identifies the samples come with the first predictions.

    Raises:
        ConfigError: no class names, or not those of the data set.
        RunError: the folder holds a run already.
    """
    info = Info(folder.name, (), {}, folder=folder) if data is None else read_info(data)
    names = tuple(str(name) for name in classes) if classes is not None else info.classes
    if data is not None and names != info.classes:
        raise ConfigError(f"The classes are {list(names)}; those of the data set {info.name!r} are {info.classes}.")
    if len(set(names)) != len(names) or len(names) < 2:
        raise ConfigError(f"At least two different class names are needed, in the order of labels; got {list(names)}.")
    info = dataclasses.replace(info, classes=names, modalities={} if data is None else info.modalities)
    return create_run(folder, made.options(), info, source=source)


def check_heads(heads: list[str], data: Path | None) -> dict[str, Modality]:
    """The modalities that have a head, as the data set describes them; without one they count as features.

    Raises:
        ConfigError: a head that is no modality of the data set.
    """
    names = [head for head in heads if head != MULTIMODAL]
    if data is None:
        return {name: Modality("features") for name in names}
    known = read_info(data).modalities
    for name in set(names) - set(known):
        raise ConfigError(f"The head {name!r} is no modality of the data set; its modalities are {', '.join(known)}.")
    return {name: known[name] for name in names}


def describe_samples(run: Run, labels: Mapping[str, int], heads: list[str], data: Path | None) -> None:
    """Write what the first predictions tell into ``run.json``: modalities, and without a data set what identifies the
    samples, so that only runs of the same samples are compared."""
    known = run.details()["data"]
    known["modalities"] = {name: dataclasses.asdict(item) for name, item in check_heads(heads, data).items()}
    if data is None:
        digest = hashlib.sha256("".join(f"{name!r}{label}" for name, label in sorted(labels.items())).encode())
        known["content_hash"] = digest.hexdigest()
    run.state.update(data=known, samples={"train": len(labels)})


def open_recorded_run(
    folder: Path, made: Recipe, classes: Sequence[str] | None, data: Path | None
) -> tuple[Run, Path | None]:
    """The run in the folder to go on with, or a new one; and the folder of its data set, if it has one.

    Raises:
        RunError: the run there is of another kind, at work, or was recorded with other options or other data.
    """
    if not (folder / FILE).exists():
        return create_recorded_run(folder, made, classes, data), data
    run = open_run(folder)
    if run.details().get("source") != SOURCE:
        raise RunError(f"{folder} holds a run that was trained or imported; record into a folder of its own.")
    if run.status in ACTIVE:
        raise RunError(f"{folder} is being recorded already; close that recorder, or choose another folder.")
    _check_same(run, made, classes, data)
    return run, data or (run.data if (run.data / MANIFEST).is_file() else None)


def _check_same(run: Run, made: Recipe, classes: Sequence[str] | None, data: Path | None) -> None:
    asked = made.options() | ({} if classes is None else {"classes": [str(name) for name in classes]})
    asked |= {} if data is None else {"the data set's content hash": read_info(data).content_hash}
    known = run.details()["data"]
    had = run.options | {"classes": run.classes, "the data set's content hash": known.get("content_hash")}
    for name in asked:
        if asked[name] != had.get(name):
            raise RunError(
                f"{run.id} was recorded with {name} {had.get(name)!r}; it cannot go on with {asked[name]!r}."
            )


def record_training(
    run: Run, made: Recipe, about: Evaluation, predictions: Predictions, previous: np.ndarray | None
) -> pd.DataFrame:
    """Score one evaluation of training samples and write it.

    Args:
        previous: (n,) ŝ of the same samples before, or None at the first evaluation.

    Returns:
        ``sample_id, label, balance_score, smoothed_score``, one row per sample.
    """
    scores = made.measurer(predictions)
    smoothed = made.scheduler.smooth(previous, scores.balance_score, about.epoch)
    chances = made.scheduler.plan(smoothed, about.epoch).sampling_probabilities(len(predictions))
    write_evaluation(run.folder, about, predictions, scores, smoothed, chances)
    write_dynamics(run.folder, [scores_path(run.folder, item.number) for item in run.evaluations("training")])
    columns = {"sample_id": predictions.sample_ids, "label": predictions.labels}
    return pd.DataFrame(columns | {"balance_score": scores.balance_score, "smoothed_score": smoothed})
