"""The top of the form for a new run: data, scheduler, preset, name. The registry names the methods."""

import dataclasses
import re
from pathlib import Path

import streamlit as st

from app.page_list import ROOT
from app.state import roots
from app.views.train_data import DataSet, choose_data, describe
from app.views.train_methods import card, title, what_it_does
from app.views.train_prefill import DEFAULTS, PRESET, SCHEDULER, show_preset
from bss_core.presets import PRESET_NOTES
from bss_core.registry import members
from bss_core.runs import FILE
from bss_core.training_options import PRESETS

__all__ = ["Draft", "choose_member", "choose_methods", "runs_folder"]


@dataclasses.dataclass(frozen=True)
class Draft:
    """What the first row of the form says: where the run goes, its data (None if unusable), scheduler and preset."""

    folder: Path | None
    data_folder: Path
    data: DataSet | None
    scheduler: str
    preset: str


def choose_methods() -> Draft:
    """Draw the first row: data set, scheduler, preset, name."""
    grid = st.grid(4, min_column_width=220)
    with grid.cell():
        folder, data = choose_data("train.data", str((ROOT / DEFAULTS["data"]).resolve()))
        if data:
            st.caption(describe(data), help=data.info.about or None)
    with grid.cell():
        scheduler = choose_member("schedulers", "Scheduler", SCHEDULER, DEFAULTS["scheduler"])
    with grid.cell():
        preset = _preset()
    with grid.cell():
        run_folder = _name(f"{data.info.name if data else 'run'}-{scheduler}")
    return Draft(run_folder, folder, data, scheduler, preset)


def choose_member(family: str, label: str, key: str, default: str) -> str:
    """Draw the selector of a family's member with what it does in a sentence, and its card to open."""
    st.session_state.setdefault(key, default)
    name = st.selectbox(
        label, members(family), key=key, persist_state="session", format_func=lambda item: title(family, item),
    )  # fmt: skip
    st.caption(what_it_does(family, name))
    with st.popover("Method card", type="tertiary", icon=":material/description:", key=f"{key}.about"):
        st.markdown(card(family, name))
    return name


def _preset() -> str:
    st.session_state.setdefault(PRESET, DEFAULTS["preset"])
    name = st.selectbox(
        "Preset", list(PRESETS), key=PRESET, persist_state="session", on_change=show_preset,
        help="Fills the form with the values of a published protocol for the scheduler chosen; change any of them "
        "afterwards. Data, device and name stay as they are.",
    )  # fmt: skip
    st.button("Fill in again", key="train.preset.again", type="tertiary", icon=":material/restart_alt:",
              on_click=show_preset, help="Set all values of the preset again, for the scheduler chosen.")  # fmt: skip
    if notes := PRESET_NOTES.get(name):
        with st.popover("What it leaves open", type="tertiary", icon=":material/info:", key="train.preset.about"):
            st.markdown(notes if isinstance(notes, str) else "\n".join(f"- {note}" for note in notes))
    return name


def runs_folder() -> Path | None:
    """The first of the app's folders that holds runs and is not a run itself."""
    return next((root for root in roots() if not (root / FILE).exists()), None)


def _name(start: str) -> Path | None:
    parent = runs_folder()
    proposed = _free_name(parent, re.sub(r"[^\w.-]+", "-", start)) if parent else ""
    name = st.text_input("Name of the run", key="train.name", placeholder=proposed, persist_state="session")
    if parent is None:
        return None
    st.caption(f"A new folder in `{parent.name}`; empty for the name shown.")
    return parent / (name.strip() or proposed)


def _free_name(parent: Path, start: str) -> str:
    taken = {path.name for path in parent.glob("*")}
    return next(name for number in range(1, len(taken) + 2) if (name := f"{start}-{number}") not in taken)
