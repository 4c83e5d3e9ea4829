"""What the Overview page derives from ``run.json`` and the events: small frames and sentences, no Streamlit."""

import dataclasses
from typing import Any

import numpy as np
import pandas as pd

from app.applicable import applies
from app.results import heads_only
from bss_core.config import describe
from bss_core.errors import ConfigError
from bss_core.measurer import build_measurer
from bss_core.registry import build, find
from bss_core.training_options import TrainingOptions

__all__ = ["differences", "draws_uniformly", "epochs", "learning", "options_table", "scheduler_text"]

_EXPOSURE = ("share", "effective_sample_size", "entropy", "coverage")
_NOT_COMPARED = ("data", "scheduler", "scheduler_options", "device", "workers")


def learning(events: list[dict[str, Any]], metric: str, split: str = "validation") -> pd.DataFrame:
    """``epoch, head, value`` of one metric, multimodal first; a value that was not recorded is NaN."""
    rows = [
        (event["epoch"], head, values.get(metric))
        for event in events
        for head, values in heads_only(event.get("metrics", {}).get(split, {})).items()
    ]
    frame = pd.DataFrame(rows, columns=["epoch", "head", "value"]).astype({"value": float})
    return frame.sort_values("head", key=lambda heads: heads != "multimodal", kind="stable", ignore_index=True)


def epochs(events: list[dict[str, Any]]) -> pd.DataFrame:
    """One row per epoch: what was trained, how long it took and what the schedule drew; NaN where not recorded."""
    names = ["epoch", "loss", "samples", "steps", "seconds", "scoring_seconds", *_EXPOSURE]
    rows = [[{**event, **event.get("schedule", {})}.get(name) for name in names] for event in events]
    return pd.DataFrame(rows, columns=names).astype(float).astype({"epoch": int})


def scheduler_text(options: dict[str, Any]) -> str:
    """Such as ``learned (beta 0.5, temperature 1)``: the scheduler with its main options, the numbers."""
    chosen = options.get("scheduler_options") or {}
    numbers = [
        f"{name.replace('_', ' ')} {value:g}" for name, value in chosen.items()
        if isinstance(value, int | float) and not isinstance(value, bool) and applies(name, chosen.get)
    ]  # fmt: skip
    return f"{options.get('scheduler', '?')}{' (' + ', '.join(numbers) + ')' if numbers else ''}"


def draws_uniformly(options: dict[str, Any]) -> bool:
    """Whether the scheduler ignores the scores, as random order does: the baseline of every comparison."""
    try:
        scheduler = build("schedulers", options["scheduler"], **(options.get("scheduler_options") or {}))
        plan = scheduler.plan(np.linspace(-1, 1, 8), 0)
    except (ConfigError, KeyError):  # a method that this version does not have
        return False
    chances = plan.sampling_probabilities(8)
    return bool(plan.size == 8 and not plan.replace and np.allclose(chances, 1 / 8, rtol=1e-12, atol=0))


def differences(own: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """Options besides the scheduler's in which two runs differ, such as ``epochs 12 instead of 30``."""
    ours, theirs = _complete(own), _complete(other)
    names = [name for name in ours if name not in _NOT_COMPARED and ours[name] != theirs.get(name)]
    return [
        f"{name.replace('_', ' ')} {_shown(theirs[name]) if name in theirs else 'not recorded'} "
        f"instead of {_shown(ours[name])}"
        for name in names
    ]


def options_table(options: dict[str, Any]) -> pd.DataFrame:
    """``option, value, default, changed, meaning`` of a run, changed ones first, the scheduler's options among them."""
    rows = [
        _option_row(item.name, options[item.name], item.default, item.text)
        for item in describe(TrainingOptions)
        if item.name in options and item.name not in ("measure", "scheduler_options")
    ]
    rows += _measure_rows(options.get("measure") or {})
    rows += _scheduler_rows(options)
    frame = pd.DataFrame(rows, columns=["option", "value", "default", "changed", "meaning"])
    return frame.sort_values("changed", ascending=False, kind="stable", ignore_index=True)


def _complete(options: dict[str, Any]) -> dict[str, Any]:
    """All options, with the defaults for what an older run did not record."""
    defaults = {item.name: item.default for item in describe(TrainingOptions)}
    return {**defaults, **options, "measure": _measure(options.get("measure") or {})}


def _measure(options: dict[str, Any]) -> dict[str, Any]:
    """The measurer's options with its defaults; as they are if this version cannot build it."""
    try:
        return build_measurer(options).as_dict()
    except ConfigError:
        return options


def _measure_rows(options: dict[str, Any]) -> list[dict[str, Any]]:
    """What a run changed of the default measurer; options of a criterion that the default does not have count too."""
    defaults = _measure({})
    return [
        _option_row(f"measure: {name}", value, defaults.get(name), "what the balance score is made of")
        for name, value in _measure(options).items()
        if options
    ]


def _scheduler_rows(options: dict[str, Any]) -> list[dict[str, Any]]:
    chosen = options.get("scheduler_options") or {}
    try:
        member = find("schedulers", str(options.get("scheduler")))
        known = {item.name: item for item in describe(member)} if dataclasses.is_dataclass(member) else {}
    except ConfigError:
        known = {}
    return [
        _option_row(
            f"{options.get('scheduler')}: {name}", value,
            known[name].default if name in known else None, known[name].text if name in known else "",
        )
        for name, value in chosen.items()
    ]  # fmt: skip


def _option_row(name: str, value: Any, default: Any, meaning: str) -> dict[str, Any]:
    return {
        "option": name.replace("_", " "), "value": _shown(value), "default": _shown(default),
        "changed": value != default, "meaning": meaning,
    }  # fmt: skip


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} = {item}" for key, item in value.items()) or "–"
    return f"{value:g}" if isinstance(value, float) else "–" if value is None else str(value)
