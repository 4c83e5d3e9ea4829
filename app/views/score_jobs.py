"""The scoring jobs of a run on the Score page: the one at work with its panel, and all earlier ones."""

from typing import Any

import streamlit as st

from app.widgets.job_panel import job_panel, status_of
from app.widgets.links import link_page
from app.widgets.status import badge
from bss_core.errors import BSSError
from bss_core.job_state import ACTIVE, JobState
from bss_core.jobs import scoring_jobs
from bss_core.runs import Run

__all__ = ["FOLLOWED", "followed_panel", "history"]

FOLLOWED = "score_followed"
_PAGES = ("browse", "scores")  # where a new evaluation is looked at
_MOST_ROWS = 10


def followed_panel(run: Run) -> None:
    """Draw the panel of the job just started, else of one that is at work; nothing if there is none."""
    jobs = scoring_jobs(run)
    chosen = [state for state in jobs if str(state.path) == st.session_state.get(FOLLOWED)]
    active = [state for state in jobs if status_of(state) in ACTIVE]
    for state in [*chosen, *active][:1]:
        job_panel(
            state, f"Scoring: {_request(state)}", key=f"score.job.{run.id}.{state.path.parent.name}",
            unit="samples", body=lambda: None, after=lambda status, state=state: _after(run, state, status),
        )  # fmt: skip


def _details(state: JobState) -> dict[str, Any]:
    try:
        return state.read()
    except BSSError:
        return {}


def _request(state: JobState) -> str:
    """Such as ``test split, checkpoint best``."""
    found = _details(state)
    split = found.get("split", "?")
    return f"{'all splits' if split == 'all' else f'{split} split'}, checkpoint {found.get('checkpoint', '?')}"


def _after(run: Run, state: JobState, status: str) -> None:
    if status == "finished":
        st.success(_result(state), icon=":material/check_circle:")
    with st.container(horizontal=True, vertical_alignment="center"):
        if status == "finished":
            _links(run, _details(state))
        if st.session_state.get(FOLLOWED) == str(state.path):
            _close_button(state)


def _close_button(state: JobState) -> None:
    key = f"score.close.{state.path.parent.name}"
    if st.button("Close", key=key, type="tertiary", icon=":material/close:"):
        st.session_state.pop(FOLLOWED, None)
        st.rerun()  # a click in a fragment draws only the fragment


def _links(run: Run, found: dict[str, Any]) -> None:
    """To the pages that show the new evaluation."""
    query = {"run": run.id, "k": str(found.get("evaluation", ""))}
    for name in _PAGES:
        link_page(name, query=query)


def _result(state: JobState) -> str:
    """Such as ``Evaluation 13 is ready: 132 samples, scored on cpu.``"""
    found = _details(state)
    skipped = len(found.get("skipped") or {})
    extra = f"; {skipped:,} could not be decoded and were left out" if skipped else ""
    number, samples, device = (found.get(name, "?") for name in ("evaluation", "samples", "device"))
    return f"Evaluation {number} is ready: {samples} samples, scored on {device}{extra}."


def history(run: Run) -> None:
    """Draw the scoring jobs of the run, newest first."""
    jobs = scoring_jobs(run)
    st.subheader("Scored so far", anchor=False)
    if not jobs:
        st.caption(f"Nothing yet. The evaluations that {run.id} has already need no scoring.")
        return
    for state in jobs[:_MOST_ROWS]:
        _row(run, state)
    st.caption(f"{min(len(jobs), _MOST_ROWS)} of {len(jobs)} scorings of {run.id} shown, newest first.")


def _row(run: Run, state: JobState) -> None:
    status = status_of(state)
    with st.container(border=True):
        name, badge_place, actions = st.columns([4, 1.2, 2.8], vertical_alignment="center")
        name.markdown(f"**{_request(state).capitalize()}**  \n:gray[{_outcome(state, status)}]")
        with badge_place:
            badge(status)
        with actions, st.container(horizontal=True, horizontal_alignment="right"):
            if status == "finished":
                _links(run, _details(state))


def _outcome(state: JobState, status: str) -> str:
    if status == "finished":
        return _result(state)
    reason = str(_details(state).get("error") or "")
    return reason or ("Its progress is shown above." if status in ACTIVE else "It ended without a result.")
