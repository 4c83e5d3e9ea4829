"""The score arithmetic over 10⁷ samples, 3 modalities and the multimodal head, 30 classes, beside a plain read.

All of it would be 4.8 GB; it is streamed instead: a part of 2·10⁶ samples, larger than the caches, is gone through five
times. The plain read is ``numpy.sum`` over the very same blocks of rows, on the same threads, in turn with the work.
"""

import os
import statistics
import time
from collections.abc import Callable

import numpy as np

from bss_core.predictions import Predictions, unnamed_predictions
from bss_core.row_blocks import over_blocks
from bss_core.scores import balance_scores, measure

SAMPLES, PART, CLASSES = 10_000_000, 2_000_000, 30
HEADS = ("audio", "text", "video", "multimodal")
TIMES = SAMPLES // PART
_BYTES = SAMPLES * (len(HEADS) * CLASSES * 4 + 8)


def rows() -> list[tuple[str, str, str]]:
    """(what, figure, compared with) for the table."""
    predictions = _predictions()
    whole = (predictions.probabilities, predictions.labels)
    read, scored, checked, naive = _paired(
        lambda: _read(predictions), lambda: measure(predictions), lambda: unnamed_predictions(*whole),
        lambda: _naive(*whole),
    )  # fmt: skip
    error = np.abs(balance_scores(*whole)["balance_score"].to_numpy() - _naive(*whole)).max()
    return [
        ("bytes read for n = 10⁷; processors", f"{_BYTES / 1e9:.2f} GB; {os.cpu_count()}", ""),
        ("plain read of these bytes", _speed(read), ""),
        ("criteria and score", _speed(scored), f"{read / scored:.2f} of a plain read"),
        ("checking the probabilities", _speed(checked), f"{read / checked:.2f} of a plain read"),
        ("criteria and score without blocks", _speed(naive), f"{naive / scored:.1f} × the time in blocks"),
        ("largest difference of s from float64 as written", f"{error:.1e}", ""),
    ]


def _speed(seconds: float) -> str:
    return f"{_BYTES / seconds / 1e9:.1f} GB/s, {seconds:.2f} s"


def _predictions() -> Predictions:
    rng = np.random.default_rng(0)
    probabilities = {}
    for head in HEADS:
        weights = rng.random((PART, CLASSES), dtype=np.float32)
        np.power(weights, 4, out=weights)
        probabilities[head] = weights / weights.sum(axis=1, keepdims=True)
    return unnamed_predictions(probabilities, rng.integers(0, CLASSES, PART))


def _read(predictions: Predictions) -> None:
    def work(part: slice) -> None:
        for array in predictions.probabilities.values():
            array[part].sum()
        predictions.labels[part].sum()

    over_blocks(len(predictions), predictions.row_bytes, work)


def _naive(probabilities: dict[str, np.ndarray], labels: np.ndarray) -> np.ndarray:
    """Eqs. 5–7 as one would write them down: whole arrays, one after the other."""
    wide = [array.astype(np.float64) for array in probabilities.values()]
    units = [array / np.linalg.norm(array, axis=1, keepdims=True) for array in wide[:-1]]
    cosines = [(units[i] * units[j]).sum(axis=1) for i in range(3) for j in range(i)]
    similarity = np.mean(cosines, axis=0)
    loss = -sum(np.log(array[np.arange(len(labels)), labels].clip(np.finfo(np.float32).tiny)) for array in wide)
    return _scaled(similarity) - _scaled(loss)


def _scaled(values: np.ndarray) -> np.ndarray:
    return (values - values.min()) / (values.max() - values.min())


def _paired(*works: Callable[[], object]) -> list[float]:
    """Seconds of each for all samples: the median over the parts, times their number; run in turn."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(TIMES):
        for seconds, work in zip(times, works, strict=True):
            start = time.perf_counter()
            work()
            seconds.append(time.perf_counter() - start)
    return [statistics.median(seconds) * TIMES for seconds in times]
