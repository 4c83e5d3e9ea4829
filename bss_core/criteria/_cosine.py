"""The mean cosine between the rows of several matrices, as both similarities need it."""

import math
import threading
from collections.abc import Sequence
from itertools import combinations

import numpy as np

__all__ = ["mean_cosine"]

_LARGEST_SCRATCH = 1 << 20  # values; more than a block of rows needs


class _Scratch(threading.local):
    """One array per thread, used again: for fresh ones the system's zeroing takes longer than the arithmetic."""

    values = np.empty(0)


_kept = _Scratch()


def _scratch(shape: tuple[int, ...]) -> np.ndarray:
    size = math.prod(shape)
    if size > _LARGEST_SCRATCH:
        return np.empty(shape)
    if _kept.values.size < size:
        _kept.values = np.empty(size)
    return _kept.values[:size].reshape(shape)


def mean_cosine(matrices: Sequence[np.ndarray]) -> np.ndarray:
    """(n,) in [−1, 1]: the mean over all pairs of uᵢ · vᵢ / (‖uᵢ‖₂ ‖vᵢ‖₂), float64; 0 for a pair with a row of zeros.

    Args:
        matrices: at least two, each (n, d), magnitudes up to that of float32.
    """
    wide = _scratch((len(matrices), *matrices[0].shape))
    for place, matrix in enumerate(matrices):
        wide[place] = matrix  # float32 products would cost the sixth digit
    squares = [np.einsum("nd,nd->n", matrix, matrix) for matrix in wide]
    total = np.zeros(wide.shape[1])
    for first, second in combinations(range(len(wide)), 2):
        # One root of the product, not the product of two: a row with itself then gives exactly 1.
        length = np.sqrt(squares[first] * squares[second])
        length[length == 0] = np.inf  # a row of zeros: its cosine counts as 0
        total += np.einsum("nd,nd->n", wide[first], wide[second]) / length
    total /= len(wide) * (len(wide) - 1) / 2
    return np.clip(total, -1.0, 1.0, out=total)
