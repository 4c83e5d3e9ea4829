"""The choice of an evaluation k of the run, shared by all pages."""

import streamlit as st

from app import data, selection_state
from app.widgets.run_kind import is_trained_here
from bss_core.evaluations import Evaluation
from bss_core.runs import Run

__all__ = ["evaluation_name", "evaluation_picker"]


def evaluation_name(about: Evaluation) -> str:
    """Such as ``k = 12 · epoch 12``; of a later scoring also what was scored, with which checkpoint."""
    extra = "" if about.kind == "training" else f" · {about.split}, checkpoint {about.checkpoint}"
    return f"k = {about.number} · epoch {about.epoch}{extra}"


def evaluation_picker(run: Run, key: str) -> Evaluation | None:
    """Draw the picker; the evaluation chosen, None (and one sentence) if the run has none yet."""
    known = {item.number: item for item in data.evaluations(run)}
    number = selection_state.evaluation(run)
    if number is None:
        _say_none(run)
        return None
    if len(known) == 1:
        st.markdown(f"**Evaluation** {evaluation_name(known[number])}")
        return known[number]
    st.session_state[key] = number
    st.select_slider(
        "Evaluation",
        list(known),
        key=key,
        format_func=lambda item: evaluation_name(known[item]),
        on_change=lambda: selection_state.set_evaluation(st.session_state[key]),
        help="The training samples are scored before the first epoch (k = 0) and then every E epochs.",
    )
    return known[number]


def _say_none(run: Run) -> None:
    damaged = data.damaged(run)
    if damaged:
        st.error(f"No score table of {run.id} can be read: {', '.join(damaged)}.", icon=":material/broken_image:")
    elif run.is_active:
        st.info("The first evaluation is being made; look again in a moment.", icon=":material/hourglass:")
    else:
        then = "Resume it on the Train page." if is_trained_here(run) else "Record or import one into it."
        st.info(f"{run.id} ({run.status}) has no evaluation: nothing was scored yet. {then}")
