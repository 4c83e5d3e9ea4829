"""Whose scores the schedule is tried on: those of an evaluation of the run or, without one, evenly spread ones."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st

from app import data
from app.page_choices import addressed, choose
from app.views.pacing_plan import outline, smoothed
from app.views.pacing_schedule import Settings
from app.widgets.evaluation_picker import evaluation_picker
from bss_core.evaluations import Evaluation
from bss_core.runs import Run

__all__ = ["Ranking", "outlined", "pick_ranking"]

_OWN = "own"
_SCORES = {_OWN: "ŝ of this schedule", "balance_score": "s", "smoothed_score": "ŝ of the run"}


@dataclass(frozen=True)
class Ranking:
    """n samples with the scores that a scheduler gets, by their rank in the evaluation.

    Attributes:
        key: what the scores are, to tell one ranking from another without comparing arrays.
        scores: (n,) high = balanced.
        labels: (n,) class indices.
        sample_ids: (n,) ids; empty for made-up scores, as are ``classes``.
        classes: class names.
        evaluation: number of the evaluation, −1 for made-up scores.
    """

    key: str
    scores: np.ndarray
    labels: np.ndarray
    sample_ids: pa.Array = field(default_factory=lambda: pa.array([], pa.string()))
    classes: list[str] = field(default_factory=list)
    evaluation: int = -1

    def places(self, ids: list[str]) -> dict[str, int]:
        """Where these samples stand in the arrays; those that are not there are left out."""
        found = np.flatnonzero(pc.is_in(self.sample_ids, value_set=pa.array(ids, self.sample_ids.type)))
        at = dict(zip(self.sample_ids.take(pa.array(found)).to_pylist(), found.tolist(), strict=True))
        return {name: at[name] for name in ids if name in at}


def pick_ranking(run: Run | None, settings: Settings) -> Ranking:
    """Draw the controls and read the scores."""
    if run is None or not data.evaluations(run):
        return _made_up(run)
    left, right = st.columns([3, 2], gap="large", vertical_alignment="bottom")
    with left:
        about = evaluation_picker(run, "pacing_evaluation")
    with right:
        chosen = st.segmented_control(
            "Rank by", list(_SCORES), required=True, format_func=_SCORES.get,
            key=addressed("rank_by", _SCORES, _OWN), on_change=choose, args=("rank_by", _OWN),
            help="What this schedule would make of the scores s up to the chosen evaluation; s of the chosen "
            "evaluation alone; or what the run's own schedule made of them. All epochs are planned with these scores.",
        )  # fmt: skip
    return _read(run, about, settings, chosen)


def _read(run: Run, about: Evaluation, settings: Settings, chosen: str) -> Ranking:
    column = "balance_score" if chosen == _OWN else chosen
    is_own = chosen == _OWN and about.kind == "training"
    used = _used(run, about, settings.build()) if is_own else []
    found = data.ranked(run, about.number, column, tuple(item.number for item in used))
    key = (run.folder, data.evaluations(run), about.number, column)  # epochs and extrema tell two contents apart
    scores = found.values
    if is_own:
        epochs = [item.epoch for item in used]
        scores = smoothed(settings.build(), list(zip(epochs, found.earlier, strict=True)))
        key = (*key, settings)
    return Ranking(repr(key), scores, found.labels, found.sample_ids, run.classes, about.number)


def _used(run: Run, about: Evaluation, scheduler: Any) -> list[Evaluation]:
    """The training evaluations up to ``about`` that the scheduler would look at."""
    every = getattr(scheduler, "evaluate_every", 1)
    known = [item for item in data.evaluations(run, "training") if item.number <= about.number]
    return [item for item in known if item.epoch % every == 0 or scheduler.needs_scores_at(item.epoch)]


def _made_up(run: Run | None) -> Ranking:
    why = "There is no run" if run is None else f"{run.id} has no evaluation"
    st.info(
        f"{why}, so the schedule is shown on made-up scores, evenly spread from 1 to −1. With an evaluated run it is "
        "shown on real scores, with its samples and classes.", icon=":material/science:",
    )  # fmt: skip
    n = int(st.number_input("Samples", 1, 1_000_000, 1000, key="pacing_samples", persist_state="session", width=200))
    return Ranking(f"even {n}", np.linspace(1, -1, n) if n > 1 else np.zeros(1), np.zeros(n, dtype=np.int64))


def outlined(settings: Settings, ranking: Ranking) -> tuple[pd.DataFrame, np.ndarray]:
    """:func:`app.views.pacing_plan.outline` of these settings, kept while they and the scores stay the same."""
    return _outlined(settings, ranking.key, ranking.scores)


@st.cache_data(max_entries=16, show_spinner=False)
def _outlined(settings: Settings, key: str, _scores: np.ndarray) -> tuple[pd.DataFrame, np.ndarray]:
    return outline(settings.build(), _scores, settings.epochs, settings.batch_size)
