"""The settings that the Pacing page plays with: scheduler, its options, epochs, batch size."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from app import data
from app.widgets.scheduler_form import pick_scheduler, scheduler_options
from bss_core.config import describe
from bss_core.registry import build, find
from bss_core.runs import Run
from bss_core.training_options import TrainingOptions

__all__ = ["SHAPES", "Settings", "curve", "pick_settings", "variants"]

SHAPES = ("pacing", "weighting")  # options of a scheduler whose choices are worth a look side by side

_MOST_EPOCHS = 200
_BATCHES = [2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]


@dataclass(frozen=True)
class Settings:
    """A schedule to try; ``options`` are the scheduler's, as sorted (name, value) pairs."""

    scheduler: str
    options: tuple[tuple[str, Any], ...]
    epochs: int
    batch_size: int

    def build(self) -> Any:
        """The scheduler with its options."""
        return build("schedulers", self.scheduler, **dict(self.options))

    def as_training_options(self) -> dict[str, Any]:
        """The part of :class:`bss_core.training_options.TrainingOptions` that is settled here."""
        return {
            "scheduler": self.scheduler,
            "scheduler_options": dict(self.options),
            "epochs": self.epochs,
            "batch_size": self.batch_size,
        }


def pick_settings(run: Run | None) -> Settings:
    """Draw the controls; they begin with the run's own settings or, without a run, with the defaults."""
    begin = TrainingOptions().as_dict() | (data.details(run)["options"] if run else {})
    key = f"pacing.{run.id if run else ''}"
    first, second, third = st.columns([2, 1, 1], gap="medium")
    with first:
        name = pick_scheduler(f"{key}.scheduler", begin["scheduler"])
    with second:
        epochs = st.slider(
            "Epochs", 1, max(_MOST_EPOCHS, begin["epochs"]), begin["epochs"], key=f"{key}.epochs",
            persist_state="session", help="Length of the run · paper: 120",
        )  # fmt: skip
    with third:
        sizes = sorted({*_BATCHES, begin["batch_size"]})
        batch_size = st.select_slider(
            "Batch size", sizes, begin["batch_size"], key=f"{key}.batch_size", persist_state="session",
            help="Samples per step · paper: 32; NVGesture 2",
        )  # fmt: skip
    own = begin["scheduler_options"] if name == begin["scheduler"] else {}
    options = scheduler_options(name, key, own)
    return Settings(name, tuple(sorted(options.items())), epochs, batch_size)


def curve(settings: Settings) -> pd.DataFrame:
    """λ(t) between the epochs, ``epoch, share``; empty for a scheduler that has no λ."""
    share = getattr(settings.build(), "share", None)
    times = np.linspace(0, max(settings.epochs - 1, 1), 200)
    return pd.DataFrame({"epoch": times, "share": [share(time) for time in times]} if share else {"epoch": []})


def variants(settings: Settings) -> dict[str, Settings]:
    """The other shapes of the same schedule by name: its other pacings or weightings; empty if it has neither."""
    found = {}
    for item in describe(find("schedulers", settings.scheduler)):
        if item.name in SHAPES:
            chosen = dict(settings.options)
            for shape in item.choices:
                if shape != chosen[item.name]:
                    found[shape] = replace(settings, options=tuple(sorted({**chosen, item.name: shape}.items())))
    return found
