"""A schedule to try: a scheduler with its options, epochs and batch size; as a curve, beside others, as a word.

The word stands in the page's address: ``heuristic;epochs:40;batch:32;lambda_0:0.2``. Whatever an address holds is
untrusted: a word with anything in it that the page's controls could not show is refused.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from app.widgets.scheduler_form import fits
from bss_core.config import Option, describe
from bss_core.errors import BSSError
from bss_core.registry import build, find, members

__all__ = ["BATCHES", "MOST_EPOCHS", "SHAPES", "Settings", "curve", "settings_of", "variants", "word_of"]

SHAPES = ("pacing", "weighting")  # options of a scheduler whose choices are worth a look side by side
MOST_EPOCHS = 200
BATCHES = (2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
_SWITCH = {"yes": True, "no": False}


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


def word_of(settings: Settings) -> str:
    """The schedule in an address."""
    names = {value: name for name, value in _SWITCH.items()}
    told = {"epochs": settings.epochs, "batch": settings.batch_size, **dict(settings.options)}
    pairs = (f"{name}:{names[value] if isinstance(value, bool) else value}" for name, value in told.items())
    return ";".join([settings.scheduler, *pairs])


def settings_of(word: str) -> Settings | None:
    """The schedule of such a word, None if it is not one that the page's controls can show."""
    name, *pairs = word.split(";")
    told = dict(pair.split(":", 1) for pair in pairs if ":" in pair)
    try:
        if name not in members("schedulers") or len(told) != len(pairs):
            return None
        known = {item.name: item for item in describe(find("schedulers", name))}
        epochs, batch_size = int(told.pop("epochs")), int(told.pop("batch"))
        options = tuple(sorted((option, _value(known[option], text)) for option, text in told.items()))
        found = Settings(name, options, epochs, batch_size)
        found.build()
    except (KeyError, ValueError, BSSError):
        return None
    return found if 1 <= epochs <= MOST_EPOCHS and 1 <= batch_size <= BATCHES[-1] else None


def _value(item: Option, text: str) -> Any:
    value = _SWITCH[text] if item.type is bool else item.type(text)
    if not fits(item, value):
        raise ValueError(text)
    return value


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
