"""Softmax and cross-entropy of logits, in float64 and for logits of any finite size."""

import numpy as np

from bss_core.row_blocks import fill

__all__ = ["cross_entropy", "softmax"]


def softmax(logits: np.ndarray) -> np.ndarray:
    """(n, C) float64 probabilities: exp(z − max z) / Σ exp(z − max z), so that nothing overflows."""
    n, classes = logits.shape
    return fill(np.empty((n, classes)), 8 * classes, lambda rows: _softmax(logits[rows]))


def cross_entropy(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """(n,) float64, in nats: −log softmax(z)[label] = log Σ exp(z − max z) + max z − z[label] ≥ 0, never clipped."""
    n, classes = logits.shape
    return fill(np.empty(n), 8 * classes, lambda rows: _cross_entropy(logits[rows], labels[rows]))


def _shifted(logits: np.ndarray) -> np.ndarray:
    wide = logits.astype(np.float64)
    wide -= wide.max(axis=1, keepdims=True)
    return wide


def _softmax(logits: np.ndarray) -> np.ndarray:
    weights = _shifted(logits)
    np.exp(weights, out=weights)
    weights /= weights.sum(axis=1, keepdims=True)
    return weights


def _cross_entropy(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    shifted = _shifted(logits)
    own = shifted[np.arange(len(labels)), labels]
    total = np.exp(shifted, out=shifted).sum(axis=1)
    return np.log(total) - own
