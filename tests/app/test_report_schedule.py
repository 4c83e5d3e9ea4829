"""The report's figure of what every epoch drew: from the recorded events to the numbers that are drawn."""

import plotly.graph_objects as go
import pytest

from app import data
from app.report import schedule
from app.report.request import Shared
from bss_core.registry import build
from bss_core.selection import Selection
from tests.score_tables import some_run

EVENTS = [
    {"epoch": 1, "samples": 20, "steps": 2, "schedule": {"coverage": 0.25}},
    {"epoch": 2, "samples": 40, "steps": 4, "schedule": {"coverage": 1.0}},
    {"epoch": 3},  # not over yet
]


@pytest.fixture
def drawn(tmp_path, monkeypatch):
    """``drawn(options)``: what the figure is given for a run of 40 samples at its evaluation after epoch 2."""
    found, run = [], some_run(tmp_path)
    monkeypatch.setattr(schedule, "epoch_figure", lambda *given: found.append(given) or go.Figure())
    monkeypatch.setattr(data, "events", lambda _: EVENTS)

    def draw(options):
        monkeypatch.setattr(data, "details", lambda _: {"options": options, "samples": {"train": 40}})
        chart = schedule.schedule_chart(Shared(run, run.evaluations()[2], Selection()))
        return chart and (chart.alt, *found[-1])

    return draw


def test_epochs_are_counted_from_zero_and_shares_are_of_the_training_set(drawn):
    said, rows, curve, marked, samples, batch = drawn({"scheduler": "heuristic", "batch_size": 10})
    assert rows.to_dict("list") == {
        "epoch": [0, 1], "size": [20, 40], "share": [0.5, 1.0], "distinct": [10.0, 40.0], "steps": [2, 4],
    }  # fmt: skip
    assert (marked, samples, batch) == (1, 40, 10)
    assert said.endswith("the upright line is epoch 1.")
    share = build("schedulers", "heuristic").share
    assert (curve["epoch"].min(), curve["epoch"].max(), len(curve)) == (0.0, 1.0, 20)
    assert curve["share"].tolist() == [share(time) for time in curve["epoch"]]


@pytest.mark.parametrize("options", [{"scheduler": "of tomorrow", "batch_size": 10}, {"batch_size": 10}])
def test_without_a_scheduler_that_is_known_there_is_no_curve(drawn, options):
    _, rows, curve, *_ = drawn(options)
    assert (len(rows), len(curve)) == (2, 0)


@pytest.mark.parametrize("options", [{}, {"scheduler": "heuristic"}])
def test_a_run_that_recorded_no_schedule_has_no_figure(drawn, options):
    assert drawn(options) is None
