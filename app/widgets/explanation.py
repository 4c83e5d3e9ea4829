"""Why a sample is balanced or not, in one word and in one sentence, from what every head predicted."""

import math
from typing import Any

from bss_core.predictions import MULTIMODAL
from bss_core.scores import BANDS

__all__ = ["REASONS", "explain", "heads_of", "reason"]

SURE = 0.5  # a head that gives a class this probability or more is sure of it: no other class can have more
ALL_RIGHT, WEAK, DISAGREEMENT, LABEL, HARD = REASONS = (
    "all right", "weak modality", "disagreement", "possible label error", "hard sample",
)  # fmt: skip


def heads_of(row: dict[str, Any]) -> list[str]:
    """The heads in a row of a score table, multimodal last."""
    names = [name.removeprefix("predicted_") for name in row if name.startswith("predicted_")]
    return sorted(names, key=lambda head: (head == MULTIMODAL, head))


def reason(row: dict[str, Any]) -> str:
    """One of :data:`REASONS`.

    All modalities right; some right while the others are unsure of another class (*weak modality*) or one of them is
    sure of it (*disagreement*); all wrong about one and the same class (*possible label error*), or about several
    (*hard sample*). A table of before confidences were kept: one wrong modality is weak, several disagree.
    """
    right, wrong = _right_and_wrong(row)
    if not wrong:
        return ALL_RIGHT
    if not right:
        return LABEL if len({row[f"predicted_{head}"] for head in wrong}) == 1 else HARD
    sure = [confidence >= SURE for confidence in (_confidence(row, head) for head in wrong) if confidence is not None]
    return DISAGREEMENT if (any(sure) if sure else len(wrong) > 1) else WEAK


def explain(row: dict[str, Any], classes: list[str]) -> str:
    """One sentence on what makes the sample balanced or not.

    Args:
        row: of a score table, with ``band``.
        classes: class names.
    """
    label, found = classes[int(row["label"])], reason(row)
    right, wrong = _right_and_wrong(row)
    if found == ALL_RIGHT:
        return f"{_all_right(row, right, label)}{_together(row, classes, ', but together they predict')}."
    if found == LABEL:
        agreed = classes[int(row[f"predicted_{wrong[0]}"])]
        return f"{_every(wrong)} predict {agreed}, but the label is {label}: possibly a wrong label."
    if found == HARD:
        return f"No modality recognises {label}, and they disagree: a hard sample, or possibly a wrong label."
    told = _listed([_said(row, head, classes) for head in wrong])
    verb = "recognise" if len(right) > 1 else "recognises"
    only = "only " if len(wrong) > len(right) else ""
    known = f"{told}, while {only}{_listed(right)} {verb} {label}"
    return f"{found.capitalize()}: {known}{_together(row, classes, '; together they predict', always=True)}."


def _right_and_wrong(row: dict[str, Any]) -> tuple[list[str], list[str]]:
    heads = [head for head in heads_of(row) if head != MULTIMODAL]
    right = [head for head in heads if row[f"predicted_{head}"] == row["label"]]
    return right, [head for head in heads if head not in right]


def _all_right(row: dict[str, Any], heads: list[str], label: str) -> str:
    unsure = min(heads, key=lambda head: row[f"probability_{head}"])
    chance = row[f"probability_{unsure}"]
    told = f"{_every(heads)} recognise {label}"
    if row["band"] == BANDS[0] or chance >= SURE:
        return told
    return f"{told}, but {unsure} is unsure: it gives it a probability of {chance:.2f}"


def _every(heads: list[str]) -> str:
    return "Both modalities" if len(heads) == 2 else "All modalities"


def _together(row: dict[str, Any], classes: list[str], words: str, always: bool = False) -> str:
    """What the multimodal head makes of it, if there is one and it is worth saying."""
    predicted = row.get(f"predicted_{MULTIMODAL}")
    if predicted is None or (predicted == row["label"] and not always):
        return ""
    return f"{words} {classes[int(predicted)]}"


def _said(row: dict[str, Any], head: str, classes: list[str]) -> str:
    said, confidence = classes[int(row[f"predicted_{head}"])], _confidence(row, head)
    if confidence is None:
        return f"{head} predicts {said}"
    return f"{head} {'is sure of' if confidence >= SURE else 'guesses'} {said} ({confidence:.2f})"


def _confidence(row: dict[str, Any], head: str) -> float | None:
    found = row.get(f"confidence_{head}")
    return None if found is None or math.isnan(found) else float(found)


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
