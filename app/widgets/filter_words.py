"""The filters of a selection in the words of their chips."""

import re
from collections.abc import Collection
from urllib.parse import unquote

from app import spans
from app.widgets.columns import words
from app.widgets.course_words import course_number
from bss_core.manifest import SPLITS
from bss_core.maps.requests import METHODS, PROBABILITIES

__all__ = ["COURSE_WORDS", "courses_help", "history_in_words", "map_in_words", "right_in_words", "span_in_words"]

COURSE_WORDS = {  # name of a course in a selection → as pages say it
    "rose-above": "rose above",
    "never-balanced": "never balanced",
    "fell-back": "fell back",
    "forgot": "forgot",
}
_MAP = re.compile(rf"(.+)-({'|'.join(SPLITS)}|all)-(.+)-({'|'.join(METHODS)})")


def courses_help(high: float) -> str:
    """What the courses mean when the balanced band begins at ``high``."""
    return (
        f"Rose above: first below the balanced band (s < {high:g}), later in it. Never balanced: never in it. Fell "
        "back: once in it, at last below. Forgot: the multimodal head was right and then wrong at least once; nobody "
        "forgot in a run without that head. Several count together. Samples that were not trained on are left out."
    )


def right_in_words(pattern: str, modalities: Collection[str]) -> str:
    """Such as ``only audio right`` for a value of ``correct_modalities``."""
    if pattern == "none":
        return "no modality right"
    parts = pattern.split("+")
    return "all modalities right" if len(parts) == len(modalities) else f"only {' and '.join(parts)} right"


def span_in_words(column: str, low: float, high: float) -> str:
    """Such as ``total loss 0.5 … 2``."""
    return f"{words(column)} {spans.span_in_words(low, high)}"


def history_in_words(column: str, low: float, high: float) -> str:
    """Such as ``changes of band at least 2``."""
    return f"{course_number(column).name} {spans.span_in_words(low, high)}"


def map_in_words(name: str) -> str:
    """Such as ``multimodal features, PCA`` for ``best-train-multimodal-pca``; a name that no map has as it is."""
    found = _MAP.fullmatch(name)
    if found is None:
        return name
    origin, split, of, method = found[1], found[2], unquote(found[3]), found[4].upper()
    where = "" if split == "train" else f" of {'all splits' if split == 'all' else split}"
    if of == PROBABILITIES:
        number = origin.removeprefix("evaluation=").lstrip("0") or "0"
        return f"probabilities k = {number}{where}, {method}"
    weights = "" if origin == "best" else f" by checkpoint {origin}"
    return f"{of} features{weights}{where}, {method}"
