"""Computing a map: the button that starts the job, and the panel of the one at work."""

from dataclasses import fields

import streamlit as st

from app.map_words import what
from app.widgets.job_panel import job_panel, status_of
from bss_core.errors import BSSError
from bss_core.job_state import ACTIVE, JobState
from bss_core.jobs import embedding_jobs, start_embedding
from bss_core.maps.requests import NO_UMAP, MapRequest, has_umap
from bss_core.runs import Run

__all__ = ["FOLLOWED", "compute", "followed_job"]

FOLLOWED = "embedding_followed"
_ERROR = "embedding_error"
_FEATURES_HELP = "All samples of the split go through the network once, as a job of its own that outlives this page."


def followed_job(run: Run, request: MapRequest, is_there: bool) -> None:
    """Draw the panel of a map's job: one at work, or the one started here if it did not finish."""
    jobs = [(state, status_of(state)) for state in embedding_jobs(run)]
    active = [state for state, status in jobs if status in ACTIVE]
    mine = [state for state, _ in jobs if str(state.path) == st.session_state.get(FOLLOWED)]
    unfinished = [state for state in mine if status_of(state) != "finished"] if not is_there else []
    for state in [*unfinished, *active][:1]:
        job_panel(
            state, f"Map: {_title(state)}", key=f"embedding.job.{run.id}.{state.path.parent.name}", unit="samples",
            body=lambda: None, after=lambda status: None,
        )  # fmt: skip


def _request(state: JobState) -> MapRequest | None:
    """What the job was asked for; None if that cannot be read."""
    try:
        found = state.read()
        return MapRequest(**{item.name: found[item.name] for item in fields(MapRequest)})
    except (BSSError, KeyError):
        return None


def _title(state: JobState) -> str:
    request = _request(state)
    if request is None:
        return "its request cannot be read"
    return f"{what(request)}, {request.split}, {request.method.upper()}"


def compute(run: Run, request: MapRequest) -> None:
    """Say that the map is not there (or no longer holds) and offer to compute it."""
    if request.method == "umap" and not has_umap():
        st.info(f"{NO_UMAP}. PCA needs nothing more.", icon=":material/extension_off:")
        return
    if any(status_of(state) in ACTIVE and _request(state) == request for state in embedding_jobs(run)):
        return  # its panel says all
    with st.container(border=True):
        st.markdown(f"**There is no map of this yet.** {what(request)}, {request.split}, {request.method.upper()}.")
        st.caption("It is kept beside the run, so it is computed once. " + _cost(request))
        st.button(
            "Compute the map", type="primary", icon=":material/play_arrow:", key="embedding.start",
            on_click=_start, args=(run, request),
        )  # fmt: skip
        if problem := st.session_state.pop(_ERROR, ""):
            st.error(problem, icon=":material/error:")


def _cost(request: MapRequest) -> str:
    return _FEATURES_HELP if request.evaluation is None else "The stored predictions are enough; this takes seconds."


def _start(run: Run, request: MapRequest) -> None:
    try:
        state = start_embedding(run, request)
    except BSSError as error:
        st.session_state[_ERROR] = str(error)
        return
    st.session_state[FOLLOWED] = str(state.path)
