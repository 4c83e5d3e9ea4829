"""The samples of the case study's two panels, chosen by rules and not by hand.

Source: BSS (IJCAI 2025), Fig. C1. (a) representative samples of each band with label and score; (b) how the score of
one sample changes with the evaluations of the learned scheduler.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from app import data, data_trajectories
from app.report.request import Shared
from bss_core.errors import RunError
from bss_core.runs import Run
from bss_core.selection import Selection

__all__ = ["Followed", "Subject", "followed", "representatives"]


@dataclass(frozen=True)
class Subject:
    """A sample of a panel; ``text`` is its id if it has no text."""

    sample_id: str
    label: str
    text: str
    score: float
    band: str


@dataclass(frozen=True)
class Followed:
    """The sample of panel (b) as it is at the end, and its rows by evaluation."""

    subject: Subject
    course: pd.DataFrame


def representatives(shared: Shared) -> list[Subject]:
    """Panel (a): of each band the two samples nearest to the middle of its scores, the most balanced first."""
    rows = data.representatives(shared.run, shared.about.number, shared.selection.thresholds, 2)
    return [_subject(shared.run, row) for row in rows.to_dict("records")]


def followed(shared: Shared) -> Followed | None:
    """Panel (b): the sample whose score rose most, as in the paper, else the one that fell most; None if none moved."""
    run = shared.run
    try:
        moved = (data_trajectories.leaders(run, Selection(), "change", rising, 1) for rising in (True, False))
        found = next((rows for rows in moved if len(rows)), None)
    except RunError:  # no dynamics before the second evaluation
        return None
    if found is None:
        return None
    sample_id = str(found["sample_id"].iloc[0])
    course = data.trajectories(run, [sample_id], "balance_score").sort_values("evaluation")
    row = data.sample(run, int(course["evaluation"].iloc[-1]), sample_id, shared.selection.thresholds)
    return None if row is None else Followed(_subject(run, row), course)


def _subject(run: Run, row: Mapping[str, Any]) -> Subject:
    name = next((name for name, kind in run.modalities.items() if kind == "text" and name in row), None)
    text = str(row[name]) if name and isinstance(row[name], str) else str(row["sample_id"])
    label, score = run.classes[int(row["label"])], float(row["balance_score"])
    return Subject(str(row["sample_id"]), label, text, score, str(row["band"]))
