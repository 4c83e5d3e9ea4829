"""The panel of one job: status, progress, log, and the ways to stop it. All it shows is read from the job's folder.

While the job is active the panel draws itself again every second; when it has ended the whole page is drawn once more.
"""

from collections.abc import Callable
from typing import Any

import streamlit as st

from app.widgets.status import badge, told_status
from bss_core.errors import BSSError
from bss_core.job_state import ACTIVE, JobState
from bss_core.jobs import cancel, reap

__all__ = ["job_panel", "status_of"]

_PATIENCE = 2.0  # seconds for each way of stopping at once


def status_of(state: JobState) -> str:
    """The job's status; ``broken`` if its state file cannot be read."""
    reap()
    try:
        return state.status
    except BSSError:
        return "broken"


def job_panel(
    state: JobState, title: str, key: str, unit: str, body: Callable[[], None], after: Callable[[str], None]
) -> None:
    """Draw the panel.

    Args:
        state: the job.
        title: its heading.
        key: of the widgets.
        unit: what its progress counts.
        body: draws what is special to this kind of job, below the progress.
        after: draws what to do next, given the status of a job that has ended.
    """
    was_active = status_of(state) in ACTIVE

    @st.fragment(run_every="1s" if was_active else None)
    def panel() -> None:
        status = status_of(state)
        if was_active and status not in ACTIVE:
            st.rerun()
        with st.container(border=True, key=f"{key}.panel"):
            _head(state, status, title, key)
            _progress(state, status, unit)
            body()
            if status not in ACTIVE:
                after(status)
            _log(state, key)

    panel()


def _head(state: JobState, status: str, title: str, key: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(title, anchor=False, width="content")
        badge(status)
        st.space("stretch")
        if status in ACTIVE:
            _stop(state, key)


def _stop(state: JobState, key: str) -> None:
    asked = state.is_stopping
    with st.popover("Stopping …" if asked else "Cancel", icon=":material/stop_circle:", key=f"{key}.cancel"):
        if asked:
            st.write("The job stops after its current step. If it hangs, its process can be ended at once.")
            st.button("End it now", key=f"{key}.kill", type="primary", on_click=_end, args=(state, _PATIENCE))
        else:
            st.write("Stop this job? What it has written is kept, and a training run can be continued later.")
            st.button("Stop the job", key=f"{key}.stop", type="primary", on_click=_end, args=(state, 0.0))


def _end(state: JobState, patience: float) -> None:
    try:
        cancel(state, patience)
    except (BSSError, OSError) as error:
        st.toast(f"The job could not be stopped: {error}", icon=":material/error:")


def _progress(state: JobState, status: str, unit: str) -> None:
    if status == "broken":
        st.error("Its state file cannot be read.", icon=":material/broken_image:")
        return
    found = _read(state.progress)
    text = told_status(status)
    if status in ACTIVE:
        st.progress(_fraction(found), text=_where(found, unit) if status == "running" else text)
    elif status == "failed":
        st.error(str(_read(state.read).get("error") or "It failed without a reason."), icon=":material/error:")
    elif text:
        st.caption(text)


def _read(question: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """A file that is damaged just now says nothing; the status tells whether the job is in order."""
    try:
        return question()
    except BSSError:
        return {}


def _fraction(found: dict[str, Any]) -> float:
    done, total = float(found.get("done", 0)), float(found.get("total", 0))
    return min(max(done / total, 0.0), 1.0) if total > 0 else 0.0


def _where(found: dict[str, Any], unit: str) -> str:
    """Such as ``Training, 90% · 4.9 of 12 epochs``."""
    if not found:
        return "Preparing …"
    part = f", {found['part']:.0%}" if "part" in found else ""
    done = f"{found['done']:,.1f}" if isinstance(found["done"], float) else f"{found['done']:,}"
    return f"{str(found['phase']).capitalize()}{part} · {done} of {found['total']:,} {unit}"


def _log(state: JobState, key: str) -> None:
    with st.expander("Log", icon=":material/terminal:", key=f"{key}.log"):
        text = state.log_tail(200)
        st.code(text or "Nothing has been written yet.", language=None, height=280, wrap_lines=True)
