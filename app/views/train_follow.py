"""The panel of the run that the Train page follows: progress and curves, and how it came out."""

from typing import Any

import pandas as pd
import streamlit as st

from app import data
from app.figures.training import accuracy_so_far, loss_so_far
from app.results import RULES, heads_only, name_of, summary
from app.state import all_runs
from app.views.train_actions import FOLLOWED, RESUMABLE, action, close, copy_settings, resume
from app.widgets.chart import draw
from app.widgets.job_panel import job_panel
from app.widgets.links import link_page
from app.widgets.run_kind import is_trained_here
from bss_core.runs import Run

__all__ = ["followed_panel"]

_PAGES = ("overview", "browse", "trajectories")  # where a finished run is looked at


def followed_panel() -> None:
    """Draw the panel of the run just started or chosen, else of one that is at work; nothing if there is none."""
    runs = all_runs()
    chosen = st.session_state.get(FOLLOWED)
    active = sorted((run for run in runs.values() if run.is_active), key=lambda run: run.status != "running")
    run = runs.get(chosen) or next(iter(active), None)
    if run is None:
        return
    job_panel(
        run.state, run.id, key=f"train.job.{run.id}", unit="epochs",
        body=lambda: _curves(run), after=lambda status: _after(run, status),
    )  # fmt: skip


def _curves(run: Run) -> None:
    events = data.events(run)
    if not events:
        return
    planned = int(run.options.get("epochs", events[-1]["epoch"]))
    here, there = st.columns(2)
    with here:
        draw(accuracy_so_far(_accuracies(events), planned), f"train.accuracy.{run.id}", _spoken(events))
    with there:
        losses = pd.DataFrame(
            {"epoch": [item["epoch"] for item in events], "loss": [item.get("loss") for item in events]}
        )
        draw(loss_so_far(losses.astype({"loss": float}), planned), f"train.loss.{run.id}", "Training loss per epoch")


def _accuracies(events: list[dict[str, Any]]) -> pd.DataFrame:
    rows = [
        {"epoch": item["epoch"], "head": head, "accuracy": values.get("accuracy")}
        for item in events
        for head, values in heads_only(item.get("metrics", {}).get("validation", {})).items()
    ]
    return pd.DataFrame(rows, columns=["epoch", "head", "accuracy"])


def _spoken(events: list[dict[str, Any]]) -> str:
    heads = heads_only(events[-1].get("metrics", {}).get("validation", {}))
    latest = ", ".join(f"{head} {values.get('accuracy', float('nan')):.2f}" for head, values in heads.items())
    return f"Validation accuracy after epoch {events[-1]['epoch']}: {latest}"


def _after(run: Run, status: str) -> None:
    """How a run that is not at work came out, and what can be done with it."""
    if status == "finished":
        st.markdown(_outcome(run))
    with st.container(horizontal=True, vertical_alignment="center"):
        if status != "broken" and data.evaluations(run):
            for name in _PAGES:
                link_page(name, query={"run": run.id})
        can_go_on = status != "broken" and is_trained_here(run)
        if status in RESUMABLE and can_go_on:
            action("Resume", "play_arrow", run, resume, f"Go on after epoch {len(data.events(run))}.")
        if can_go_on:
            action("New run like this", "content_copy", run, copy_settings, "Fill the form with this run's settings.")
        if st.session_state.get(FOLLOWED) == run.id:
            action("Close", "close", run, close, "The run stays in the list below.")


def _outcome(run: Run) -> str:
    results = data.details(run).get("results", {})
    split = "test" if "test" in results else "validation"
    used, found = summary(results, split)
    accuracy = found.get("accuracy")
    if accuracy is None:
        return "It kept no results."
    chosen_on = results.get("selected_on") or "validation"
    weights = (
        f"the weights of epoch {results['epoch']}, the best by {chosen_on}" if "epoch" in results else "its weights"
    )
    by = f" by the {name_of(used)}" if used in RULES else ""
    return f"Accuracy on the {split} split{by}: **{accuracy:.1%}**, with {weights}."
