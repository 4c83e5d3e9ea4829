"""The report: numbers as people read them, and what stands where nothing has finished."""

import numpy as np
import pandas as pd
import pytest

from bss_core.study import figures
from bss_core.study.arms import Arm, Group, Study
from bss_core.study.protocol import protocol
from bss_core.study.report import write_report
from tests.study.fakes import data_set, epoch_event, fake_run, runs_table

ARMS = tuple(Arm(name, ("a",), {}, reference="random") for name in ("random", "own"))
STUDY = Study("fake", "About it.", (0, 1, 2), {"a": Group("Question A", ("exposure", "cost"))}, ARMS)
DETAILS = {
    "results": {"rule": "sum_all", "selected_on": "validation MAP"}, "samples": {"train": 4, "test": 2},
    "device": "cpu", "threads": 1,
}  # fmt: skip


@pytest.fixture
def runs(tmp_path):
    """Three seeds of two arms; all in one run folder, which only the protocol reads."""
    run = fake_run(tmp_path / "run", data_set(tmp_path / "data", 4), [(0, "training", {"total_loss": [1, 2, 3, 4]})])
    epoch_event(run, 1)
    options = {**run.options, "preset": "paper", "batch_size": 8, "select_on": "validation"}
    run.state.update(options=options, **DETAILS)
    rows = []
    for arm, accuracies in {"random": (0.80, 0.80, 0.79), "own": (0.82, 0.85, 0.80)}.items():
        for seed, accuracy in enumerate(accuracies):
            more = {"test_accuracy": accuracy, "test_map": 0.9, "test_macro_f1": 0.7, "steps": 1200, "epochs_run": 12}
            more |= {"best_epoch": 9.0, "effective_sample_size": 80.0, "entropy": 4.0, "coverage": 0.63}
            more |= {"seconds_per_epoch": 2.0, "scoring_seconds_per_epoch": 0.5}
            rows.append((arm, seed, "run", more))
    return runs_table(rows)


def test_numbers_are_told_as_people_read_them(runs, tmp_path):
    write_report(STUDY, runs, tmp_path)
    lines = (tmp_path / "results.md").read_text().splitlines()

    # by hand in test_statistics: 0.0266667 ± 4.3026527 · 0.0120185; 0.8233333, s/√3 of (.82, .85, .80) = .0145297
    own = "| own | 3 | 0.823 ± 0.015 | +0.027 (-0.025, +0.078) | 0.900 | 0.700 | 1,200 | 12 | 9.0 |"
    assert lines.count(own) == 2  # at equal epochs and at equal steps
    assert "| random | 3 | 0.797 ± 0.003 | – | 0.900 | 0.700 | 1,200 | 12 | 9.0 |" in lines
    assert "| own | 80.0 | 4.000 | 0.630 | 0.823 ± 0.015 |" in lines
    assert "| own | 2.000 | 0.500 | 1.250 ± 0.000 |" in lines


def test_the_protocol_says_what_was_done(runs, tmp_path):
    text = protocol(STUDY, runs, tmp_path)

    for part in (
        "Data: fake (4 train, 2 test)", "3 seeds (0, 1, 2), 2 arms", "preset paper; prediction by sum_all",
        "highest validation MAP counts", "12 epochs, 1,200 steps of 8 samples", "Differences are to random",
        "Machine: cpu, 1 thread per run",
    ):  # fmt: skip
        assert part in text, part


def test_a_biased_selection_is_called_so(runs, tmp_path):
    from bss_core.runs import open_run

    run = open_run(tmp_path / "run")
    run.state.update(options={**run.options, "select_on": "test"})

    assert "(selected on it too: biased)" in protocol(STUDY, runs, tmp_path)


def test_a_study_of_which_nothing_finished_is_told(runs, tmp_path):
    runs["status"], runs["error"] = "failed", "It diverged."
    write_report(STUDY, runs, tmp_path)
    text = (tmp_path / "results.md").read_text()

    assert "No run has finished yet." in text
    assert "At equal epochs: no arm has finished with its reference." in text
    assert "- run: failed. It diverged." in text


def test_figures_are_the_same_every_time_and_hold_the_arms_as_text(tmp_path):
    table = pd.DataFrame(
        {"arm": ["random", "bss-l"], "mean": [0.8, 0.9], "error": [0.01, np.nan], "difference": [np.nan, 0.1]}
        | {"low": [np.nan, 0.05], "high": [np.nan, 0.15]}
    )
    for name in ("one", "two"):
        figures.save(figures.comparison, table, "Title & more", tmp_path / f"{name}.svg")
    one = (tmp_path / "one.svg").read_text()

    assert one == (tmp_path / "two.svg").read_text()
    assert ">bss-l<" in one
    assert "Title &amp; more" in one


def test_the_exposure_figure_has_a_point_per_arm():
    arms = [f"arm{number}" for number in range(31)]
    table = pd.DataFrame({"arm": arms, "effective_sample_size": range(31), "test_accuracy": 0.5})
    figure = figures.exposure(table.assign(test_accuracy_error=0.01), "Exposure")

    assert [text.get_text() for text in figure.legends[0].get_texts()] == arms
    assert [container.lines[0].get_xdata()[0] for container in figure.axes[0].containers] == list(range(31))


def test_the_corruption_figure_has_a_line_per_criterion():
    rows = [
        (criterion, moment, bad, auc)
        for criterion, auc in (("total_loss", 0.7), ("balance_score", 0.8))
        for moment in ("first", "middle", "last")
        for bad in ("image", "any")
    ]
    table = pd.DataFrame(rows, columns=["criterion", "evaluation", "bad", "auc"])
    axes = figures.corruption(table, "Bad").axes[0]
    lines = {line.get_label(): list(line.get_ydata()) for line in axes.get_lines()}

    assert lines["total loss"] == [0.7, 0.7, 0.7]
    assert lines["balance score"] == [0.8, 0.8, 0.8]
