"""A selection in words, for a reader who has no app at hand."""

import math

from app.report.request import Shared
from app.spans import ends_in_words
from app.widgets.columns import words
from app.widgets.course_words import measure_words
from app.widgets.filter_words import COURSE_WORDS, map_in_words

__all__ = ["in_words", "order_in_words"]

_DIGITS = 6


def in_words(shared: Shared) -> str:
    """Such as ``band imbalanced; class dog or owl; total loss from 1 to 2.5``; ``all samples`` without a filter."""
    chosen, classes = shared.selection, shared.run.classes
    parts = [f"band {_either(chosen.bands)}"] if chosen.bands else []
    parts += [f"class {_either([classes[label] for label in chosen.classes])}"] if chosen.classes else []
    parts += [f"split {_either(chosen.splits)}"] if chosen.splits else []
    parts += [f"{words(column)} {_span(*ends)}" for column, *ends in chosen.ranges]
    parts += [f"wrongly classified by {head}" for head in chosen.wrong]
    parts += [f"“{chosen.text}” in the texts or the id"] if chosen.text else []
    parts += [f"dominant modality {_either(chosen.dominant)}"] if chosen.dominant else []
    parts += [f"right modalities {_either(chosen.correct)}"] if chosen.correct else []
    parts += [f"inside a lasso over {words(item.x)} and {words(item.y)}" for item in chosen.lassos]
    parts += [f"over the evaluations, {measure_words(column)}: {_span(*ends)}" for column, *ends in chosen.history]
    parts += [f"{COURSE_WORDS[name]} over the evaluations" for name in chosen.courses]
    parts += [f"tagged {' and '.join(f'“{tag}”' for tag in chosen.tags)}"] if chosen.tags else []
    parts += [f"inside a region of the map of {map_in_words(item.map)}" for item in chosen.regions]
    return "; ".join(parts) or "all samples"


def order_in_words(shared: Shared) -> str:
    """Such as ``by balance score, lowest first``."""
    return f"by {measure_words(shared.sort)}, {'highest' if shared.descending else 'lowest'} first"


def _either(names: tuple[str, ...] | list[str]) -> str:
    return " or ".join(names)


def _span(low: float, high: float) -> str:
    """To six digits: a report is compared with numbers that were written down elsewhere."""
    if math.isinf(low) or math.isinf(high):
        end = low if math.isinf(high) else high
        return f"at {'least' if end == low else 'most'} {ends_in_words(end, end, _DIGITS)[0]}"
    first, last = ends_in_words(low, high, _DIGITS)
    return first if low == high else f"from {first} to {last}"
