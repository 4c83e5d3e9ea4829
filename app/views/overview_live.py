"""A run's job as the Overview page tells it: progress while it works, the reason and the log when it went wrong."""

import streamlit as st

from app import data
from bss_core.errors import RunError
from bss_core.runs import Run

__all__ = ["outcome", "progress"]

_EVERY = "2s"
_SENTENCES = {
    "failed": "This run failed.",
    "interrupted": "This run's process ended before it was finished. It can be resumed on the Train page.",
    "cancelled": "This run was cancelled. It can be resumed on the Train page.",
}


@st.fragment(run_every=_EVERY)
def progress(run: Run) -> None:
    """The progress bar of a run at work; the whole page is drawn again once it has ended or finished an epoch."""
    done = len(data.events(run))
    if not run.is_active or st.session_state.setdefault(f"overview_epochs_{run.id}", done) != done:
        st.session_state[f"overview_epochs_{run.id}"] = done
        st.rerun()
    try:
        found = data.progress(run)
    except RunError as error:
        st.caption(str(error))
        return
    part = found.get("done", 0) / max(found.get("total", 0), 1)
    phase = found.get("phase", run.status)
    total = f", epoch {found['done']:.1f} of {found['total']}" if found else ""
    st.progress(min(max(part, 0.0), 1.0), text=f"{phase.capitalize()}{total}")


def outcome(run: Run) -> None:
    """What went wrong, with the end of the log; nothing for a finished run."""
    status = run.status
    if status not in _SENTENCES:
        return
    reason = f" {run.error}" if run.error else ""
    draw = st.error if status == "failed" else st.warning
    draw(_SENTENCES[status] + reason, icon=":material/error:" if status == "failed" else ":material/pause_circle:")
    log = data.log_tail(run, 40)
    if log:
        with st.expander("End of the log", icon=":material/notes:", expanded=status == "failed"):
            st.code(log, language=None, height=240)
