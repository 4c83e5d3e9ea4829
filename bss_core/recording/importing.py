"""Predictions that were made anywhere, in one Parquet file, as a run that the app opens; see :mod:`imported_table`.

The rows of the split ``train`` become the training evaluations, whose scores are smoothed and followed; those of the
other splits give each evaluation's metrics, and one scoring evaluation each at the end.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bss_core.errors import RunError
from bss_core.evaluations import Evaluation, write_evaluation
from bss_core.manifest import SPLITS, read_info, read_manifest
from bss_core.metrics import metrics, modality_gap
from bss_core.predictions import Predictions
from bss_core.recording.runs import (
    SOURCE,
    Recipe,
    check_heads,
    create_recorded_run,
    describe_samples,
    recipe,
    record_training,
)  # fmt: skip
from bss_core.recording.table import ImportedTable, read_imported
from bss_core.runs import FILE, Run, append_event

__all__ = ["import_predictions"]


def import_predictions(
    path: Path,
    folder: Path,
    data: Path | None = None,
    classes: Sequence[str] | None = None,
    measure: Mapping[str, Any] | None = None,
    scheduler: str = "learned",
    scheduler_options: Mapping[str, Any] | None = None,
) -> Run:
    """Make a run of a file of predictions.

    Args:
        path: Parquet file, see :mod:`bss_core.recording.table`.
        folder: of the new run.
        data: folder of a data set with these samples and modalities, so that the app shows their media.
        classes: class names in the order of the columns; by default the data set's, else those of the labels.
        measure: flat options of the measurer.
        scheduler: smooths the scores; its sampling probabilities are written.
        scheduler_options: of the scheduler.

    Raises:
        RunError: a table that cannot be used, or a folder that holds a run; nothing is made then.
        ConfigError: an option or a value that cannot be; names sample and head.
    """
    if (folder / FILE).exists():
        raise RunError(f"{folder} holds a run already; choose another folder.")
    made = recipe(measure, scheduler, scheduler_options or {})
    table = read_imported(path, classes or (None if data is None else read_info(data).classes))
    found = _checked(table, data)
    run = create_recorded_run(folder, made, table.classes, data, source="imported")
    _describe(run, table, next(iter(found.values())).heads, data)
    _write(run, made, table, found)
    return run


def _checked(table: ImportedTable, data: Path | None) -> dict[tuple[int, str], Predictions]:
    """(evaluation, split) → predictions, all checked before anything is written."""
    rows = table.rows
    keys = [(k, split) for k in sorted(set(rows["evaluation"])) for split in SPLITS]
    masks = {key: ((rows["evaluation"] == key[0]) & (rows["split"] == key[1])).to_numpy() for key in keys}
    found = {key: table.predictions(mask) for key, mask in masks.items() if mask.any()}
    check_heads(next(iter(found.values())).heads, data)
    _check_population(rows, data)
    return found


def _check_population(rows: pd.DataFrame, data: Path | None) -> None:
    """Later evaluations hold samples of the first one only; with a data set, all samples and labels are its own."""
    first = set(rows.loc[rows["evaluation"] == rows["evaluation"].min(), "sample_id"])
    stray = rows[~rows["sample_id"].isin(first)]
    if len(stray):
        name, k = stray["sample_id"].iloc[0], stray["evaluation"].iloc[0]
        raise RunError(f"Sample {name!r} of evaluation {k} is not in the first one, which has {len(first)} samples.")
    if data is None:
        return
    known = read_manifest(data, ["sample_id", "label"]).rows.set_index("sample_id")["label"]
    labels = rows["sample_id"].map(known)
    if labels.isna().any():
        raise RunError(f"Sample {rows['sample_id'][labels.isna().idxmax()]!r} is not in the data set {data}.")
    wrong = labels != rows["label"]
    if wrong.any():
        row = wrong.idxmax()
        raise RunError(
            f"Sample {rows['sample_id'][row]!r} has label {rows['label'][row]} here and {labels[row]:.0f} in {data}."
        )


def _describe(run: Run, table: ImportedTable, heads: list[str], data: Path | None) -> None:
    rows = table.rows.drop_duplicates("sample_id")
    describe_samples(run, dict(zip(rows["sample_id"], rows["label"].tolist(), strict=True)), heads, data)
    run.state.update(samples={name: int(count) for name, count in rows["split"].value_counts().items()})


def _write(run: Run, made: Recipe, table: ImportedTable, found: dict[tuple[int, str], Predictions]) -> None:
    epochs = table.rows.groupby("evaluation")["epoch"].first().astype(int).to_dict()
    before: dict[str, float] = {}
    for number, (evaluation, epoch) in enumerate(epochs.items()):
        if epoch > 0:  # an event tells how an epoch went, and before the first there was none
            measured = {split: metrics(found[evaluation, split]) for split in SPLITS if (evaluation, split) in found}
            append_event(run.folder, {"epoch": epoch, "loss": None, "metrics": measured})
        if (evaluation, "train") in found:
            _write_training(run, made, Evaluation(number, epoch), found[evaluation, "train"], before)
    last, epoch = list(epochs.items())[-1]
    others = {split: found[last, split] for split in SPLITS if split != "train" and (last, split) in found}
    for number, (split, predictions) in enumerate(others.items(), start=len(epochs)):
        _write_scoring(run, made, Evaluation(number, epoch, "scoring", split), predictions)
    run.state.update(status="finished", results=_results(others, epoch))


def _write_training(
    run: Run, made: Recipe, about: Evaluation, predictions: Predictions, before: dict[str, float]
) -> None:
    """Write one training evaluation and put its ŝ into ``before``."""
    about = dataclasses.replace(about, measure=made.measurer.as_dict(), source=SOURCE)
    previous = np.array([before[name] for name in predictions.sample_ids]) if before else None
    rows = record_training(run, made, about, predictions, previous)
    before.update(zip(rows["sample_id"], rows["smoothed_score"].tolist(), strict=True))


def _write_scoring(run: Run, made: Recipe, about: Evaluation, predictions: Predictions) -> None:
    about = dataclasses.replace(about, measure=made.measurer.as_dict(), source=SOURCE)
    scores = made.measurer(predictions)
    unknown = np.full(len(predictions), np.nan)  # no scheduler draws from this evaluation
    write_evaluation(run.folder, about, predictions, scores, scores.balance_score, unknown)


def _results(others: dict[str, Predictions], epoch: int) -> dict[str, Any]:
    """The last evaluation's metrics, in the form of a trained run's results; empty if only training rows came."""
    if not others:
        return {}
    found = {split: metrics(predictions) for split, predictions in others.items()}
    gap = {split: modality_gap(found[split], predictions.modalities) for split, predictions in others.items()}
    return {"epoch": epoch, "modality_gap": gap, **found}
