"""The table of all runs; choosing a row chooses the run for every page."""

from typing import Any

import pandas as pd
import streamlit as st

from app import data
from app.figures.overview import METRICS
from app.results import summary
from app.run_frames import scheduler_text
from app.state import RUN
from app.widgets.status import STATUS_COLOURS
from bss_core.errors import RunError
from bss_core.runs import Run

__all__ = ["run_row", "show"]

_SHORT = {"accuracy": "acc.", "map": "MAP", "macro_f1": "F1"}  # metrics with a column of the table


def run_row(run: Run) -> dict[str, Any]:
    """One line of the table; a run that cannot be read has only its name and status."""
    row: dict[str, Any] = {"run": run.id, "status": [f"● {run.status}"]}
    try:
        details, events = data.details(run), data.events(run)
    except RunError:
        return row
    options, results = details["options"], details.get("results", {})
    done = events[-1]["epoch"] if events else 0
    row |= {
        "data": details["data"].get("name"), "scheduler": scheduler_text(options) if "scheduler" in options else "–",
        "epochs": f"{done} of {options['epochs']}" if "epochs" in options else str(done or "–"),
        "seed": options.get("seed"),
        "created": pd.to_datetime(details.get("created"), errors="coerce", utc=True),
        "minutes": sum(event.get("seconds", 0) for event in events) / 60 if events else None,
    }  # fmt: skip
    used = {split: summary(results, split)[1] for split in ("test", "validation")}
    return row | {f"{split} {metric}": found.get(metric) for split, found in used.items() for metric in _SHORT}


def show(runs: list[Run], chosen: Run) -> None:
    """Draw the table with the chosen run marked."""
    ids = [run.id for run in runs]
    frame = pd.DataFrame([run_row(run) for run in runs]).reindex(columns=list(_columns()))
    key = f"overview_runs_{chosen.id}"  # a choice in the sidebar must move the mark
    st.dataframe(
        frame, key=key, hide_index=True, column_config=_columns(), on_select=lambda: _choose(key, ids),
        selection_mode="single-row", selection_default={"selection": {"rows": [ids.index(chosen.id)]}},
        placeholder="–", alt=f"Table of {len(runs)} runs with their status, options and results",
    )  # fmt: skip
    st.caption(
        f"{len(runs)} {'run' if len(runs) == 1 else 'runs'}. Tick a row to choose the run for every page. Metrics are "
        "those of the head or rule that the run predicts with, with the checkpoint that it chose as best."
    )


def _choose(key: str, ids: list[str]) -> None:
    rows = st.session_state[key]["selection"]["rows"]
    if rows:
        st.query_params[RUN] = ids[rows[0]]  # the frame adopts what the address asks for


def _columns() -> dict[str, Any]:
    column = st.column_config
    names = {"test": "Test", "validation": "Val."}
    metrics = {
        f"{split} {metric}": column.NumberColumn(
            f"{names[split]} {short}", format="%.3f", width=76, help=f"{METRICS[metric]} on the {split} split"
        )
        for split in names
        for metric, short in _SHORT.items()
    }
    statuses, colours = [f"● {name}" for name in STATUS_COLOURS], list(STATUS_COLOURS.values())
    return {
        "run": column.TextColumn("Run", pinned=True, width=150),
        "status": column.MultiselectColumn("Status", options=statuses, color=colours, width=108),
        "data": column.TextColumn("Data", width=70),
        "scheduler": column.TextColumn("Scheduler", width=150),
        "epochs": column.TextColumn("Epochs", width=76, help="epochs done of those asked for"),
        "seed": column.NumberColumn("Seed", width=48),
        **metrics,
        "minutes": column.NumberColumn("Training", format="%.1f min", width=85, help="time spent in training steps"),
        "created": column.DatetimeColumn("Started", format="YYYY-MM-DD HH:mm", width=140),
    }
