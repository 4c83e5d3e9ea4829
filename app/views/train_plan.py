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


def forecast(scheduler: Any, samples: int, epochs: int, batch_size: int) -> Forecast:
    """Ask ``scheduler`` for every epoch's plan, for ``samples`` ≥ 1 evenly spread scores."""
    asked = min(samples, _MOST_SAMPLES)
    scores = np.linspace(1.0, -1.0, asked)
    numbers = np.unique(np.linspace(0, epochs - 1, min(epochs, _MOST_EPOCHS)).astype(int))
    reached, sizes = np.zeros(asked, dtype=bool), []
    for epoch in numbers:
        plan = scheduler.plan(scores, int(epoch))
        reached |= plan.sampling_probabilities(asked) > 0
        sizes.append(max(1, plan.size * samples // asked))
    rows = pd.DataFrame({"epoch": numbers, "size": sizes})
    rows["share"] = rows["size"] / samples
    rows["steps"] = -(-rows["size"] // batch_size)
    steps = round(float(np.interp(np.arange(epochs), rows["epoch"], rows["steps"]).sum()))
    return Forecast(rows, steps, epochs * math.ceil(samples / batch_size), float(1 - reached.mean()))
