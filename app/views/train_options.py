"""The options of a new run: the schedule's and the main ones in sight, all others in groups folded away."""

import dataclasses
from collections.abc import Callable
from typing import Any

import streamlit as st

from app.views.train_data import DataSet
from app.views.train_form import choose_member
from app.views.train_groups import ELSEWHERE, GROUPS, MAIN, Group
from app.views.train_methods import encoders_for, first_sentence
from app.views.train_prefill import DEFAULTS, MEASURE
from app.widgets.measure_form import measure_form
from app.widgets.options_form import options_form
from bss_core.registry import find
from bss_core.training_options import TrainingOptions

__all__ = ["choose_options", "more_options"]


def choose_options(scheduler: str) -> dict[str, Any]:
    """Draw the scheduler's options and the main ones."""
    owner = find("schedulers", scheduler)
    found: dict[str, Any] = {}
    if dataclasses.fields(owner):
        st.markdown("**Schedule**")
        found["scheduler_options"] = options_form(owner, f"train.{scheduler}", columns=2)
    st.markdown("**Training**")
    return found | _form(MAIN, (), columns=2)


def _form(names: tuple[str, ...], without: tuple[str, ...], columns: int = 3) -> dict[str, Any]:
    others = {name for name in DEFAULTS if name not in names} | set(without)
    return options_form(TrainingOptions, "train.main", exclude=others, columns=columns)


def more_options(data: DataSet, scheduler: str) -> dict[str, Any]:
    """Draw every other group; each says in its heading how many of its values are not the defaults."""
    own = tuple(field.name for field in dataclasses.fields(find("schedulers", scheduler)))  # they bring their own E
    special: dict[str, Callable[[], dict[str, Any]]] = {
        "Scores": lambda: {"measure": measure_form(MEASURE)},
        "Model and input": lambda: _model(data),
    }
    found: dict[str, Any] = {}
    for group in GROUPS:
        with st.expander(_heading(group, own), icon=f":material/{group.icon}:", key=f"train.group.{group.title}"):
            found |= special.get(group.title, dict)()
            found |= _form(group.names, (*ELSEWHERE, *own))
    return found


def _heading(group: Group, own: tuple[str, ...]) -> str:
    names = [name for name in group.names if name not in own]
    changed = sum(st.session_state.get(f"train.main.{name}", DEFAULTS[name]) != DEFAULTS[name] for name in names)
    return f"{group.title} · {changed} changed from the defaults" if changed else group.title


def _model(data: DataSet) -> dict[str, Any]:
    places = st.columns(3)
    with places[0]:
        fusion = choose_member("fusion", "Fusion", "train.fusion", DEFAULTS["fusion"])
    encoders = {
        name: _encoder(name, modality.kind, places[(place + 1) % 3])
        for place, (name, modality) in enumerate(data.info.modalities.items())
    }
    return {"fusion": fusion, "encoders": {name: chosen for name, chosen in encoders.items() if chosen}}


def _encoder(modality: str, kind: str, place: Any) -> str | None:
    key, fitting = f"train.encoder.{modality}", encoders_for(kind)
    if st.session_state.get(key) not in fitting:
        st.session_state[key] = None
    with place:
        name = st.selectbox(
            f"Encoder of {modality} ({kind})", fitting, key=key, persist_state="session",
            format_func=lambda item: item.replace("_", " ").capitalize(), placeholder=f"Default for {kind}",
            help="The network that turns this modality into features.",
        )  # fmt: skip
        st.caption(first_sentence("encoders", name) if name else f"The usual small network for {kind}.")
    return name
