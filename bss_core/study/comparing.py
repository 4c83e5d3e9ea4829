"""What a group of arms comes to: means over seeds, and paired differences to the reference, at equal length."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from bss_core.study.arms import Arm
from bss_core.study.statistics import mean, paired_difference

__all__ = ["LENGTHS", "compare", "of_equal_length"]

# How much training is held equal, and the column of the runs' table that says so.
LENGTHS = {"epochs": "epochs_run", "steps": "steps"}
_TOLERANCE = 0.01  # batches that are not full make small differences in steps


def compare(runs: pd.DataFrame, arms: Sequence[Arm], metric: str = "test_accuracy") -> pd.DataFrame:
    """One row per arm: runs finished, mean and standard error of the metric, difference to its reference with its 95 %
    interval (low, high), mean MAP, macro-F1 and steps, best epoch.

    Args:
        runs: the table of :func:`bss_core.study.collecting.collect`.
        arms: whose rows are wanted, in this order; those without a finished run are left out.
    """
    rows = []
    for arm in arms:
        own = _finished(runs, arm.name)
        if own.empty:
            continue
        found = mean(own[metric])
        row = {"arm": arm.name, "reference": arm.reference, "runs": found.n, "mean": found.value, "error": found.error}
        rows.append({**row, **_difference(own, _finished(runs, arm.reference), arm, metric), **_more(own)})
    return pd.DataFrame(rows)


def _finished(runs: pd.DataFrame, arm: str) -> pd.DataFrame:
    return runs[(runs["arm"] == arm) & (runs["status"] == "finished")].set_index("seed")


def _difference(own: pd.DataFrame, reference: pd.DataFrame, arm: Arm, metric: str) -> dict[str, float]:
    both = own.index.intersection(reference.index)
    if arm.name == arm.reference or not len(both):
        return {"difference": np.nan, "low": np.nan, "high": np.nan, "pairs": 0}
    found = paired_difference(own.loc[both, metric].to_numpy(), reference.loc[both, metric].to_numpy())
    return {"difference": found.value, "low": found.low, "high": found.high, "pairs": found.n}


def _more(own: pd.DataFrame) -> dict[str, float]:
    names = ("test_map", "test_macro_f1", "steps", "epochs_run", "best_epoch", "effective_sample_size")
    return {name: float(own[name].mean()) for name in names if name in own}


def of_equal_length(runs: pd.DataFrame, arms: Sequence[Arm], length: str) -> list[Arm]:
    """The arms that were trained as long as their reference, in ``epochs`` or in ``steps``; the references too."""
    column = LENGTHS[length]
    means = runs[runs["status"] == "finished"].groupby("arm")[column].mean() if column in runs else {}
    return [
        arm
        for arm in arms
        if arm.name in means
        and arm.reference in means
        and abs(means[arm.name] - means[arm.reference]) <= _TOLERANCE * means[arm.reference]
    ]
