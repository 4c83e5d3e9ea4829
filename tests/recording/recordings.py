"""Batches for the recorder's tests: random logits of samples ``s-00`` …, the same labels every time."""

import numpy as np

import bss_core as bss

CLASSES = ("cat", "dog", "owl")
HEADS = ("audio", "image", "multimodal")
LABELS = np.arange(24) % 3
IDS = [f"s-{row:02d}" for row in range(24)]


def logits(seed, heads=HEADS):
    """Head → (24, 3) float32; right more often than not."""
    rng = np.random.default_rng(seed)
    return {head: (rng.normal(size=(24, 3)) + 1.5 * np.eye(3)[LABELS]).astype(np.float32) for head in heads}


def batches(seed, size=8, heads=HEADS):
    """(ids, logits, labels) batch by batch."""
    values = logits(seed, heads)
    for start in range(0, 24, size):
        rows = slice(start, start + size)
        yield IDS[rows], {head: array[rows] for head, array in values.items()}, LABELS[rows]


def record(recorder, seed, epoch, size=8, heads=HEADS):
    """One whole evaluation."""
    for batch in batches(seed, size, heads):
        recorder.log_batch(*batch)
    return recorder.end_evaluation(epoch=epoch)


def balance(seed, heads=HEADS, **options):
    """s from the same logits without a recorder."""
    return bss.balance_scores(None, LABELS, logits=logits(seed, heads), **options)["balance_score"].to_numpy()
