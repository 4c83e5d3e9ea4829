"""The sidebar's run picker, and what a page shows instead of a run that is missing or cannot be read."""

import shlex

import streamlit as st

from app.plain_text import plain
from app.state import RUN, adopt_asked_run, all_runs, picker_key, publish_run, roots
from app.widgets.links import link_page
from app.widgets.status import badge
from bss_core.errors import RunError
from bss_core.runs import Run

__all__ = ["broken_run", "label", "no_run", "run_picker"]


def label(run: Run) -> str:
    """Such as ``demo-run · stamps · learned``; without the status, for the picker knows its choice by this text."""
    try:
        details = run.details()
    except RunError:
        return f"{run.id} · broken"
    parts = [run.id, details["data"].get("name"), details["options"].get("scheduler")]
    return " · ".join(str(part) for part in parts if part)


def run_picker(page: str) -> Run | None:
    """Draw the picker in the sidebar of this page; the run chosen, or None if there are none."""
    runs = all_runs()
    unknown = adopt_asked_run(runs, st.session_state, st.query_params.get(RUN))
    if unknown:
        st.toast(f"There is no run '{plain(unknown)}' here; another one is shown.", icon=":material/link_off:")
    if not runs:
        return None
    ids, now = list(runs), st.session_state.get(RUN)
    with st.sidebar:
        chosen = st.selectbox(
            "Run",
            ids,
            index=ids.index(now) if now in ids else 0,
            key=picker_key(),
            format_func=lambda run_id: label(runs[run_id]),
        )
        badge(runs[chosen].status)
    publish_run(chosen, page)
    return runs[chosen]


def no_run() -> None:
    """The empty state: what is missing, and the two ways to get it."""
    st.title("No runs yet", anchor=False)
    st.write(
        "A run is what this app looks at: a training run keeps every sample's balance score after each evaluation. "
        f"None was found in {', '.join(f'`{folder}`' for folder in roots())}. There are two ways to get one:"
    )
    here, there = st.columns(2, border=True)
    with here:
        st.subheader("In the browser", anchor=False)
        st.write("Choose a data set and a schedule, and follow the run as it trains.")
        link_page("train", "Start a run")
    with there:
        st.subheader("On the command line", anchor=False)
        st.write("A short run on the bundled data takes about a minute on a CPU.")
        folder = shlex.quote(str(roots()[0] / "first"))
        st.code(f"python -m bss_core train --data assets/stamps --run {folder}", language="bash", wrap_lines=True)


def broken_run(run: Run) -> None:
    """Say why a run cannot be shown."""
    st.title(run.id, anchor=False)
    st.error(run.error or "This run cannot be read.", icon=":material/broken_image:")
    st.write(f"Its folder is `{run.folder}`. Choose another run in the sidebar, or start a new one.")
