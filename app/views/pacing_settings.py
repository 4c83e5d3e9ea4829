"""The controls of the schedule that the Pacing page tries: scheduler, its options, epochs, batch size.

They begin with the run's own settings, or with those of an address that somebody followed; what is changed is written
into the address.
"""

from typing import Any

import streamlit as st

from app import data
from app.page_choices import keep, read
from app.views.pacing_schedule import BATCHES, MOST_EPOCHS, Settings, settings_of, word_of
from app.widgets.scheduler_form import pick_scheduler, scheduler_options
from bss_core.config import describe
from bss_core.registry import find
from bss_core.runs import Run
from bss_core.training_options import TrainingOptions

__all__ = ["pick_settings"]

_NAME = "plan"
_WRITTEN, _BEGIN, _TURN = "pacing_written", "pacing_begin", "pacing_turn"


def pick_settings(run: Run | None) -> Settings:
    """Draw the controls."""
    own = TrainingOptions().as_dict() | (data.details(run)["options"] if run else {})
    found = _draw(own | _followed(), f"pacing.{run.id if run else ''}{st.session_state.get(_TURN, '')}")
    word = "" if _is_own(found, own) else word_of(found)
    st.session_state[_WRITTEN] = word
    keep({_NAME: word})
    return found


def _followed() -> dict[str, Any]:
    """What the controls begin with instead of the run's own settings: an address makes them begin anew."""
    word = read(_NAME)
    if word != st.session_state.get(_WRITTEN, ""):
        found = settings_of(word) if word else None
        if word and found is None:
            st.toast("The address holds a schedule that cannot be read; this was left out.", icon=":material/link_off:")
        turn = st.session_state.get(_TURN, 0) + 1
        st.session_state.update({_TURN: turn, _BEGIN: found.as_training_options() if found else {}})
    return st.session_state.get(_BEGIN, {})


def _is_own(found: Settings, own: dict[str, Any]) -> bool:
    """Whether these are the run's own settings."""
    first = {item.name: item.default for item in describe(find("schedulers", found.scheduler))} | own[
        "scheduler_options"
    ]
    same = all(value == first[name] for name, value in found.options)
    return same and (found.scheduler, found.epochs, found.batch_size) == tuple(
        own[name] for name in ("scheduler", "epochs", "batch_size")
    )


def _draw(begin: dict[str, Any], key: str) -> Settings:
    first, second, third = st.columns([2, 1, 1], gap="medium")
    with first:
        name = pick_scheduler(f"{key}.scheduler", begin["scheduler"])
    with second:
        epochs = st.slider(
            "Epochs", 1, max(MOST_EPOCHS, begin["epochs"]), begin["epochs"], key=f"{key}.epochs",
            persist_state="session", help="Length of the run · paper: 120",
        )  # fmt: skip
    with third:
        sizes = sorted({*BATCHES, begin["batch_size"]})
        batch_size = st.select_slider(
            "Batch size", sizes, begin["batch_size"], key=f"{key}.batch_size", persist_state="session",
            help="Samples per step · paper: 32; NVGesture 2",
        )  # fmt: skip
    own = begin["scheduler_options"] if name == begin["scheduler"] else {}
    options = scheduler_options(name, key, own)
    return Settings(name, tuple(sorted(options.items())), epochs, batch_size)
