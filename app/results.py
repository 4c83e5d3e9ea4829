"""What ``results`` and events say of every head and every prediction rule, told apart and named for a reader."""

from typing import Any

import numpy as np
import pandas as pd

from app.figures.overview import METRICS
from bss_core.predictions import MULTIMODAL

__all__ = ["RULES", "empty_classes", "heads_only", "name_of", "results_table", "summary"]

# Rules that combine heads; every other key of the results is a head.
RULES = {
    "sum_unimodal": "sum of the modalities' logits",
    "sum_all": "sum of all heads' logits",
    "mean_softmax": "mean of all probabilities",
}


def name_of(head: str) -> str:
    """The head's own name, or the rule in words."""
    return RULES.get(head, head)


def heads_only(found: dict[str, Any]) -> dict[str, Any]:
    """The metrics of one split without those of the rules."""
    return {name: values for name, values in found.items() if name not in RULES}


def results_table(results: dict[str, Any]) -> pd.DataFrame:
    """``head, split, is_rule`` and one column per metric; test before validation, multimodal first, rules last."""
    rows = [
        {"head": head, "split": split, "is_rule": head in RULES}
        | {metric: values.get(metric, np.nan) for metric in METRICS}
        for split in ("test", "validation")
        for head, values in sorted(results.get(split, {}).items(), key=_place)
    ]
    return pd.DataFrame(rows, columns=["head", "split", "is_rule", *METRICS])


def _place(item: tuple[str, Any]) -> tuple[bool, bool]:
    return item[0] in RULES, item[0] != MULTIMODAL


def summary(results: dict[str, Any], split: str) -> tuple[str, dict[str, Any]]:
    """What the run predicts with, and its metrics: the rule it chose, else the multimodal head, else the plain sum."""
    found = results.get(split, {})
    names = [name for name in (results.get("rule"), MULTIMODAL, "sum_unimodal") if name in found]
    return (names[0], found[names[0]]) if names else ("", {})


def empty_classes(results: dict[str, Any], split: str) -> int:
    """How many classes have no sample in a split: they have no average precision and are left out of MAP."""
    counts = [values.get("classes_without_samples", 0) for values in results.get(split, {}).values()]
    return max(counts, default=0)
