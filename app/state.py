"""The one choice that every page shares: which run is looked at. It lives in the session and in the URL (``?run=…``).

A widget's value is lost on a change of page unless the widget is drawn on every page, and a page change empties the
URL's query; so the picker is drawn by the frame, and the frame writes the choice back into the URL on every run.
"""

from collections.abc import Mapping, MutableMapping
from typing import Any

import streamlit as st

from app import page_choices, selection_state
from app.roots import roots
from app.selection_url import NAMES, RUN
from bss_core.runs import Run, find_runs

__all__ = ["RUN", "adopt_asked_run", "all_runs", "chosen_run", "picker_key", "publish_run", "roots"]

_LAST_IN_URL = "run_in_url"
_PICKER = "run_picker_number"


def all_runs() -> dict[str, Run]:
    """Id → run, newest first; of several with one id (in different folders) the newest, as the media routes do."""
    found: dict[str, Run] = {}
    for run in find_runs(list(roots())):
        found.setdefault(run.id, run)
    return found


def chosen_run() -> Run | None:
    """The run chosen in the sidebar, the newest before any choice, None if there is none at all."""
    runs = all_runs()
    return runs.get(st.session_state.get(RUN), next(iter(runs.values()), None))


def adopt_asked_run(runs: Mapping[str, Run], session: MutableMapping[Any, Any], asked: str | None) -> str:
    """Take over the URL's run if it was typed, followed or gone back to; returns it if there is no such run, else ''.

    The URL lags behind a choice made in the picker by one script run, so only a *change* of the URL counts.
    """
    if session.get(RUN) not in runs:
        session.pop(RUN, None)
    if not asked or asked == session.get(_LAST_IN_URL):
        return ""
    session[_LAST_IN_URL] = asked
    if asked not in runs:
        return asked
    if asked != session.get(RUN):
        session[RUN] = asked
        session[_PICKER] = session.get(_PICKER, 0) + 1
    return ""


def picker_key() -> str:
    """The key of the picker: a new one whenever the URL, not the picker, chose the run.

    A new key makes the picker start afresh at its ``index``. Setting a select box through the session state instead
    loses the user's next choice after a change of page (seen in Streamlit 1.67 for widgets drawn on every page).
    """
    return f"run_picker_{st.session_state.get(_PICKER, 0)}"


def publish_run(run_id: str, page: str = "") -> None:
    """Keep the choice, and write it into the URL, so that a reload or a copied address shows the same run.

    An address that a change of page has emptied is filled again, with what ``page`` remembers too.
    """
    st.session_state[RUN] = st.session_state[_LAST_IN_URL] = run_id
    if st.query_params.get(RUN) != run_id:
        is_bare = not any(name in st.query_params for name in (RUN, *NAMES))
        # All at once, as every writing is a step of the browser's history; bare is an address after a change of page.
        shown = {**page_choices.address(page), **selection_state.address()} if is_bare else {}
        st.query_params.update({RUN: run_id, **shown})
