"""Whose scores the schedule is tried on: those of an evaluation of the run or, without one, evenly spread ones."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import streamlit as st

from app import data
from app.views.pacing_plan import outline, smoothed
from app.views.pacing_settings import Settings
from app.widgets.evaluation_picker import evaluation_picker
from bss_core.evaluations import Evaluation
from bss_core.runs import Run
from bss_core.selection import Selection

__all__ = ["Ranking", "outlined", "pick_ranking"]

_OWN = "own"
_SCORES = {_OWN: "ŝ of this schedule", "balance_score": "s", "smoothed_score": "ŝ of the run"}
_EVERY_SAMPLE = 2**31 - 1


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
    sample_ids: list[str] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    evaluation: int = -1


def pick_ranking(run: Run | None, settings: Settings) -> Ranking:
    """Draw the controls and read the scores."""
    if run is None or not data.evaluations(run):
        return _made_up(run)
    left, right = st.columns([3, 2], gap="large", vertical_alignment="bottom")
    with left:
        about = evaluation_picker(run, "pacing_evaluation")
    with right:
        chosen = st.segmented_control(
            "Rank by", list(_SCORES), default=_OWN, required=True, format_func=_SCORES.get, key="pacing_column",
            persist_state="session",
            help="What this schedule would make of the scores s up to the chosen evaluation; s of the chosen "
            "evaluation alone; or what the run's own schedule made of them. All epochs are planned with these scores.",
        )  # fmt: skip
    return _read(run, about, settings, chosen)


def _read(run: Run, about: Evaluation, settings: Settings, chosen: str) -> Ranking:
    column = "balance_score" if chosen == _OWN else chosen
    rows = _rows(run, about.number, column)
    scores = rows[column].to_numpy()
    key = (run.folder, data.evaluations(run), about.number, column)  # epochs and extrema tell two contents apart
    if chosen == _OWN and about.kind == "training":
        scores, key = _own(run, about, settings, rows), (*key, settings)
    labels, ids = rows["label"].to_numpy(), rows["sample_id"].tolist()
    return Ranking(repr(key), scores, labels, ids, run.classes, about.number)


def _rows(run: Run, evaluation: int, column: str) -> pd.DataFrame:
    """All samples by rank: equal scores stay in the order of the data set."""
    return data.points(run, evaluation, Selection(), [column, "rank"], _EVERY_SAMPLE).sort_values("rank")


def _own(run: Run, about: Evaluation, settings: Settings, rows: pd.DataFrame) -> np.ndarray:
    """ŝ of the settings' scheduler after the training evaluations up to ``about``, in the order of ``rows``."""
    scheduler = settings.build()
    every = getattr(scheduler, "evaluate_every", 1)
    known = [item for item in data.evaluations(run, "training") if item.number <= about.number]
    used = [item for item in known if item.epoch % every == 0 or scheduler.needs_scores_at(item.epoch)]
    columns = [_rows(run, item.number, "balance_score").set_index("sample_id")["balance_score"] for item in used]
    found = [column.reindex(rows["sample_id"]).to_numpy() for column in columns]
    return smoothed(scheduler, [(item.epoch, scores) for item, scores in zip(used, found, strict=True)])


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


@st.cache_data(max_entries=64, show_spinner=False)
def _outlined(settings: Settings, key: str, _scores: np.ndarray) -> tuple[pd.DataFrame, np.ndarray]:
    return outline(settings.build(), _scores, settings.epochs, settings.batch_size)
