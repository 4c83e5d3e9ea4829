"""Accuracy, MAP and macro-F1 of every head, from predictions."""

import numpy as np
from sklearn.metrics import average_precision_score, f1_score

from bss_core.predictions import Predictions

__all__ = ["head_metrics", "metrics"]


def metrics(predictions: Predictions) -> dict[str, dict[str, float | int]]:
    """Head → ``accuracy``, ``map``, ``macro_f1`` in [0, 1] and ``classes_without_samples`` (left out of MAP)."""
    return {head: head_metrics(array, predictions.labels) for head, array in predictions.probabilities.items()}


def head_metrics(probabilities: np.ndarray, labels: np.ndarray) -> dict[str, float | int]:
    """Metrics of one head.

    Accuracy is over samples. MAP is the mean over classes of the one-vs-rest, non-interpolated average precision;
    classes without a sample have none and are counted instead. Macro-F1 is over the classes that occur as label or
    prediction.
    """
    predicted = probabilities.argmax(axis=1)
    present = np.unique(labels)
    precision = [average_precision_score(labels == name, probabilities[:, name]) for name in present]
    return {
        "accuracy": float((predicted == labels).mean()),
        "map": float(np.mean(precision)),
        "macro_f1": float(f1_score(labels, predicted, average="macro", zero_division=0.0)),
        "classes_without_samples": int(probabilities.shape[1] - len(present)),
    }
