"""The report's charts of the whole evaluation and of the run, from the figures that the app shows."""

from typing import Any

import pandas as pd

from app import data
from app.figures import overview, scores, trajectories
from app.report.figures import Chart, plain_names
from app.report.request import Shared
from app.views.overview_frames import learning
from app.views.results import results_table
from app.widgets.columns import words
from app.widgets.score_parts import axes_of, keeps_proportions, measurer_of

__all__ = ["MOST_POINTS", "charts"]

MOST_POINTS = scores.SVG_POINTS  # more are drawn as cells: WebGL would need a graphics driver at the reader's


def charts(shared: Shared, samples: pd.DataFrame) -> list[Chart]:
    """Every chart that the run has data for.

    Args:
        shared: run, evaluation and selection.
        samples: rows of the samples shown, with ``name``; the first eight are drawn over the evaluations.
    """
    made = [_histogram(shared), _map(shared)]
    if data.evaluations(shared.run, "training"):
        made += [_trajectories(shared, samples), _bands(shared)]
    events, results = data.events(shared.run), data.details(shared.run).get("results") or {}
    curves = learning(events, "accuracy").dropna()
    if len(curves):
        made.append(_learning(curves, results))
    if len(results_table(results)):
        made.append(_heads(results))
    return made


def _histogram(shared: Shared) -> Chart:
    bins = data.histogram(shared.run, shared.about.number, shared.selection)
    figure = scores.score_histogram(bins, shared.selection.thresholds)
    return Chart("balance-scores", figure, "Histogram of the balance scores of the selected samples, by band.")


def _map(shared: Shared) -> Chart:
    run, number, chosen = shared.run, shared.about.number, shared.selection
    measurer = measurer_of(shared.about)
    axes = axes_of(measurer, scores.AXES)
    is_straight = set(axes) == set(measurer.criteria) and keeps_proportions(measurer)
    extrema = (shared.about.extrema or {}) if is_straight else {}
    said = f"{words(axes[0])} against {words(axes[1])} of the selected samples".capitalize()
    if data.sizes(run, number, chosen)[0] > MOST_POINTS:
        cells = data.density(run, number, chosen, *axes)
        return Chart("map", scores.score_density(cells, extrema, chosen.thresholds, axes), f"{said}, counted per cell.")
    points = data.points(run, number, chosen, [*axes, "balance_score"], MOST_POINTS)
    about = [plain_names(run.classes[int(label)]) for label in points["label"]]
    points = points.assign(group=points["band"], about=about, sample_id=points["sample_id"].map(plain_names))
    return Chart("map", scores.score_map(points, extrema, chosen.thresholds, "band", axes), f"{said}, by band.")


def _trajectories(shared: Shared, samples: pd.DataFrame) -> Chart:
    shown = samples.head(8)
    lines = data.trajectories(shared.run, shown["sample_id"].tolist())
    names = dict(zip(shown["sample_id"], shown["name"], strict=True))
    lines = lines.assign(
        name=[plain_names(names[sample_id]) for sample_id in lines["sample_id"]],
        sample_id=lines["sample_id"].map(plain_names),
    )
    figure = trajectories.trajectory_lines(
        data.quantiles(shared.run), lines, "balance_score", shared.selection.thresholds
    )
    count = lines["sample_id"].nunique()
    said = f"Balance score of {count} of the samples below over the evaluations, on the spread of all samples."
    return Chart("trajectories", figure, said, is_wide=True)


def _bands(shared: Shared) -> Chart:
    figure = trajectories.band_share_bars(data.band_shares(shared.run, shared.selection.thresholds))
    return Chart("bands", figure, "Share of the bands among all samples over the evaluations.")


def _learning(curves: pd.DataFrame, results: dict[str, Any]) -> Chart:
    figure = overview.curves(curves, "accuracy", best=results.get("epoch"))
    return Chart("learning-curves", figure, "Accuracy of every head on the validation split over the epochs.")


def _heads(results: dict[str, Any]) -> Chart:
    table = results_table(results)
    own = table[~table["is_rule"]]
    figure = overview.heads(own, "accuracy")
    return Chart("accuracy-by-head", figure, f"Accuracy of every head on {' and '.join(own['split'].unique())}.")
