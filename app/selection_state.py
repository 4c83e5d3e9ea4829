"""What all pages share besides the run: the selected samples, the evaluation, the sample looked at, the thresholds.

The session holds it, so it survives a change of page (which empties the URL's query), and the URL shows it, so it
survives a reload and can be sent to somebody. A URL that somebody typed, followed or went back to wins over the
session; one that is only late does not (:mod:`app.followed`): the setters write without looking, the readers look for
a change. Whatever comes from a URL is checked before it is used; what does not fit is left out and said once.

A URL is written whole or not at all, for every writing is a step of the browser's history: going back must not come
upon half a selection. One that names the run but nothing else was gone back to and means all samples; one without the
run was emptied by a change of page, and :func:`app.state.publish_run` fills it again.
"""

from collections.abc import Collection
from dataclasses import replace

import streamlit as st

from app import data, followed
from app.plain_text import plain
from app.selection_fit import fitting, known
from app.selection_url import NAMES, RUN, Choices, decode, encode
from bss_core.runs import Run
from bss_core.selection import Selection

__all__ = [
    "Everything", "address", "can_undo", "clear", "current", "evaluation", "everything", "restore", "sample_looked_at",
    "select_sample", "selected_sample", "selection", "set_evaluation", "set_order", "set_selection", "set_thresholds",
    "sort_order", "thresholds", "undo",
]  # fmt: skip

_CHOICES = "shared_choices"
_BEFORE, _MOST_BEFORE = "shared_choices_before", 50
_MOST_SAID = 6


Everything = tuple[Choices, list[Selection]]


def selection(run: Run | None = None) -> Selection:
    """The selected samples; with a run, only what that run can answer (the rest is dropped, and said once)."""
    chosen = _choices().selection
    return chosen if run is None else _fitted(run, chosen)


def current() -> Selection:
    """The selected samples for a callback, which must not look at the URL: it may be late."""
    return _current().selection


def address() -> dict[str, list[str]]:
    """The parameters that say all this in a URL."""
    return encode(_current())


def set_selection(chosen: Selection) -> None:
    """Select other samples, which :func:`undo` takes back; the thresholds of ``chosen`` become everybody's."""
    now = _current()
    if chosen != now.selection:
        st.session_state[_BEFORE] = [*st.session_state.get(_BEFORE, []), now.selection][-_MOST_BEFORE:]
    _keep(replace(now, selection=chosen))


def clear() -> None:
    """Select all samples; thresholds, evaluation and sample stay."""
    set_selection(Selection(thresholds=_current().selection.thresholds))


def can_undo() -> bool:
    """Whether other samples were selected before, in this session."""
    return bool(st.session_state.get(_BEFORE))


def undo() -> None:
    """Select what was selected before the last change, if there was one; thresholds, evaluation and sample stay."""
    *earlier, last = st.session_state.get(_BEFORE) or [_current().selection]
    st.session_state[_BEFORE] = earlier
    now = _current()
    _keep(replace(now, selection=replace(last, thresholds=now.selection.thresholds)))


def everything() -> Everything:
    """All that the pages share, and what can be undone, for :func:`restore`."""
    return _choices(), list(st.session_state.get(_BEFORE, []))


def restore(before: Everything) -> None:
    """Make it as it was."""
    choices, st.session_state[_BEFORE] = before
    _keep(choices)


def thresholds() -> tuple[float, float]:
    """Where the bands semi-balanced and balanced begin."""
    return _choices().selection.thresholds


def set_thresholds(low: float, high: float) -> None:
    """Move the bands; −1 ≤ low < high ≤ 1."""
    now = _current()
    _keep(replace(now, selection=replace(now.selection, thresholds=(float(low), float(high)))))


def evaluation(run: Run) -> int | None:
    """The evaluation looked at: the chosen one if the run has it, else its latest training evaluation, else its latest.

    None if the run has none. No choice follows a running job: it always means the latest.
    """
    numbers = [item.number for item in data.evaluations(run)]
    chosen = _choices().evaluation
    if chosen in numbers or not numbers:
        return chosen if numbers else None
    latest = ([item.number for item in data.evaluations(run, "training")] or numbers)[-1]
    if chosen is not None:
        set_evaluation(None)
        _say(f"{run.id} has no evaluation {chosen}; its latest, {latest}, is shown.")
    return latest


def set_evaluation(number: int | None) -> None:
    """Look at another evaluation; None for always the latest."""
    _keep(replace(_current(), evaluation=number))


def selected_sample() -> str | None:
    """Id of the sample looked at; the run may not have it."""
    return _choices().sample


def sample_looked_at() -> str | None:
    """As :func:`selected_sample` without a look at the address: a fragment's request may carry one that is late."""
    return _current().sample


def select_sample(sample_id: str | None) -> None:
    """Look at another sample, or at none."""
    _keep(replace(_current(), sample=sample_id))


def sort_order(columns: Collection[str]) -> tuple[str, bool]:
    """Column and direction that samples are sorted by; the default if the chosen column is not among ``columns``."""
    chosen = _choices()
    if chosen.sort in columns:
        return chosen.sort, chosen.descending
    set_order(Choices.sort, False)
    _say(f"There is no column {chosen.sort} to sort by; the samples are sorted by balance score.")
    return Choices.sort, False


def set_order(column: str, descending: bool) -> None:
    """Sort samples by another column, or the other way round."""
    _keep(replace(_current(), sort=column, descending=descending))


def _fitted(run: Run, chosen: Selection) -> Selection:
    kept, gone = fitting(chosen, known(run, evaluation(run)))
    if gone:
        _keep(replace(_current(), selection=kept))
        _say(f"{run.id} has no {_some(gone)}; this part of the selection was left out.")
    return kept


def _current() -> Choices:
    return st.session_state.get(_CHOICES, Choices())


def _choices() -> Choices:
    """Take over the URL if it changed, then make the URL say what the session holds."""
    asked = {name: words for name in NAMES if (words := st.query_params.get_all(name))}
    if (asked or RUN in st.query_params) and followed.is_followed(_CHOICES, asked):
        found, dropped = decode(asked)
        st.session_state[_CHOICES] = found
        if dropped:
            _say(f"The address holds {_some(dropped)}, which cannot be read; this was left out.")
    _keep(_current())
    return _current()


def _keep(choices: Choices) -> None:
    st.session_state[_CHOICES] = choices
    wanted = encode(choices)
    found = {name: words for name in NAMES if (words := st.query_params.get_all(name))}
    if found != wanted:  # in one step, which only update makes; an empty list takes a parameter away
        st.query_params.update({name: wanted.get(name, []) for name in (*found, *wanted)})
    followed.wrote(_CHOICES, wanted)


def _some(items: list[str]) -> str:
    more = f" and {len(items) - _MOST_SAID:,} more" if len(items) > _MOST_SAID else ""
    return ", ".join(items[:_MOST_SAID]) + more


def _say(sentence: str) -> None:
    st.toast(plain(sentence), icon=":material/link_off:")  # words of an address could be a picture of another machine
