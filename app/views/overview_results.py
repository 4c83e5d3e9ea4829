"""How a run learned: results per head, learning curves, what each epoch drew, against another run of the same data."""

from typing import Any

import pandas as pd
import streamlit as st

from app import data
from app.figures import overview as figures
from app.results import empty_classes, name_of, results_table, summary
from app.run_frames import differences, draws_uniformly, learning
from app.state import all_runs
from app.views import overview_epochs
from app.widgets.chart import draw
from bss_core.errors import RunError
from bss_core.runs import Run

__all__ = ["comparable", "show"]


def show(run: Run) -> None:
    """Draw results and curves; says so if the run has neither yet."""
    events, results = data.events(run), data.details(run).get("results", {})
    if not events and not results:
        st.info("This run has finished no epoch yet, so there is nothing to draw.", icon=":material/hourglass_empty:")
        return
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    with left:
        metric = st.segmented_control(
            "Metric", list(figures.METRICS), format_func=figures.METRICS.get, default="accuracy", required=True,
            key="overview_metric", persist_state="session",
            help="MAP: mean over the classes of the one-against-rest average precision. The paper reports accuracy "
            "with MAP on audio-video data and accuracy with macro-F1 on the others; weighted F1 counts "
            "every class by its samples.",
        )  # fmt: skip
    with right:
        other = _reference(run) if events else None
    _results_and_curves(run, results, events, metric, other)
    if events:
        overview_epochs.show(events, data.events(other) if other else None, _name(other))


def _results_and_curves(
    run: Run, results: dict[str, Any], events: list[dict[str, Any]], metric: str, other: Run | None
) -> None:
    left, right = st.columns([2, 3])
    with left:
        _results(results, metric)
    with right:
        if not events:
            st.caption("This run recorded no epochs.")
            return
        reference = learning(data.events(other), metric) if other else None
        figure = figures.curves(learning(events, metric), metric, reference, results.get("epoch"), _name(other))
        draw(figure, key="overview_curves", alt=_alt(run, metric, other))
        if other:
            _compare(run, other, events)


def _alt(run: Run, metric: str, other: Run | None) -> str:
    against = f", dotted those of {other.id}" if other else ""
    return f"{figures.METRICS[metric]} of every head of {run.id} over the epochs{against}"


def _name(other: Run | None) -> str:
    return other.id if other else ""


def _results(results: dict[str, Any], metric: str) -> None:
    table = results_table(results)
    if table.empty:
        st.caption("Final results appear here when the run has finished.")
        return
    split = table["split"].iloc[0]
    final = table[table["split"] == split]
    draw(
        figures.heads(final[~final["is_rule"]], metric), key="overview_heads",
        alt=f"{figures.METRICS[metric]} of every head on the {split} split",
    )  # fmt: skip
    _table(final.drop(columns=["split", "is_rule"]), split, summary(results, split)[0])
    st.caption(" ".join(_notes(results, split, metric)))


def _table(final: pd.DataFrame, split: str, used: str) -> None:
    names = [f"{name_of(head)}{' ★' if head == used else ''}" for head in final["head"]]
    columns = {name: st.column_config.NumberColumn(title, format="%.3f") for name, title in figures.METRICS.items()}
    helped = (
        "★ marks what the run predicts with. Rows with a sum or a mean combine the heads without training anything."
    )
    st.dataframe(
        final.assign(head=names), hide_index=True, alt=f"Results of every head and rule on the {split} split",
        column_config={"head": st.column_config.TextColumn("Head or rule", help=helped), **columns},
    )  # fmt: skip


def _notes(results: dict[str, Any], split: str, metric: str) -> list[str]:
    chosen_on = results.get("selected_on") or "validation"
    notes = [
        f"{split.capitalize()} split, checkpoint “{results.get('checkpoint', 'last')}” "
        f"(epoch {results.get('epoch', '?')}, chosen by {chosen_on})."
    ]
    gap = results.get("modality_gap", {}).get(split, {}).get(metric)
    if gap is not None:
        notes.append(f"Modality gap, best minus worst modality: {gap:.3f} ({figures.METRICS[metric]}).")
    empty = empty_classes(results, split)
    if empty:
        notes.append(f"{empty} {'class has' if empty == 1 else 'classes have'} no sample in it and no part in MAP.")
    return notes


def comparable(run: Run, runs: list[Run]) -> list[Run]:
    """Other readable runs of the same data with epochs, random order first, then those with the fewest differences."""
    own = data.details(run)
    found = [other for other in runs if other.id != run.id and _same_data(own, other) and data.events(other)]
    return sorted(
        found, key=lambda other: (not draws_uniformly(other.options), len(differences(own["options"], other.options)))
    )


def _same_data(own: dict[str, Any], other: Run) -> bool:
    try:
        return data.details(other)["data"].get("content_hash") == own["data"].get("content_hash")
    except RunError:
        return False


def _reference(run: Run) -> Run | None:
    others = {other.id: other for other in comparable(run, list(all_runs().values()))}
    if not others:
        return None
    uniform = draws_uniformly(run.options) or not draws_uniformly(next(iter(others.values())).options)
    chosen = st.selectbox(
        "Compare with", ["", *others], index=0 if uniform else 1, key=f"overview_compare_{run.id}",
        format_func=lambda name: f"{name} · {others[name].options.get('scheduler', 'recorded')}" if name else "nothing",
        width=340, persist_state="session",
        help="Another run of the same data, drawn dotted; a run in random order is proposed if there is one.",
    )  # fmt: skip
    return others.get(chosen)


def _compare(run: Run, other: Run, events: list[dict[str, Any]]) -> None:
    found = differences(other.options, run.options)
    steps = [sum(event.get("steps", 0) for event in items) for items in (events, data.events(other))]
    same = "Apart from the scheduler, all options are the same, the seed too" if not found else ""
    unlike = f"Not a like-for-like comparison: this run has {', '.join(found)}" if found else ""
    st.caption(
        f"Dotted: {other.id} ({other.options.get('scheduler', 'recorded')}). {same}{unlike}. "
        f"Steps so far: {steps[0]:,} here, {steps[1]:,} there. One run each: "
        "differences of a few points can be chance, repeat with other seeds."
    )
