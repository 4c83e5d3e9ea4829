"""The part of a selection that a run can answer: its addresses, views and the session come from other runs too."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from app import data, data_maps
from app.url_values import history_word
from bss_core.annotations import revision
from bss_core.errors import RunError
from bss_core.manifest import SPLITS
from bss_core.predictions import MULTIMODAL
from bss_core.runs import Run
from bss_core.selection import COURSES, Selection

__all__ = ["Known", "fitting", "known"]

_NO_MODALITY = "none"


@dataclass(frozen=True)
class Known:
    """What can be selected by.

    Attributes:
        heads: that predicted something.
        classes: how many there are.
        columns: with numbers.
        modalities: of which the table tells the dominant one and those that are right; none in an older table.
        history: columns of the summary of the samples' courses.
        splits: names.
        maps: names of the maps that still hold.
        tells_tags: whether the tags can be read; a tag that no sample has fits, and selects none.
    """

    heads: Collection[str]
    classes: int
    columns: Collection[str]
    modalities: Collection[str] = ()
    history: Collection[str] = ()
    splits: Collection[str] = SPLITS
    maps: Collection[str] = ()
    tells_tags: bool = True


def known(run: Run, evaluation: int | None) -> Known:
    """What one evaluation of a run can answer; almost nothing without one."""
    if evaluation is None:
        return Known((), len(run.classes), ())
    columns = data.columns(run, evaluation)
    heads = [name for name in (*run.modalities, MULTIMODAL) if f"predicted_{name}" in columns]
    tells = {"dominant_modality", "correct_modalities"} <= set(data.name_columns(run, evaluation))
    return Known(
        heads, len(run.classes), columns, tuple(run.modalities) if tells else (), data.history_columns(run),
        maps=data_maps.known_maps(run), tells_tags=_tells_tags(run),
    )  # fmt: skip


def _tells_tags(run: Run) -> bool:
    try:
        revision(run.folder)
    except RunError:
        return False
    return True


def fitting(chosen: Selection, there: Known) -> tuple[Selection, list[str]]:
    """The part of a selection that can be answered, and the rest in words."""
    kept = replace(
        chosen,
        wrong=tuple(head for head in chosen.wrong if head in there.heads),
        classes=tuple(number for number in chosen.classes if number < there.classes),
        splits=tuple(name for name in chosen.splits if name in there.splits),
        ranges=tuple(item for item in chosen.ranges if item[0] in there.columns),
        dominant=tuple(name for name in chosen.dominant if name in there.modalities),
        correct=tuple(words for words in chosen.correct if _is_pattern(words, there.modalities)),
        lassos=tuple(item for item in chosen.lassos if {item.x, item.y} <= set(there.columns)),
        history=tuple(item for item in chosen.history if item[0] in there.history),
        courses=tuple(name for name in chosen.courses if set(COURSES[name][0]) <= set(there.history)),
        regions=tuple(item for item in chosen.regions if item.map in there.maps),
        tags=chosen.tags if there.tells_tags else (),
    )
    return kept, _lost(chosen, kept)


def _is_pattern(words: str, modalities: Collection[str]) -> bool:
    parts = words.split("+")
    return bool(modalities) and (
        words == _NO_MODALITY or (parts == sorted(set(parts)) and set(parts) <= set(modalities))
    )


def _lost(chosen: Selection, kept: Selection) -> list[str]:
    said = {
        "classes": lambda number: f"class {number}",
        "splits": lambda name: f"split {name}",
        "wrong": lambda head: f"head {head}",
        "ranges": lambda item: f"column {item[0]}",
        "dominant": lambda name: f"dominant modality {name}",
        "correct": lambda words: f"right modalities {words}",
        "lassos": lambda item: f"columns {item.x} and {item.y} for a lasso",
        "history": lambda item: f"course of the samples for {history_word(item)}",
        "courses": lambda name: f"course of the samples for {name}",
        "regions": lambda item: f"map {item.map} for a region",
        "tags": lambda name: f"readable tags, for {name}",
    }
    return [say(item) for field, say in said.items() for item in getattr(chosen, field)
            if item not in getattr(kept, field)]  # fmt: skip
