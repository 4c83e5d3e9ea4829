"""Predictions and runs made of random numbers, for tests that need tables but no training."""

import numpy as np
import pandas as pd

from bss_core.dynamics import write_dynamics
from bss_core.evaluations import Evaluation, scores_path, write_evaluation
from bss_core.manifest import Info, Manifest, Modality, write_manifest
from bss_core.predictions import predictions_from
from bss_core.runs import create_run
from bss_core.scores import measure

CLASSES = ("cat", "dog", "owl")
HEADS = ("audio", "text", "multimodal")


def draws(seed, n=40, heads=HEADS, classes=3):
    """Probabilities of every head and labels; labels are right more often than not."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, classes, n)
    alpha = 0.7 + 2 * np.eye(classes)[labels]
    return {head: np.stack([rng.dirichlet(row) for row in alpha]).astype(np.float32) for head in heads}, labels


def some_predictions(seed=0, n=40, heads=HEADS):
    """Predictions of samples ``x-00`` …, three of four in the split train."""
    probabilities, labels = draws(seed, n, heads)
    if seed:
        labels = draws(0, n, heads)[1]  # labels do not change between evaluations
    splits = np.array([("train", "train", "train", "test")[row % 4] for row in range(n)])
    return predictions_from(probabilities, labels, np.array([f"x-{row:02d}" for row in range(n)]), splits)


def write_some(folder, number, predictions, epoch=None, **about):
    """One evaluation with s as smoothed score and equal sampling probabilities; returns its path."""
    scores = measure(predictions)
    evaluation = Evaluation(number, number if epoch is None else epoch, **about)
    equal = np.full(len(predictions), 1 / len(predictions))
    return write_evaluation(folder, evaluation, predictions, scores, scores.balance_score, equal)


def some_manifest(n=40):
    """The manifest of :func:`some_predictions`, with captions that hold quotes, capitals and accents."""
    labels = draws(0, n)[1]
    captions = [f'Naïve {CLASSES[label]} no. {row}, it\'s "quoted"' for row, label in enumerate(labels)]
    rows = {"sample_id": [f"x-{row:02d}" for row in range(n)], "split": ["train"] * n, "label": labels}
    sounds = [f"sound {row}" for row in range(n)]
    info = Info("some", CLASSES, {"audio": Modality("text"), "text": Modality("text")})
    return Manifest(info, pd.DataFrame(rows | {"audio": sounds, "text": captions}))


def some_run(root, evaluations=3, n=40):
    """A run with score tables and dynamics, without a training."""
    info = write_manifest(root / "data", some_manifest(n))
    run = create_run(root / "runs" / "some-1", {"epochs": 3}, info)
    for number in range(evaluations):
        write_some(run.folder, number, some_predictions(number, n))
    write_dynamics(run.folder, [scores_path(run.folder, number) for number in range(evaluations)])
    return run
