"""Accuracy, MAP, macro and weighted F1 of every head and of every rule that joins the heads, from predictions.

Rules on summed logits need only the probabilities: softmax(Σₕ zₕ) = softmax(Σₕ log pₕ), since a head's logits and its
log-probabilities differ by one constant per sample. The values are those of scikit-learn's ``average_precision_score``
and ``f1_score`` (a test says so, ties included); they are computed here because the trainer asks after every epoch.
"""

import numpy as np

from bss_core.errors import ConfigError
from bss_core.predictions import MULTIMODAL, Predictions

__all__ = ["METRICS", "RULES", "combine", "head_metrics", "metrics", "modality_gap"]

METRICS = ("accuracy", "map", "macro_f1", "weighted_f1")
# How a sample's class can be read off the heads; only the first one is a head itself.
RULES = (MULTIMODAL, "sum_unimodal", "sum_all", "mean_softmax")


def metrics(predictions: Predictions) -> dict[str, dict[str, float | int]]:
    """Head or rule → its metrics, see :func:`head_metrics`: heads first, then the rules that are no head.

    Raises:
        ConfigError: a modality has the name of a rule, so the two could not be told apart.
    """
    for name in set(predictions.modalities) & set(RULES):
        raise ConfigError(f"A modality is called {name!r}, which is a prediction rule; rename it.")
    found = {head: head_metrics(array, predictions.labels) for head, array in predictions.probabilities.items()}
    has_fused = MULTIMODAL in predictions.heads
    rules = [rule for rule in RULES[1:] if has_fused or rule != "sum_all"]
    return found | {rule: head_metrics(combine(predictions, rule), predictions.labels) for rule in rules}


def combine(predictions: Predictions, rule: str) -> np.ndarray:
    """(n, C) class probabilities by one of :data:`RULES`.

    ``multimodal``: the fused head's (the paper, Eq. 2). ``sum_unimodal``, ``sum_all``: softmax of the summed logits of
    the unimodal heads, or of these and the fused one (the authors' code). ``mean_softmax``: the mean of the
    probabilities of all heads.

    Raises:
        ConfigError: no such rule, or one that needs a ``multimodal`` head that is not there.
    """
    if rule not in RULES:
        raise ConfigError(f"There is no prediction rule {rule!r}; there are {', '.join(RULES)}.")
    if rule in (MULTIMODAL, "sum_all") and MULTIMODAL not in predictions.heads:
        raise ConfigError(f"The rule {rule!r} needs a multimodal head; there are {', '.join(predictions.heads)}.")
    if rule == MULTIMODAL:
        return predictions.probabilities[MULTIMODAL]
    if rule == "mean_softmax":
        return sum(array.astype(np.float64) for array in predictions.probabilities.values()) / len(predictions.heads)
    heads = predictions.modalities if rule == "sum_unimodal" else predictions.heads
    return _softmax(sum(_logits(predictions, head) for head in heads))


def _logits(predictions: Predictions, head: str) -> np.ndarray:
    """(n, C) float64: the head's logits, or its log-probabilities, where 0 counts as the smallest normal float32."""
    if head in predictions.logits:
        return predictions.logits[head].astype(np.float64)
    return np.log(np.maximum(predictions.probabilities[head].astype(np.float64), np.finfo(np.float32).tiny))


def _softmax(logits: np.ndarray) -> np.ndarray:
    weights = np.exp(logits - logits.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True)


def head_metrics(probabilities: np.ndarray, labels: np.ndarray) -> dict[str, float | int]:
    """Metrics of one head or rule, in [0, 1], and the number of ``classes_without_samples``.

    ``accuracy`` is over samples. ``map`` is the mean over classes of the one-vs-rest, non-interpolated average
    precision; classes without a sample have none and are counted instead. ``macro_f1`` is the mean F1 of the classes
    that occur as label or prediction, ``weighted_f1`` weighs them by their number of samples.
    """
    predicted = probabilities.argmax(axis=1)
    support = np.bincount(labels, minlength=probabilities.shape[1])
    f1, occurs = _f1(predicted, labels, support)
    present = np.flatnonzero(support)
    return {
        "accuracy": float((predicted == labels).mean()),
        "map": float(np.mean([average_precision(probabilities[:, name], labels == name) for name in present])),
        "macro_f1": float(f1[occurs].mean()),
        "weighted_f1": float(f1 @ support / len(labels)),
        "classes_without_samples": int(len(support) - len(present)),
    }


def _f1(predicted: np.ndarray, labels: np.ndarray, support: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(C,) F1 of each class, 2·hits / (samples + predictions), and (C,) whether it occurs at all."""
    hits = np.bincount(labels[predicted == labels], minlength=len(support))
    total = support + np.bincount(predicted, minlength=len(support))
    return 2 * hits / np.maximum(total, 1), total > 0


def average_precision(scores: np.ndarray, positive: np.ndarray) -> float:
    """Non-interpolated average precision: the mean over the positives of the precision at their own score.

    Args:
        scores: (n,) high = likely positive; equal scores form one step.
        positive: (n,) bool, at least one true.
    """
    ranked, hits = np.sort(scores), np.sort(scores[positive])
    above = len(ranked) - np.searchsorted(ranked, hits, side="left")
    return float(((len(hits) - np.searchsorted(hits, hits, side="left")) / above).mean())


def modality_gap(found: dict[str, dict[str, float | int]], modalities: list[str]) -> dict[str, float]:
    """Metric → best minus worst modality, in [0, 1]: 0 when the modalities are equally good alone.

    Args:
        found: what :func:`metrics` gave.
        modalities: the unimodal heads in it.
    """
    values = {name: [float(found[modality][name]) for modality in modalities] for name in METRICS}
    return {name: max(each) - min(each) for name, each in values.items()}
