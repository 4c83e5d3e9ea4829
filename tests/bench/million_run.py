"""A run of n samples × 10 evaluations, without media and without a training, as the trainer would have written it."""

from pathlib import Path

import numpy as np
import pandas as pd

from bss_core.dynamics import write_dynamics
from bss_core.evaluations import Evaluation, scores_path, write_evaluation
from bss_core.manifest import Info, Manifest, Modality, write_manifest
from bss_core.predictions import Predictions, predictions_from
from bss_core.runs import Run, create_run
from bss_core.schedulers.learned import Learned
from bss_core.scores import measure

EVALUATIONS = 10
CLASSES = tuple(f"class {number}" for number in range(10))
_HEADS = {"audio": 0.6, "caption": 0.8, "multimodal": 1.0}  # how much a head gains per evaluation, in logits
_WORDS = np.array(["river", "engine", "violin", "storm", "crowd", "kettle", "owl", "harbour"])


def make_run(root: Path, n: int) -> Run:
    """Data set, predictions and score tables of ``n`` samples; the dynamics are left to be timed."""
    rng = np.random.default_rng(0)
    ids = _ids(rng, n)
    labels = rng.integers(0, len(CLASSES), n)
    run = create_run(
        root / "runs" / f"made-{n}", {"epochs": EVALUATIONS}, write_manifest(root / "data", _data(ids, labels, rng))
    )
    talent = {head: rng.normal(0, 1.5, n).astype(np.float32) for head in _HEADS}
    scheduler, smoothed = Learned(), None
    for number in range(EVALUATIONS):
        predictions = _predictions(rng, ids, labels, talent, number)
        scores = measure(predictions)
        smoothed = scheduler.smooth(smoothed, scores.balance_score, number)
        chances = scheduler.plan(smoothed, number).sampling_probabilities(n)
        write_evaluation(run.folder, Evaluation(number, number), predictions, scores, smoothed, chances)
    return run


def score_files(run: Run) -> list[Path]:
    """Its score tables, by evaluation."""
    return [scores_path(run.folder, number) for number in range(EVALUATIONS)]


def follow(run: Run) -> None:
    """Write ``dynamics.parquet``."""
    write_dynamics(run.folder, score_files(run))


def _ids(rng: np.random.Generator, n: int) -> np.ndarray:
    """Ids in no order, as those of videos are: no table's statistics say where one of them is."""
    letters = np.array(list("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"))
    names = letters[rng.integers(0, len(letters), (n, 11))].view("U11").ravel()
    assert len(np.unique(names)) == n
    return names.astype(object)


def _data(ids: np.ndarray, labels: np.ndarray, rng: np.random.Generator) -> Manifest:
    first, second = _WORDS[rng.integers(0, len(_WORDS), (2, len(ids)))]
    captions = pd.Series(first) + " and " + pd.Series(second) + " of clip " + pd.Series(ids)
    rows = {"sample_id": ids, "split": "train", "label": labels, "audio": pd.Series(ids) + ".wav", "caption": captions}
    info = Info("made", CLASSES, {"audio": Modality("audio"), "caption": Modality("text")})
    return Manifest(info, pd.DataFrame(rows))


def _predictions(
    rng: np.random.Generator, ids: np.ndarray, labels: np.ndarray, talent: dict[str, np.ndarray], number: int
) -> Predictions:
    """Logits that are noise but for the label's, which grows with the evaluations and with the sample's talent."""
    logits = {}
    for head, gain in _HEADS.items():
        logits[head] = rng.normal(0, 1, (len(ids), len(CLASSES))).astype(np.float32)
        logits[head][np.arange(len(ids)), labels] += talent[head] + gain * number
    found = predictions_from(None, labels, ids, logits=logits)
    return predictions_from(
        {head: array.astype(np.float32) for head, array in found.probabilities.items()}, labels, ids
    )
