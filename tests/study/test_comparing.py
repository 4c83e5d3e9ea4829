"""Comparisons: who is compared with whom, seed by seed, and at which equal length."""

import numpy as np
import pytest

from bss_core.study.arms import Arm
from bss_core.study.comparing import compare, of_equal_length
from tests.study.fakes import runs_table


def arm(name, reference="random"):
    return Arm(name, ("a",), {}, reference=reference)


def rows(name, accuracies, steps=100, epochs=10, **more):
    return [
        (name, seed, "", {"test_accuracy": accuracy, "steps": steps, "epochs_run": epochs, **more})
        for seed, accuracy in enumerate(accuracies)
    ]


def test_differences_are_of_the_same_seeds():
    runs = runs_table([*rows("random", [0.80, 0.80, 0.79]), *rows("own", [0.82, 0.85, 0.80])])
    found = compare(runs, [arm("random"), arm("own")]).set_index("arm")

    assert found.loc["own", "mean"] == pytest.approx(0.8233333)
    assert found.loc["own", "difference"] == pytest.approx(0.0266667, abs=1e-6)
    assert found.loc["own", "high"] == pytest.approx(0.0266667 + 4.3026527 * 0.0120185, abs=1e-6)
    assert found.loc["own", "pairs"] == 3
    assert np.isnan(found.loc["random", "difference"])


def test_rows_in_another_order_and_failed_runs_change_nothing():
    own = rows("own", [0.82, 0.85, 0.80])
    runs = runs_table([*reversed(own), *rows("random", [0.80, 0.80, 0.79])])
    runs.loc[(runs["arm"] == "random") & (runs["seed"] == 2), "status"] = "failed"
    found = compare(runs, [arm("own")]).iloc[0]

    assert found["difference"] == pytest.approx((0.02 + 0.05) / 2)
    assert (found["runs"], found["pairs"]) == (3, 2)


def test_an_arm_without_a_finished_run_is_left_out():
    runs = runs_table(rows("random", [0.8]))

    assert compare(runs, [arm("random"), arm("own")])["arm"].tolist() == ["random"]
    assert compare(runs, [arm("own")]).empty


def test_an_arm_may_have_a_reference_of_its_own():
    runs = runs_table([*rows("random", [0.5]), *rows("other", [0.8]), *rows("own", [0.9])])

    assert compare(runs, [arm("own", "other")])["difference"].item() == pytest.approx(0.1)


def test_equal_length_is_that_of_the_reference():
    runs = runs_table(
        [
            *rows("random", [0.8]),
            *rows("short", [0.8], steps=60),
            *rows("equal", [0.8], steps=100, epochs=14),
            *rows("nearly", [0.8], steps=101, epochs=10),
        ]
    )
    arms = [arm(name) for name in ("random", "short", "equal", "nearly", "missing")]

    assert [item.name for item in of_equal_length(runs, arms, "epochs")] == ["random", "short", "nearly"]
    assert [item.name for item in of_equal_length(runs, arms, "steps")] == ["random", "equal", "nearly"]


def test_equal_length_without_any_finished_run_is_nobody():
    runs = runs_table([("own", 0, "", {})])
    runs["status"] = "failed"

    assert of_equal_length(runs, [arm("own")], "steps") == []
