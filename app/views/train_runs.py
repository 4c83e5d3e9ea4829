"""The list of runs on the Train page, those at work first, with what can be done with each."""

import streamlit as st

from app import data
from app.state import all_runs
from app.views.train_actions import RESUMABLE, action, follow, resume
from app.widgets.job_panel import status_of
from app.widgets.run_kind import is_trained_here
from app.widgets.status import badge
from bss_core.job_state import ACTIVE
from bss_core.runs import Run

__all__ = ["runs_list"]

_MOST_ROWS = 8


def runs_list() -> None:
    """Draw the runs, active ones first, then the newest."""
    runs = list(all_runs().values())
    st.subheader("Runs", anchor=False)
    if not runs:
        st.caption("No runs yet. The first one appears here as soon as it is started.")
        return

    @st.fragment(run_every="2s" if any(run.is_active for run in runs) else None)
    def rows() -> None:
        ordered = sorted(runs, key=lambda run: not run.is_active)
        for run in ordered[:_MOST_ROWS]:
            _row(run)
        st.caption(f"{min(len(runs), _MOST_ROWS)} of {len(runs)} runs shown, those at work first, then the newest.")

    rows()


def _row(run: Run) -> None:
    status = status_of(run.state) if run.status != "broken" else "broken"
    with st.container(border=True):
        name, state, actions = st.columns([4, 1.2, 2.8], vertical_alignment="center")
        name.markdown(f"**{run.id}**  \n:gray[{_summary(run, status)}]")
        with state:
            badge(status)
        with actions, st.container(horizontal=True, horizontal_alignment="right"):
            if status in RESUMABLE and is_trained_here(run):
                action("Resume", "play_arrow", run, resume, "Go on after the last complete epoch.", "row")
            if status != "broken":
                action("Follow" if status in ACTIVE else "Show", "visibility", run, follow, "Show it above.", "row")


def _summary(run: Run, status: str) -> str:
    if status == "broken":
        return run.error
    options, details = run.options, data.details(run)
    done = (
        f"{len(data.events(run))} of {options.get('epochs', '?')} epochs"
        if is_trained_here(run)
        else "recorded or imported"
    )
    created = str(details.get("created", ""))[:16].replace("T", " ")
    return " · ".join(
        str(part) for part in (details["data"]["name"], options.get("scheduler", ""), done, created) if part
    )
