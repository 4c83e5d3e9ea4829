"""The report's figure of what the schedule drew in every epoch of the run, as it was recorded."""

from typing import Any

import numpy as np
import pandas as pd

from app import data
from app.figures.pacing import epoch_figure
from app.report.figures import Chart
from app.report.request import Shared
from app.run_frames import epochs, scheduler_text
from bss_core.errors import ConfigError
from bss_core.registry import build

__all__ = ["schedule_chart"]

_STEPS_OF_CURVE = 10  # per epoch


def schedule_chart(shared: Shared) -> Chart | None:
    """The share of the samples and the steps of every epoch; None for a run that recorded no schedule."""
    details = data.details(shared.run)
    options, samples = details.get("options") or {}, (details.get("samples") or {}).get("train", 0)
    rows = epochs(data.events(shared.run)).dropna(subset=["samples", "steps", "coverage"])
    if rows.empty or not samples or not options.get("batch_size"):
        return None
    drawn = pd.DataFrame(
        {
            "epoch": rows["epoch"] - 1, "size": rows["samples"].astype(int), "share": rows["samples"] / samples,
            "distinct": rows["coverage"] * samples, "steps": rows["steps"].astype(int),
        }
    )  # fmt: skip
    marked = min(shared.about.epoch, int(drawn["epoch"].max()))
    figure = epoch_figure(drawn, _curve(options, len(drawn)), marked, samples, int(options["batch_size"]))
    said = f"What every epoch drew by the schedule {scheduler_text(options)}; the upright line is epoch {marked}."
    return Chart("schedule", figure, said, is_wide=True)


def _curve(options: dict[str, Any], count: int) -> pd.DataFrame:
    """λ(t) of the run's scheduler; empty if it has none, or this version does not have it."""
    try:
        scheduler = build("schedulers", options["scheduler"], **(options.get("scheduler_options") or {}))
    except (ConfigError, KeyError):
        scheduler = None
    share = getattr(scheduler, "share", None)
    times = np.linspace(0, max(count - 1, 0), _STEPS_OF_CURVE * count) if share else np.empty(0)
    return pd.DataFrame({"epoch": times, "share": [share(time) for time in times] if share else []})
