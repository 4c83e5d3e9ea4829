"""What makes the Train page's form show given values: settings from another page or run, or those of a preset."""

import dataclasses
from pathlib import Path
from typing import Any

import streamlit as st

from app.views.train_groups import ELSEWHERE
from app.widgets.measure_form import show_measure
from app.widgets.options_form import show_values
from bss_core.errors import BSSError, ConfigError
from bss_core.presets import preset_options
from bss_core.registry import find, members
from bss_core.training_options import TrainingOptions

__all__ = ["DEFAULTS", "MEASURE", "PRESET", "SCHEDULER", "prefill", "show_preset"]

DEFAULTS = TrainingOptions().as_dict()
SCHEDULER, PRESET, MEASURE = "train.scheduler", "train.preset", "train.measure"
_KEPT = ("data", "scheduler", "preset", "encoders", "fusion", "device", "precision", "workers")  # not a preset's affair


def prefill(values: dict[str, Any]) -> None:
    """Make the form show these training options; what they leave out keeps its value.

    Raises:
        ConfigError: an unknown scheduler or fusion, or a value that its option does not allow.
    """
    chosen = {name: values[name] for name in ELSEWHERE if name in values}
    scheduler = chosen.get("scheduler", DEFAULTS["scheduler"])
    owner, options = find("schedulers", scheduler), values.get("scheduler_options", {})
    if chosen.get("fusion", DEFAULTS["fusion"]) not in members("fusion"):
        raise ConfigError(f"There is no fusion {chosen['fusion']!r}; there are {', '.join(members('fusion'))}.")
    if "data" in chosen:
        chosen["data"] = str(Path(chosen["data"]).resolve())
    show_values(owner, f"train.{scheduler}", options)
    if "measure" in values:
        show_measure(MEASURE, values["measure"])
    simple = {name: value for name, value in values.items() if not isinstance(value, dict) and name not in chosen}
    show_values(TrainingOptions, "train.main", simple)
    encoders = {f"encoder.{modality}": name for modality, name in values.get("encoders", {}).items()}
    st.session_state.update({f"train.{name}": value for name, value in (chosen | encoders).items()})


def show_preset() -> None:
    """Make the form show the chosen preset's values for the chosen scheduler, and the defaults for all others."""
    name, scheduler = st.session_state[PRESET], st.session_state.get(SCHEDULER, DEFAULTS["scheduler"])
    owner = find("schedulers", scheduler)
    own = {field.name: field.default for field in dataclasses.fields(owner)}
    plain = {option: value for option, value in DEFAULTS.items() if option not in _KEPT}
    try:
        found = preset_options(name, scheduler)
        options = {**plain, **found, "scheduler": scheduler}
        prefill(options | {"scheduler_options": {**own, **found.get("scheduler_options", {})}})
    except BSSError as error:
        st.toast(f"The preset {name} cannot be shown: {error}", icon=":material/error:")
