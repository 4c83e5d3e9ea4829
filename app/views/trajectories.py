"""Trajectories: how the scores move over the evaluations of a run, as a whole and sample by sample."""

import streamlit as st

from app import data, selection_state
from app.figures.trajectories import VALUES, band_share_bars, trajectory_lines
from app.state import chosen_run
from app.views import trajectories_cases, trajectories_movers
from app.views.trajectories_choice import choose_samples, named_lines
from app.widgets.cards import say_if_gone
from app.widgets.chart import draw
from bss_core.errors import BSSError
from bss_core.evaluations import Evaluation
from bss_core.runs import Run

__all__ = ["show"]


def show() -> None:
    """Draw the page."""
    st.title("Trajectories", anchor=False)
    st.caption(
        "Which samples become balanced while the model trains, which fall back, and which never settle? Scores of the "
        "training samples, evaluation by evaluation."
    )
    run = chosen_run()
    try:
        evaluations = data.evaluations(run, "training")
        if _can_show(run, evaluations):
            _show(run, evaluations)
    except BSSError as error:
        st.error(str(error), icon=":material/broken_image:")


def _can_show(run: Run, evaluations: list[Evaluation]) -> bool:
    """Whether there is anything to follow; else one sentence on why not and what to do."""
    damaged = data.damaged(run)
    if damaged:
        st.warning(f"Left out, as they cannot be read: {', '.join(damaged)}.", icon=":material/broken_image:")
    if len(evaluations) >= 2:
        return True
    found = "one evaluation" if evaluations else "no evaluation"
    going = "it is running, so look again after the next epochs" if run.is_active else "continue it on the Train page"
    st.info(f"{run.id} has {found} of its training samples so far; a trajectory needs two: {going}.")
    return False


def _show(run: Run, evaluations: list[Evaluation]) -> None:
    say_if_gone(run)
    with st.container(border=True):
        _lines(run, len(evaluations))
    with st.container(border=True):
        shares = data.band_shares(run, selection_state.thresholds())
        draw(band_share_bars(shares), "trajectories_shares", "Share of the samples in each band per evaluation")
    with st.container(border=True):
        trajectories_movers.show(run)
    with st.container():  # no border: six cards fit beside each other at 1440 px
        trajectories_cases.show(run, evaluations)


def _lines(run: Run, count: int) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        ids = choose_samples(run)
        value = st.segmented_control(
            "Show as", list(VALUES), default="balance_score", required=True, format_func=VALUES.get,
            key="trajectories_value", persist_state="session",
            help="s is the score of one evaluation; ŝ is what the run's scheduler made of the scores so far; the rank "
            "runs from 1, the most balanced.",
        )  # fmt: skip
    chosen, thresholds = selection_state.selected_sample(), selection_state.thresholds()
    lines = named_lines(data.trajectories(run, ids), run.classes)
    spread = data.quantiles(run, "balance_score" if value == "rank" else value)
    figure = trajectory_lines(spread, lines, value, thresholds, chosen)
    draw(figure, "trajectories_lines", "Scores of a few samples over the evaluations, on the spread of all samples")
    total, drawn = data.evaluations(run, "training")[-1].samples, lines["sample_id"].nunique()
    st.caption(
        f"{drawn} of {total:,} samples shown as lines over {count} evaluations. Every evaluation "
        "scales its criteria by its own lowest and highest value, so a line that rises says that the sample moved up "
        "within the set; it need not have a lower loss."
    )
