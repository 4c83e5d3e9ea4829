"""What a scheduler would draw, epoch by epoch: numbers for the Pacing page, all taken from ``scheduler.plan``."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from bss_core.errors import ConfigError
from bss_core.plans import Plan

__all__ = ["chances_to_be_drawn", "class_shares", "distinct", "draws", "entering", "outline", "smoothed"]


def outline(scheduler: Any, scores: np.ndarray, epochs: int, batch_size: int) -> tuple[pd.DataFrame, np.ndarray]:
    """The whole run in one pass over its epochs.

    Returns:
        One row per epoch: ``epoch`` t from 0, ``size`` (draws), ``share`` (draws / samples), ``distinct`` samples
        expected, ``steps`` (the last batch may be smaller); and (n,) the first epoch that can draw each
        sample, −1 for one that is never drawn.
    """
    order = np.argsort(-scores, kind="stable")  # every epoch sorts: what is sorted already costs it little
    ordered, rows, first = scores[order], [], np.full(len(scores), -1, dtype=np.int32)
    for epoch in range(epochs):
        plan = scheduler.plan(ordered, epoch)
        first[(first < 0) & (plan.sampling_probabilities(len(scores)) > 0)] = epoch
        rows.append((epoch, plan.size, plan.size / len(scores), distinct(plan), math.ceil(plan.size / batch_size)))
    joins = np.empty_like(first)
    joins[order] = first
    return pd.DataFrame(rows, columns=["epoch", "size", "share", "distinct", "steps"]), joins


def distinct(plan: Plan) -> float:
    """How many different samples an epoch is expected to draw: Σ 1 − (1 − p)ˢⁱᶻᵉ with replacement, else its size."""
    if plan.probabilities is None or not plan.replace:
        return float(plan.size)
    return float(chances_to_be_drawn(plan, len(plan.probabilities)).sum())


def draws(plan: Plan, n: int) -> np.ndarray:
    """(n,) how often an epoch is expected to draw each sample.

    Without replacement from all samples it is once each. (Of fewer draws than samples, without replacement, p is only
    the chance at the first draw; size · p, at most 1, is then an approximation.)
    """
    expected = plan.size * plan.sampling_probabilities(n)
    if plan.probabilities is None or plan.replace:
        return expected
    return np.ones(n) if plan.size == n else np.minimum(expected, 1.0)


def chances_to_be_drawn(plan: Plan, n: int) -> np.ndarray:
    """(n,) the probability, 0–1, that an epoch draws each sample at least once."""
    if plan.probabilities is None or not plan.replace:
        return draws(plan, n)
    with np.errstate(divide="ignore"):  # p = 1: log 0 = −∞, and the chance is 1
        return -np.expm1(plan.size * np.log1p(-np.minimum(plan.probabilities, 1.0)))


def entering(plan: Plan, joins: np.ndarray, epoch: int, scores: np.ndarray) -> np.ndarray | None:
    """Positions that can be drawn for the first time in ``epoch``, most balanced first; None without a pool."""
    if plan.pool is None:
        return None
    new = np.sort(plan.pool[joins[plan.pool] == epoch])
    return new[np.argsort(-scores[new], kind="stable")]


def smoothed(scheduler: Any, scores: Sequence[tuple[int, np.ndarray]]) -> np.ndarray:
    """(n,) ŝ: what the scheduler makes of (epoch, scores) of successive evaluations, at least one."""
    found: np.ndarray | None = None
    for epoch, current in scores:
        found = scheduler.smooth(found, current, epoch)
    if found is None:
        raise ConfigError("A schedule needs the scores of one evaluation at least; there is none.")
    return found


def class_shares(plan: Plan, labels: np.ndarray, classes: list[str]) -> pd.DataFrame:
    """Per class its share of the epoch's expected draws (``drawn``) and of the whole set (``whole``), both 0–1."""
    expected = draws(plan, len(labels))
    drawn = np.bincount(labels, weights=expected, minlength=len(classes)) / expected.sum()
    whole = np.bincount(labels, minlength=len(classes)) / len(labels)
    return pd.DataFrame({"class": classes, "drawn": drawn, "whole": whole})
