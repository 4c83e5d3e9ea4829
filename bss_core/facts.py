"""Per-sample facts that the predictions hold anyway: who is sure, who is right, and whether the modalities agree."""

from itertools import combinations

import numpy as np

from bss_core.predictions import Predictions
from bss_core.row_blocks import fill

__all__ = ["facts"]

_SHAPLEY = "shapley_"


def facts(predictions: Predictions) -> dict[str, np.ndarray]:
    """Column → (n,), for the score table.

    - ``confidence_<head>`` [1/C, 1]: the highest probability, whatever its class.
    - ``margin_<head>`` [−1, 1]: the label's probability minus the best other class's; positive = the head is right.
    - ``dominant_modality``: the one that gives the label the highest probability; of several, the first by name.
    - ``agreement`` [0, 1]: share of the modality pairs that predict the same class.
    - ``correct_modalities``: the names of those that predict the label, joined by ``+``, or ``none``.
    - ``shapley_<modality>``, where it was measured: the modality's share in the multimodal probability of the label.
    """
    names = sorted(predictions.modalities)
    predicted = np.stack([predictions.predicted(name) for name in names])
    return {
        **{f"confidence_{head}": _confidence(predictions.probabilities[head]) for head in predictions.heads},
        **{
            f"margin_{head}": _margin(predictions.probabilities[head], predictions.labels) for head in predictions.heads
        },
        "dominant_modality": _dominant(predictions, names),
        "agreement": np.mean([first == second for first, second in combinations(predicted, 2)], axis=0),
        "correct_modalities": _pattern(predicted == predictions.labels, names),
        **{name: values for name, values in sorted(predictions.measured.items()) if name.startswith(_SHAPLEY)},
    }


def _confidence(array: np.ndarray) -> np.ndarray:
    return fill(np.empty(len(array)), array.shape[1] * array.itemsize, lambda rows: array[rows].max(axis=1))


def _margin(array: np.ndarray, labels: np.ndarray) -> np.ndarray:
    return fill(np.empty(len(array)), 8 * array.shape[1], lambda rows: _block_margin(array[rows], labels[rows]))


def _block_margin(block: np.ndarray, labels: np.ndarray) -> np.ndarray:
    others = block.astype(np.float64)
    places = np.arange(len(block)), labels
    own = others[places]
    others[places] = -np.inf
    return own - others.max(axis=1)


def _dominant(predictions: Predictions, names: list[str]) -> np.ndarray:
    best = np.argmax([predictions.true_class(name) for name in names], axis=0)  # the first of several
    return np.array(names, dtype=object)[best]


def _pattern(correct: np.ndarray, names: list[str]) -> np.ndarray:
    """(n,) texts from (modalities, n) booleans; each pattern that occurs is put into words once."""
    codes = np.packbits(correct, axis=0).T
    found, places = np.unique(codes, axis=0, return_inverse=True)
    bits = np.unpackbits(found, axis=1, count=len(names)).astype(bool)
    words = ["+".join(np.array(names)[row]) or "none" for row in bits]
    return np.array(words, dtype=object)[places]
