"""Everything that a frozen report holds, gathered from the run as plain values; no HTML here."""

import datetime
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pandas as pd

from app import data
from app.media_store import MediaStore
from app.report.case_study import case_study
from app.report.charts import charts
from app.report.code import python_code, sql_code
from app.report.figures import Chart
from app.report.preset import preset_words
from app.report.request import Shared
from app.report.samples import MOST_SAMPLES, Sample, captioned, samples
from app.report.words import in_words, order_in_words
from app.results import name_of, results_table
from app.run_frames import options_table
from app.selection_url import Choices, encode
from app.spans import number_in_words
from app.state import RUN
from app.widgets.score_parts import formula, measurer_of
from bss_core.evaluations import Evaluation
from bss_core.runs import Run
from bss_core.scores import BANDS

__all__ = ["Report", "gather"]

_SOURCES = {
    "evaluation_pass": "in a pass of their own, in evaluation mode",
    "author": "in a pass in training mode, as in the authors' code",
    "training_pass": "from the training's own forward passes",
    "recorded": "outside this program",
}


@dataclass(frozen=True)
class Report:
    """The contents of a report.

    Attributes:
        title: one line.
        summary: (name, value) of what a reader must know first.
        charts: of the evaluation and the run.
        panels: of the case study.
        samples: those shown, in order.
        counts: samples selected, and samples of the evaluation.
        metrics: results per head and split; may be empty.
        options: the run's options with defaults; empty for a run that was not trained here.
        versions: program and packages.
        code: name → code that gives the selected rows.
    """

    title: str
    summary: tuple[tuple[str, str], ...]
    charts: tuple[Chart, ...]
    panels: tuple[Chart, ...]
    samples: tuple[Sample, ...]
    counts: tuple[int, int]
    metrics: pd.DataFrame
    options: pd.DataFrame
    versions: tuple[tuple[str, str], ...]
    code: tuple[tuple[str, str], ...]


def gather(shared: Shared, store: MediaStore, count: int = MOST_SAMPLES) -> Report:
    """Ask the run for everything.

    Args:
        shared: run, evaluation, selection and order.
        store: where pictures and sounds come from; it must serve the folder of the run.
        count: samples to show, at most; the first ones in the order.

    Raises:
        RunError: a table of the run is gone or damaged.
    """
    run, number, chosen = shared.run, shared.about.number, shared.selection
    rows = captioned(run, data.page(run, number, chosen, shared.sort, shared.descending, count))
    details = data.details(run)
    return Report(
        title=f"{run.id} · evaluation {number}",
        summary=tuple(_summary(shared, details)),
        charts=tuple(charts(shared, rows)),
        panels=tuple(case_study(shared, store)),
        samples=tuple(samples(shared, rows, store)),
        counts=data.sizes(run, number, chosen),
        metrics=_metrics(details.get("results") or {}),
        options=options_table(details["options"]),
        versions=tuple((str(name), str(value)) for name, value in details.get("versions", {}).items()),
        code=(("SQL", sql_code(shared)), ("Python", python_code(shared))),
    )


def _summary(shared: Shared, details: dict[str, Any]) -> list[tuple[str, str]]:
    run, about, known = shared.run, shared.about, details["data"]
    selected, total = data.sizes(run, about.number, shared.selection)
    low, high = shared.selection.thresholds
    return [
        ("Selection", f"{in_words(shared)}: {selected:,} of {total:,} samples, {order_in_words(shared)}"),
        ("Run", f"{run.id}, {details['status']}, made {details.get('created', '')[:16].replace('T', ' ')} UTC"),
        ("In the app", f"browse?{_query(shared)}"),
        ("Options", preset_words(details["options"])),
        ("Data set", _data_set(run, known)),
        ("Evaluation", _evaluation(about)),
        ("Score", f"{formula(measurer_of(about))}; {_raw(about)}"),
        ("Bands", f"{BANDS[0]}: s ≥ {high:g}, {BANDS[1]}: {low:g} ≤ s < {high:g}, {BANDS[2]}: s < {low:g}"),
        ("Report made", datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")),
    ]


def _query(shared: Shared) -> str:
    """What opens the same selection where the app serves this run."""
    choices = Choices(shared.selection, shared.about.number, None, shared.sort, shared.descending)
    pairs = [(name, value) for name, values in encode(choices).items() for value in values]
    return urlencode([(RUN, shared.run.id), *pairs])


def _data_set(run: Run, known: dict[str, Any]) -> str:
    mark = str(known.get("content_hash") or "")[:12]
    kinds = ", ".join(f"{name} ({kind})" for name, kind in run.modalities.items())
    return f"{known.get('name')}: {len(run.classes)} classes; {kinds}{f'; content {mark}…' if mark else ''}"


def _evaluation(about: Evaluation) -> str:
    made = _SOURCES.get(about.source, about.source)
    return (
        f"k = {about.number}, after {about.epoch} epochs, {about.split} split, {about.samples:,} samples; "
        f"predictions made {made}"
    )


def _raw(about: Evaluation) -> str:
    spans = about.extrema.items()
    said = ", ".join(
        f"{name.replace('_', ' ')} {number_in_words(item.min, '.4g')} … {number_in_words(item.max, '.4g')}"
        for name, item in spans
    )
    return f"over all samples of this evaluation: {said}"


def _metrics(results: dict[str, Any]) -> pd.DataFrame:
    table = results_table(results)
    return table.assign(head=table["head"].map(name_of)).drop(columns="is_rule").dropna(axis="columns", how="all")
