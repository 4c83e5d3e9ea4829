"""The shared choices as readable URL parameters, and back: an address shows the same samples to everyone who opens it.

``band=imbalanced&class=3&s=-1..0.25&k=12``. Whatever an address holds is untrusted: what cannot be read is left out
and named, what reads but does not fit the run is left out by :mod:`app.selection_fit`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app import url_values as values
from bss_core.errors import ConfigError
from bss_core.scores import BANDS, THRESHOLDS
from bss_core.selection import Selection

__all__ = ["NAMES", "RANGES", "RUN", "Choices", "decode", "encode"]

RUN = "run"  # the parameter that names the run; the others are those of NAMES
RANGES = {"s": "balance_score", "sim": "prediction_similarity", "loss": "total_loss"}  # parameter → column
NAMES = (
    "band", "class", "split", "text", *RANGES, "range", "wrong", "dominant", "correct", "lasso", "region", "history",
    "tag", "th", "k", "sample", "sort",
)  # fmt: skip
_MOST_VALUES, _MOST_LASSOS = 64, 8
_MINUS = "-"  # before a column: the highest first
_ORDER = ("balance_score", False)


@dataclass(frozen=True)
class Choices:
    """What all pages share besides the run.

    Attributes:
        selection: which samples are meant.
        evaluation: number of the evaluation looked at, None for the latest.
        sample: id of the sample looked at.
        sort: column that samples are sorted by.
        descending: whether the highest come first.
    """

    selection: Selection = Selection()
    evaluation: int | None = None
    sample: str | None = None
    sort: str = "balance_score"
    descending: bool = False


def encode(choices: Choices) -> dict[str, list[str]]:
    """Parameters of an address, only those that differ from the default."""
    chosen, short = choices.selection, {column: name for name, column in RANGES.items()}
    found: dict[str, list[str]] = {
        "band": list(chosen.bands),
        "class": [str(number) for number in chosen.classes],
        "split": list(chosen.splits),
        "text": [chosen.text] if chosen.text else [],
        "wrong": list(chosen.wrong),
        "dominant": list(chosen.dominant),
        "correct": list(chosen.correct),
        "lasso": [values.lasso_word(item) for item in chosen.lassos],
        "region": [values.region_word(item) for item in chosen.regions],
        "history": [*chosen.courses, *map(values.history_word, chosen.history)],
        "tag": list(chosen.tags),
        "th": [] if chosen.thresholds == THRESHOLDS else [values.span_word(*chosen.thresholds)],
        "k": [] if choices.evaluation is None else [str(choices.evaluation)],
        "sample": [] if choices.sample is None else [choices.sample],
        "sort": [] if (choices.sort, choices.descending) == _ORDER else [_MINUS * choices.descending + choices.sort],
    }
    for column, low, high in chosen.ranges:
        name, span = short.get(column, "range"), values.span_word(low, high)
        found.setdefault(name, []).append(span if column in short else f"{column}:{span}")
    return {name: words for name, words in found.items() if words}


def decode(parameters: Mapping[str, list[str]]) -> tuple[Choices, list[str]]:
    """Choices of an address, and what of it could not be read, as ``name=value``."""
    dropped: list[str] = []

    def read(name: str, reader: Callable[[str], Any], most: int = _MOST_VALUES) -> list[Any]:
        words, found = parameters.get(name, []), []
        for word in words[:most]:
            try:
                found.append(reader(word))
            except (ValueError, ConfigError):
                dropped.append(f"{name}={word[:40]}")
        if len(words) > most:
            dropped.append(f"{name}=… ({len(words) - most} more than the {most} possible)")
        return list(dict.fromkeys(found))

    ranges = [(column, *span) for name, column in RANGES.items() for span in read(name, values.span)]
    courses = read("history", values.course)
    chosen = Selection(
        ranges=tuple({item[0]: item for item in [*ranges, *read("range", values.named_span)]}.values()),
        bands=tuple(sorted(read("band", values.band), key=BANDS.index)),
        classes=tuple(sorted(read("class", values.number))),
        splits=tuple(read("split", values.name)),
        text=" ".join(read("text", values.text)),
        wrong=tuple(read("wrong", values.name)),
        thresholds=next(iter(read("th", values.thresholds)), THRESHOLDS),
        dominant=tuple(read("dominant", values.name)),
        correct=tuple(read("correct", values.name)),
        lassos=tuple(read("lasso", values.lasso, _MOST_LASSOS)),
        regions=tuple(read("region", values.region, _MOST_LASSOS)),
        history=tuple(item for item in courses if not isinstance(item, str)),
        courses=tuple(item for item in courses if isinstance(item, str)),
        tags=tuple(read("tag", values.tag)),
    )
    sort = next(iter(read("sort", values.name)), _ORDER[0])
    return Choices(
        chosen,
        next(iter(read("k", values.number)), None),
        next(iter(read("sample", values.name)), None),
        sort.removeprefix(_MINUS),
        sort.startswith(_MINUS),
    ), dropped
