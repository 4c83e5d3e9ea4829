"""The filters of a selection in the words of their chips."""

import math
from collections.abc import Collection

from app.url_values import HISTORY, History
from app.widgets.columns import words

__all__ = ["HISTORY_WORDS", "history_in_words", "right_in_words", "span_in_words"]

HISTORY_WORDS = {"rose": "became balanced later", "never-balanced": "never balanced", "forgot": "right, then wrong"}
_OF_HISTORY = {HISTORY[key]: said for key, said in HISTORY_WORDS.items()}


def right_in_words(pattern: str, modalities: Collection[str]) -> str:
    """Such as ``only audio right`` for a value of ``correct_modalities``."""
    if pattern == "none":
        return "no modality right"
    parts = pattern.split("+")
    return "all modalities right" if len(parts) == len(modalities) else f"only {' and '.join(parts)} right"


def history_in_words(item: History) -> str:
    """Such as ``never balanced`` or ``crossings at least 2``."""
    return _OF_HISTORY.get(item) or span_in_words(*item)


def span_in_words(column: str, low: float, high: float) -> str:
    """Such as ``total loss 0.5 … 2``."""
    if math.isinf(high):
        ends = f"at least {low:.3g}"
    elif math.isinf(low):
        ends = f"at most {high:.3g}"
    else:
        ends = f"{low:.3g} … {high:.3g}"
    return f"{words(column)} {ends}".replace("-", "−")
