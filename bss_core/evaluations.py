"""One evaluation of a run: its predictions and the score table derived from them, each one Parquet file.

Score table, one row per sample: ``sample_id, split, evaluation, epoch, label``, one raw column per criterion,
``loss_<head>`` (nats), ``probability_<head>`` (of the label), ``predicted_<head>``, the columns of
:func:`bss_core.facts.facts`, ``balance_score`` s, ``smoothed_score`` ŝ (what the scheduler used), ``rank`` by s (1 =
most balanced), ``sampling_probability``. The file's metadata hold the measurer's options and the raw values that it
scaled to 0 and 1, without which scores of two evaluations cannot be compared.
"""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from bss_core.errors import RunError
from bss_core.facts import facts
from bss_core.files import write_table
from bss_core.predictions import Predictions, write_predictions
from bss_core.scores import Extrema, Scores, ranks

__all__ = [
    "Evaluation",
    "damaged_evaluations",
    "list_evaluations",
    "predictions_path",
    "scores_path",
    "smoothed_scores",
    "write_evaluation",
]

_KEY = b"bss_lens"
_GROUP_ROWS = 2**15  # the app asks for single rows of millions


@dataclass(frozen=True)
class Evaluation:
    """What the metadata of a score table say.

    Attributes:
        number: k, counted from 0 in the run.
        epoch: epochs trained before it.
        kind: ``training`` (made by the trainer, on the training split) or ``scoring`` (asked for later).
        split: the split scored, or ``all``.
        checkpoint: which weights: ``current`` while training, or a checkpoint's name.
        extrema: criterion → smallest and largest raw value over the samples of this evaluation.
        constant: criteria that were equal for all samples and so did not count.
        samples: number of rows.
        measure: the measurer's options, flat; empty in files of older versions, which had the paper's only.
        source: where the predictions come from: ``evaluation_pass``, ``author`` (a pass in training mode),
            ``training_pass`` (the training's own forward passes) or ``recorded`` (from outside).
    """

    number: int
    epoch: int
    kind: str = "training"
    split: str = "train"
    checkpoint: str = "current"
    extrema: dict[str, Extrema] = field(default_factory=dict)
    constant: tuple[str, ...] = ()
    samples: int = 0
    measure: dict[str, Any] = field(default_factory=dict)
    source: str = "evaluation_pass"


def predictions_path(run: Path, number: int) -> Path:
    """``predictions/evaluation=003.parquet`` of a run."""
    return run / "predictions" / f"evaluation={number:03d}.parquet"


def scores_path(run: Path, number: int) -> Path:
    """``scores/evaluation=003.parquet`` of a run."""
    return run / "scores" / f"evaluation={number:03d}.parquet"


def write_evaluation(
    run: Path,
    about: Evaluation,
    predictions: Predictions,
    scores: Scores,
    smoothed: np.ndarray,
    sampling_probability: np.ndarray,
) -> Path:
    """Write predictions, then the score table (its presence means the evaluation is complete); returns its path."""
    write_predictions(predictions_path(run, about.number), predictions)
    table = _score_table(about, predictions, scores, smoothed, sampling_probability)
    known = asdict(about) | {
        "extrema": {name: asdict(value) for name, value in scores.extrema.items()},
        "constant": scores.constant,
        "samples": len(predictions),
    }
    path = scores_path(run, about.number)
    write_table(table.replace_schema_metadata({_KEY: json.dumps(known).encode()}), path, _GROUP_ROWS, "lz4")
    return path


def _score_table(
    about: Evaluation, predictions: Predictions, scores: Scores, smoothed: np.ndarray, chances: np.ndarray
) -> pa.Table:
    heads = predictions.heads
    columns = {
        "sample_id": predictions.sample_ids.astype(str),
        "split": predictions.splits.astype(str),
        "evaluation": np.full(len(predictions), about.number, np.int32),
        "epoch": np.full(len(predictions), about.epoch, np.int32),
        "label": predictions.labels.astype(np.int32),
        **scores.raw,
        **{f"loss_{head}": predictions.losses(head) for head in heads},
        **{f"probability_{head}": predictions.true_class(head) for head in heads},
        **{f"predicted_{head}": predictions.predicted(head).astype(np.int32) for head in heads},
        **facts(predictions),
        "balance_score": scores.balance_score,
        "smoothed_score": smoothed,
        "rank": ranks(scores.balance_score),
        "sampling_probability": chances,
    }
    return pa.Table.from_pandas(pd.DataFrame(columns), preserve_index=False)


def list_evaluations(run: Path) -> list[Evaluation]:
    """The complete evaluations of a run, by number; reads only the files' metadata. Damaged files are left out."""
    found = [_read_about(path) for path in (run / "scores").glob("evaluation=*.parquet")]
    return sorted((about for about in found if about is not None), key=lambda about: about.number)


def damaged_evaluations(run: Path) -> list[Path]:
    """The score tables of a run that cannot be read."""
    return [path for path in sorted((run / "scores").glob("evaluation=*.parquet")) if _read_about(path) is None]


def _read_about(path: Path) -> Evaluation | None:
    try:
        known = json.loads((pq.read_schema(path).metadata or {})[_KEY])
        extrema = {name: Extrema(**value) for name, value in known["extrema"].items()}
        return Evaluation(**{**known, "extrema": extrema, "constant": tuple(known["constant"])})
    except (OSError, KeyError, TypeError, AttributeError, ValueError, pa.ArrowException):
        return None


def smoothed_scores(run: Path, number: int) -> pd.Series:
    """ŝ of one evaluation, indexed by sample_id in file order.

    Raises:
        RunError: the score table is missing or damaged.
    """
    path = scores_path(run, number)
    try:
        return (
            pq.read_table(path, columns=["sample_id", "smoothed_score"])
            .to_pandas()
            .set_index("sample_id")["smoothed_score"]
        )
    except (OSError, pa.ArrowException) as error:
        raise RunError(f"The score table {path} cannot be read: {error}") from None
