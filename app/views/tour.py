"""The guided tour: where it stands, and the way from step to step over the pages.

The step is in the session and in the URL (``?tour=3``), so a link can begin the tour, and a reload goes on with it.
What the tour selects is its own: all that the pages shared before it comes back when it ends.
"""

import streamlit as st

from app import selection_state
from app.views.tour_steps import STEPS, arrange, fits
from app.widgets import tour as widget
from app.widgets.links import open_page
from bss_core.runs import Run

__all__ = ["button", "offer", "show"]

_NAME = "tour"
_STEP, _IN_URL, _GO, _BEFORE, _KNOWN = "tour_step", "tour_in_url", "tour_go", "tour_before", "tour_known"


def button(run: Run | None) -> None:
    """Draw the button that starts the tour; nothing for a run that lacks what the tour shows."""
    if fits(run):
        st.button(
            "Guided tour", key="tour_start", type="tertiary", icon=":material/explore:", on_click=_go_to,
            args=(run, 0), help="Two minutes through the pages, on this run",
        )  # fmt: skip


def offer(run: Run) -> None:
    """Offer the tour to a new visitor, until it is taken or declined."""
    if _KNOWN in st.session_state or not fits(run):
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="tour_offer"):
        st.markdown("**New here?** A tour of two minutes shows, on this run, what to look at and why.", width="content")
        st.button("Start the tour", key="tour_offered", type="primary", on_click=_go_to, args=(run, 0))
        st.button("Not now", key="tour_declined", type="tertiary", on_click=_know)


def show(run: Run | None, page: str) -> None:
    """Draw the panel if the tour is on, and go to its page if a step was asked for.

    Args:
        run: the one looked at.
        page: name of the page in sight, as in :attr:`app.views.tour_steps.Step.page`.
    """
    _adopt(run)
    place = st.session_state.get(_STEP)
    if place is None or not fits(run):
        return
    step = STEPS[place]
    if st.session_state.pop(_GO, False) and step.page != page:
        open_page(step.page)
    _publish(place)
    widget.panel(
        place + 1, len(STEPS), step.title, step.text, step.target, step.page == page, lambda: _move(run, place)
    )


def _adopt(run: Run | None) -> None:
    """Take over the step of the URL if it was typed, followed or gone back to."""
    asked = st.query_params.get(_NAME)
    if asked is None or asked == st.session_state.get(_IN_URL):
        return
    st.session_state[_IN_URL] = asked
    known = {str(place + 1): place for place in range(len(STEPS))}
    if asked in known and fits(run):
        _go_to(run, known[asked])
    else:
        del st.query_params[_NAME]


def _move(run: Run, place: int) -> None:
    asked = widget.asked()
    target = place + {"next": 1, "back": -1}.get(asked, 0)
    if asked == "end" or target >= len(STEPS):
        _end()
    elif asked:
        _go_to(run, max(0, target))


def _go_to(run: Run, place: int) -> None:
    """Callback: stand at a step, with its samples selected."""
    _know()
    if _BEFORE not in st.session_state:
        st.session_state[_BEFORE] = selection_state.everything()
    st.session_state.update({_STEP: place, _GO: True})
    arrange(run, STEPS[place])
    _publish(place)


def _end() -> None:
    selection_state.restore(st.session_state.pop(_BEFORE))
    st.session_state.pop(_STEP)
    st.session_state.pop(_IN_URL, None)
    if _NAME in st.query_params:
        del st.query_params[_NAME]


def _know() -> None:
    st.session_state[_KNOWN] = True


def _publish(place: int) -> None:
    st.session_state[_IN_URL] = str(place + 1)
    if st.query_params.get(_NAME) != str(place + 1):
        st.query_params[_NAME] = str(place + 1)
