"""The case study: typical samples of each band, and one sample from evaluation to evaluation (the paper's Fig. C1)."""

import numpy as np
import pandas as pd
import streamlit as st

from app import data, selection_state
from app.plain_text import plain
from app.widgets.cards import cards, first_of_kind, picture_url
from app.widgets.evaluation_picker import evaluation_name, evaluation_picker
from app.widgets.gallery import gallery
from app.widgets.strip import Head, Moment, strip
from bss_core.evaluations import Evaluation
from bss_core.runs import Run
from bss_core.scores import BANDS, band
from bss_core.selection import Selection

__all__ = ["MOST_MOMENTS", "moments", "show", "spread"]

MOST_MOMENTS = 6


def show(run: Run, evaluations: list[Evaluation]) -> None:
    """Draw both parts; a click on a typical sample shows its course below."""
    st.markdown("**Case study:** typical samples of each band")
    about = evaluation_picker(run, "trajectories_evaluation")
    thresholds = selection_state.thresholds()
    rows = data.representatives(run, about.number, thresholds, 2)
    counts = data.counts(run, about.number, Selection(thresholds=thresholds), "band")
    sizes = ", ".join(f"{counts.get(name, 0):,} {name}" for name in BANDS)
    st.caption(
        f"{len(rows)} of {about.samples:,} samples shown: for each band the two nearest to the middle of its scores "
        f"({sizes}). Click one to follow it below."
    )
    found = cards(run, rows.to_dict("records"))
    selected = selection_state.selected_sample()
    picked = gallery(found, "trajectories_cases", selected, "Typical samples of each band")
    if picked is not None and picked != selected:
        selection_state.select_sample(picked)
        st.rerun()
    _course(run, evaluations, selected, str(rows["sample_id"].iloc[-1]))


def spread(numbers: list[int], count: int = MOST_MOMENTS) -> list[int]:
    """The first, the last and evenly spread ones between them, at most ``count``."""
    places = np.linspace(0, len(numbers) - 1, min(count, len(numbers))).round().astype(int)
    return [numbers[place] for place in places]


def _course(run: Run, evaluations: list[Evaluation], selected: str | None, otherwise: str) -> None:
    known = {item.number: item for item in evaluations}
    rows = data.trajectories(run, [selected or otherwise])
    if rows.empty:  # selected in an evaluation of another split
        st.caption(f"Sample {plain(str(selected))} is no training sample, so it has no course.")
        return
    sample_id = str(rows["sample_id"].iloc[0])
    label = run.classes[int(rows["label"].iloc[0])]
    st.markdown(f"**One sample over the evaluations:** {plain(sample_id)} · label {plain(label)}")
    chosen = st.multiselect(
        "Evaluations shown", list(known), default=spread(list(known)), max_selections=MOST_MOMENTS,
        format_func=lambda number: evaluation_name(known[number]), key=f"trajectories_moments_{run.id}",
        persist_state="session",
    )  # fmt: skip
    if not chosen:
        st.caption("Choose at least one evaluation.")
        return
    rows = rows[rows["evaluation"].isin(chosen)]
    strip(moments(rows, run.classes, selection_state.thresholds()), picture_url(run, sample_id), _text(run, sample_id))
    st.caption("✓ and ✗ tell whether a head predicts the label; the percentage is what it gives to the label.")


def moments(rows: pd.DataFrame, classes: list[str], thresholds: tuple[float, float]) -> list[Moment]:
    """One :class:`Moment` per row of :func:`app.data.trajectories`, in the order of the evaluations."""
    rows = rows.sort_values("evaluation")
    bands = band(rows["balance_score"].to_numpy(), thresholds)
    heads = [name.removeprefix("predicted_") for name in rows.columns if name.startswith("predicted_")]
    return [
        Moment(
            title=f"k = {row['evaluation']} · epoch {row['epoch']}",
            score=float(row["balance_score"]),
            band=str(name),
            heads=tuple(_head(row, head, classes) for head in heads),
        )
        for row, name in zip(rows.to_dict("records"), bands, strict=True)
    ]


def _head(row: dict, head: str, classes: list[str]) -> Head:
    predicted = int(row[f"predicted_{head}"])
    return Head(head, classes[predicted], predicted == int(row["label"]), float(row[f"probability_{head}"]))


def _text(run: Run, sample_id: str) -> str:
    """The sample's text, if it has one, else its id."""
    name, last = first_of_kind(run, "text"), data.evaluations(run, "training")[-1].number
    row = data.sample(run, last, sample_id) or {}
    return str(row.get(name) or sample_id) if name else sample_id
