"""What a planned run would draw, asked of its scheduler before anything is trained."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["Forecast", "forecast"]

_MOST_SAMPLES = 4096  # ranked to ask the scheduler; shares are the same for more
_MOST_EPOCHS = 300


@dataclass(frozen=True)
class Forecast:
    """A run before it is trained.

    Attributes:
        epochs: one row per epoch (evenly chosen ones of a long run): ``epoch, size, share, steps``.
        steps: steps of the optimiser in the whole run.
        steps_of_all: steps if every epoch drew the whole training set.
        never: share of the training set that no epoch can draw, in [0, 1).
    """

    epochs: pd.DataFrame
    steps: int
    steps_of_all: int
    never: float


def forecast(
    scheduler: Any, samples: int, epochs: int, batch_size: int, drop_last: bool = False, max_steps: int = 0
) -> Forecast:
    """Ask ``scheduler`` for every epoch's plan, for ``samples`` ≥ 1 evenly spread scores.

    Args:
        scheduler: with ``plan``.
        samples: n, the size of the training set.
        epochs: length of the run.
        batch_size: samples per step.
        drop_last: whether a last batch that is not full is left out.
        max_steps: steps after which the run ends, 0 for none.
    """
    numbers = np.unique(np.linspace(0, epochs - 1, min(epochs, _MOST_EPOCHS)).astype(int))
    sizes, never = _asked(scheduler, samples, numbers)
    rows = pd.DataFrame({"epoch": numbers, "size": sizes})
    rows["share"] = rows["size"] / samples
    rows["steps"] = rows["size"] // batch_size if drop_last else -(-rows["size"] // batch_size)
    steps = round(float(np.interp(np.arange(epochs), rows["epoch"], rows["steps"]).sum()))
    of_all = epochs * (samples // batch_size if drop_last else math.ceil(samples / batch_size))
    most = max_steps or max(steps, of_all)
    return Forecast(rows, min(steps, most), min(of_all, most), never)


def _asked(scheduler: Any, samples: int, epochs: np.ndarray) -> tuple[list[int], float]:
    """The number of draws in each of these epochs, and the share of the samples that none of them can draw."""
    asked = min(samples, _MOST_SAMPLES)
    scores = np.linspace(1.0, -1.0, asked)
    reached, sizes = np.zeros(asked, dtype=bool), []
    for epoch in epochs:
        plan = scheduler.plan(scores, int(epoch))
        reached |= plan.sampling_probabilities(asked) > 0
        sizes.append(max(1, plan.size * samples // asked))
    return sizes, float(1 - reached.mean())
