"""The report's charts of the whole evaluation and of the run, from the figures that the app shows."""

from typing import Any

import pandas as pd

from app import data, data_score_maps, data_trajectories
from app.figures import overview, scores, trajectories
from app.figures.coloured import MOST_POINTS
from app.figures.score_map import AXES, score_map
from app.report.figures import Chart, plain_names
from app.report.regions import lassos_on, named_plainly, outlined, region_charts, told_plainly
from app.report.request import Shared
from app.report.schedule import schedule_chart
from app.results import results_table
from app.run_frames import learning
from app.widgets.columns import words
from app.widgets.map_rows import grouped
from app.widgets.score_parts import axes_of, keeps_proportions, measurer_of
from bss_core.selection import Selection

__all__ = ["charts"]


def charts(shared: Shared, samples: pd.DataFrame) -> list[Chart]:
    """Every chart that the run has data for.

    Args:
        shared: run, evaluation and selection.
        samples: rows of the samples shown, with ``name``; the first eight are drawn over the evaluations.
    """
    made = [_histogram(shared), _map(shared), *region_charts(shared)]
    if data.evaluations(shared.run, "training"):
        made += [_trajectories(shared, samples), _bands(shared)]
    events, results = data.events(shared.run), data.details(shared.run).get("results") or {}
    curves = learning(events, "accuracy").dropna()
    if len(curves):
        made.append(_learning(curves, results))
    if len(results_table(results)):
        made.append(_heads(results))
    schedule = schedule_chart(shared)
    return made if schedule is None else [*made, schedule]


def _histogram(shared: Shared) -> Chart:
    bins = data.histogram(shared.run, shared.about.number, shared.selection)
    figure = scores.score_histogram(bins, shared.selection.thresholds)
    return Chart("balance-scores", figure, "Histogram of the balance scores of the selected samples, by band.")


def _map(shared: Shared) -> Chart:
    run, number, chosen = shared.run, shared.about.number, shared.selection
    measurer = measurer_of(shared.about)
    axes = axes_of(measurer, AXES)
    is_straight = set(axes) == set(measurer.criteria) and keeps_proportions(measurer)
    extrema = shared.about.extrema if is_straight else {}
    said = f"{words(axes[0])} against {words(axes[1])} of the selected samples, by band".capitalize()
    if data.sizes(run, number, chosen)[0] > MOST_POINTS:
        cells = grouped(run, data_score_maps.cells(run, number, chosen, axes, "band", None), "band")
        figure = score_map(cells, extrema, chosen.thresholds, "band", axes)
        return Chart("map", outlined(figure, lassos_on(chosen.lassos, axes)), f"{said}, in cells.")
    points = data_score_maps.points(run, number, chosen, axes, "band", MOST_POINTS, None)
    figure = told_plainly(score_map(named_plainly(run, points), extrema, chosen.thresholds, "band", axes))
    return Chart("map", outlined(figure, lassos_on(chosen.lassos, axes)), f"{said}.")


def _trajectories(shared: Shared, samples: pd.DataFrame) -> Chart:
    shown = samples.head(8)
    lines = data.trajectories(shared.run, shown["sample_id"].tolist(), "balance_score")
    names = dict(zip(shown["sample_id"], shown["name"], strict=True))
    lines = lines.assign(
        name=[plain_names(names[sample_id]) for sample_id in lines["sample_id"]],
        sample_id=lines["sample_id"].map(plain_names),
    )
    spread = data_trajectories.spread(shared.run, Selection(), "balance_score")
    figure = trajectories.trajectory_lines(spread, lines, "balance_score", shared.selection.thresholds)
    count = lines["sample_id"].nunique()
    said = f"Balance score of {count} of the samples below over the evaluations, on the spread of all samples."
    return Chart("trajectories", figure, said, is_wide=True)


def _bands(shared: Shared) -> Chart:
    everything = Selection(thresholds=shared.selection.thresholds)
    figure = trajectories.band_share_bars(data_trajectories.shares(shared.run, everything))
    return Chart("bands", figure, "Share of the bands among all samples over the evaluations.")


def _learning(curves: pd.DataFrame, results: dict[str, Any]) -> Chart:
    figure = overview.curves(curves, "accuracy", best=results.get("epoch"))
    return Chart("learning-curves", figure, "Accuracy of every head on the validation split over the epochs.")


def _heads(results: dict[str, Any]) -> Chart:
    table = results_table(results)
    own = table[~table["is_rule"]]
    figure = overview.heads(own, "accuracy")
    return Chart("accuracy-by-head", figure, f"Accuracy of every head on {' and '.join(own['split'].unique())}.")
