"""The shared choices as readable URL parameters, and back: an address shows the same samples to everyone who opens it.

``band=imbalanced&class=3&s=-1..0.25&k=12``. Whatever an address holds is untrusted: what cannot be read is left out
and named, what reads but does not fit the run is left out by :func:`fitting`.
"""

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bss_core.errors import ConfigError
from bss_core.scores import BANDS, THRESHOLDS
from bss_core.selection import Selection

__all__ = ["NAMES", "RANGES", "Choices", "decode", "encode", "fitting"]

RANGES = {"s": "balance_score", "sim": "prediction_similarity", "loss": "total_loss"}  # parameter → column
NAMES = ("band", "class", "split", "text", *RANGES, "range", "wrong", "th", "k", "sample")
_LONGEST_TEXT = 200
_MOST_VALUES = 64


@dataclass(frozen=True)
class Choices:
    """What all pages share besides the run.

    Attributes:
        selection: which samples are meant.
        evaluation: number of the evaluation looked at, None for the latest.
        sample: id of the sample looked at.
    """

    selection: Selection = Selection()
    evaluation: int | None = None
    sample: str | None = None


def encode(choices: Choices) -> dict[str, list[str]]:
    """Parameters of an address, only those that differ from the default."""
    chosen, short = choices.selection, {column: name for name, column in RANGES.items()}
    found: dict[str, list[str]] = {
        "band": list(chosen.bands),
        "class": [str(number) for number in chosen.classes],
        "split": list(chosen.splits),
        "text": [chosen.text] if chosen.text else [],
        "wrong": list(chosen.wrong),
        "th": [] if chosen.thresholds == THRESHOLDS else [_span(*chosen.thresholds)],
        "k": [] if choices.evaluation is None else [str(choices.evaluation)],
        "sample": [] if choices.sample is None else [choices.sample],
    }
    for column, low, high in chosen.ranges:
        name = short.get(column, "range")
        found.setdefault(name, []).append(_span(low, high) if column in short else f"{column}:{_span(low, high)}")
    return {name: values for name, values in found.items() if values}


def _span(low: float, high: float) -> str:
    return f"{low:.10g}..{high:.10g}"


def decode(parameters: Mapping[str, list[str]]) -> tuple[Choices, list[str]]:
    """Choices of an address, and what of it could not be read, as ``name=value``."""
    dropped: list[str] = []

    def read(name: str, reader: Callable[[str], Any]) -> list[Any]:
        values = []
        for word in parameters.get(name, [])[:_MOST_VALUES]:
            try:
                values.append(reader(word))
            except (ValueError, ConfigError):
                dropped.append(f"{name}={word[:40]}")
        return list(dict.fromkeys(values))

    ranges = [(column, *span) for name, column in RANGES.items() for span in read(name, _range)]
    chosen = Selection(
        ranges=tuple({item[0]: item for item in [*ranges, *read("range", _named_range)]}.values()),
        bands=tuple(sorted(read("band", _band), key=BANDS.index)),
        classes=tuple(sorted(read("class", _number))),
        splits=tuple(read("split", _name)),
        text=" ".join(read("text", _text)),
        wrong=tuple(read("wrong", _name)),
        thresholds=next(iter(read("th", _thresholds)), THRESHOLDS),
    )
    return Choices(chosen, next(iter(read("k", _number)), None), next(iter(read("sample", _name)), None)), dropped


def _number(word: str) -> int:
    if not (word.isascii() and word.isdigit() and len(word) <= 9):
        raise ValueError(word)
    return int(word)


def _name(word: str) -> str:
    if not 0 < len(word) <= 1000 or not word.isprintable():
        raise ValueError(word)
    return word


def _text(word: str) -> str:
    return _name(word)[:_LONGEST_TEXT]


def _band(word: str) -> str:
    if word not in BANDS:
        raise ValueError(word)
    return word


def _range(word: str) -> tuple[float, float]:
    low, sign, high = word.partition("..")
    span = float(low), float(high)
    if not sign or not all(map(math.isfinite, span)) or span[0] > span[1]:
        raise ValueError(word)
    return span


def _named_range(word: str) -> tuple[str, float, float]:
    column, _, span = word.rpartition(":")
    return _name(column), *_range(span)


def _thresholds(word: str) -> tuple[float, float]:
    low, high = _range(word)
    if not -1 <= low < high <= 1:
        raise ValueError(word)
    return low, high


def fitting(
    chosen: Selection, heads: Collection[str], classes: int, splits: Collection[str], columns: Collection[str]
) -> tuple[Selection, list[str]]:
    """The part of a selection that a run can answer, and the rest in words."""
    kept = replace(
        chosen,
        wrong=tuple(head for head in chosen.wrong if head in heads),
        classes=tuple(number for number in chosen.classes if number < classes),
        splits=tuple(name for name in chosen.splits if name in splits),
        ranges=tuple(item for item in chosen.ranges if item[0] in columns),
    )
    gone = [f"class {number}" for number in chosen.classes if number not in kept.classes]
    gone += [f"split {name}" for name in chosen.splits if name not in kept.splits]
    gone += [f"head {head}" for head in chosen.wrong if head not in kept.wrong]
    gone += [f"column {item[0]}" for item in chosen.ranges if item not in kept.ranges]
    return kept, gone
