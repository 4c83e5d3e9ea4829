"""The form for a new run: data, scheduler, options, name. No method is named here: the registry lists them."""

import dataclasses
import re
from pathlib import Path
from typing import Any

import streamlit as st

from app.server import ROOT
from app.state import roots
from app.views.train_data import DataSet, choose_data, describe
from app.views.train_methods import card, encoders_for, first_sentence
from app.widgets.options_form import options_form, show_values
from bss_core.errors import ConfigError
from bss_core.registry import find, members
from bss_core.runs import FILE
from bss_core.training_options import TrainingOptions

__all__ = ["MAIN", "Draft", "choose_methods", "choose_options", "more_options", "prefill", "runs_folder"]

MAIN = ("epochs", "batch_size", "learning_rate", "alpha", "seed", "device")
_DEFAULTS = {field.name: field.default for field in dataclasses.fields(TrainingOptions)}
_ELSEWHERE = ("data", "scheduler", "fusion")  # drawn by selectors of their own


@dataclasses.dataclass(frozen=True)
class Draft:
    """What the first row of the form says: where the run goes, its data (None if unusable), its scheduler."""

    folder: Path | None
    data_folder: Path
    data: DataSet | None
    scheduler: str


def prefill(values: dict[str, Any]) -> None:
    """Make the form show these training options; what they leave out keeps its value.

    Raises:
        ConfigError: an unknown scheduler or fusion, or a value that its option does not allow.
    """
    chosen = {name: values[name] for name in _ELSEWHERE if name in values}
    scheduler = chosen.get("scheduler", _DEFAULTS["scheduler"])
    owner, options = find("schedulers", scheduler), values.get("scheduler_options", {})
    if chosen.get("fusion", _DEFAULTS["fusion"]) not in members("fusion"):
        raise ConfigError(f"There is no fusion {chosen['fusion']!r}; there are {', '.join(members('fusion'))}.")
    if "data" in chosen:
        chosen["data"] = str(Path(chosen["data"]).resolve())
    show_values(owner, f"train.{scheduler}", options)
    simple = {name: value for name, value in values.items() if not isinstance(value, dict) and name not in chosen}
    show_values(TrainingOptions, "train.main", simple)
    encoders = {f"encoder.{modality}": name for modality, name in values.get("encoders", {}).items()}
    st.session_state.update({f"train.{name}": value for name, value in (chosen | encoders).items()})


def choose_methods() -> Draft:
    """Draw the first row: data set, scheduler, name."""
    data_place, scheduler_place, name_place = st.columns(3)
    with data_place:
        folder, data = choose_data("train.data", str((ROOT / _DEFAULTS["data"]).resolve()))
        if data:
            st.caption(describe(data), help=data.info.about or None)
    with scheduler_place:
        scheduler = _choose("schedulers", "Scheduler", "train.scheduler", _DEFAULTS["scheduler"])
    with name_place:
        run_folder = _name(f"{data.info.name if data else 'run'}-{scheduler}")
    return Draft(run_folder, folder, data, scheduler)


def _choose(family: str, label: str, key: str, default: str) -> str:
    st.session_state.setdefault(key, default)
    name = st.selectbox(label, members(family), key=key, format_func=_words, persist_state="session")
    with st.container(horizontal=True, wrap=False):
        st.caption(first_sentence(family, name), width="stretch")
        with st.popover("About", type="tertiary", icon=":material/info:", key=f"{key}.about"):
            st.markdown(card(family, name))
    return name


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()


def runs_folder() -> Path | None:
    """The first of the app's folders that holds runs and is not a run itself."""
    return next((root for root in roots() if not (root / FILE).exists()), None)


def _name(start: str) -> Path | None:
    parent = runs_folder()
    proposed = _free_name(parent, re.sub(r"[^\w.-]+", "-", start)) if parent else ""
    name = st.text_input("Name of the run", key="train.name", placeholder=proposed, persist_state="session")
    if parent is None:
        st.error("The app was started with single runs only; start it with --runs and a folder for new runs.")
        return None
    st.caption(f"A new folder in `{parent.name}`; empty for the name shown.")
    return parent / (name.strip() or proposed)


def _free_name(parent: Path, start: str) -> str:
    taken = {path.name for path in parent.glob("*")}
    return next(name for number in range(1, len(taken) + 2) if (name := f"{start}-{number}") not in taken)


def choose_options(scheduler: str) -> dict[str, Any]:
    """Draw the scheduler's options and the main ones."""
    owner = find("schedulers", scheduler)
    found: dict[str, Any] = {}
    if dataclasses.fields(owner):
        st.markdown("**Schedule**")
        found["scheduler_options"] = options_form(owner, f"train.{scheduler}", columns=2)
    st.markdown("**Training**")
    others = set(_DEFAULTS) - set(MAIN)
    return found | options_form(TrainingOptions, "train.main", exclude=others, columns=2)


def more_options(data: DataSet, scheduler: str) -> dict[str, Any]:
    """Draw everything else, folded away: fusion, an encoder per modality, and the remaining training options."""
    with st.expander("More options", icon=":material/tune:"):
        places = st.columns(3)
        with places[0]:
            fusion = _choose("fusion", "Fusion", "train.fusion", _DEFAULTS["fusion"])
        encoders = {
            name: _encoder(name, modality.kind, places[(place + 1) % 3])
            for place, (name, modality) in enumerate(data.info.modalities.items())
        }
        known = {field.name for field in dataclasses.fields(find("schedulers", scheduler))}  # they bring their own E
        found = options_form(TrainingOptions, "train.main", exclude={*_ELSEWHERE, *MAIN, *known})
    return found | {"fusion": fusion, "encoders": {name: chosen for name, chosen in encoders.items() if chosen}}


def _encoder(modality: str, kind: str, place: Any) -> str | None:
    key, fitting = f"train.encoder.{modality}", encoders_for(kind)
    if st.session_state.get(key) not in fitting:
        st.session_state[key] = None
    with place:
        name = st.selectbox(
            f"Encoder of {modality} ({kind})", fitting, key=key, format_func=_words, persist_state="session",
            placeholder=f"Default for {kind}", help="The network that turns this modality into features.",
        )  # fmt: skip
        st.caption(first_sentence("encoders", name) if name else f"The usual small network for {kind}.")
    return name
