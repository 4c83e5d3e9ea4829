"""Columns as they are offered and named, ranges in whole steps, and options that count only with another."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.applicable import WHEN, applies
from app.views.train_groups import ELSEWHERE, GROUPS, MAIN
from app.widgets.column_filter import whole_steps
from app.widgets.columns import offered, words
from bss_core.config import describe
from bss_core.registry import find, members
from bss_core.training_options import TrainingOptions


def test_scores_come_first_then_criteria_then_what_is_told_of_heads():
    columns = ["evaluation", "epoch", "label", "total_loss", "loss_audio", "predicted_audio", "margin_audio", "rank"]
    columns += ["balance_score", "smoothed_score", "sampling_probability", "agreement"]
    assert offered(columns) == [
        "balance_score", "smoothed_score", "total_loss", "agreement", "sampling_probability", "margin_audio",
        "loss_audio",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("column", "said"),
    [("margin_a_b", "margin of a_b"), ("total_loss", "total loss"), ("shapley_image", "Shapley value of image")],
)
def test_columns_have_names_for_readers(column, said):
    assert words(column) == said


def test_a_range_in_whole_steps_by_hand():
    assert whole_steps(0.1234, 0.9876) == (0.123, 0.988, 0.001)
    assert whole_steps(1.0, 1.0) is None
    assert whole_steps(0.0, math.nan) is None
    assert whole_steps(0.0, 7.0, finest=0) == (0, 7, 1)
    assert whole_steps(0.0, 54321.0, finest=0) == (0, 54400, 100)


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6))
def test_whole_steps_hold_the_range_and_are_not_too_many(low, width):
    found = whole_steps(low, low + width)
    if found is not None:
        first, last, step = found
        tiny = step / 1e6 + abs(low) * 1e-15  # the resolution of floats
        assert first <= low + tiny
        assert last >= low + width - step / 1e6
        assert 99 <= (last - first) / step <= 1003


def test_every_option_that_depends_on_another_exists_with_its_values():
    owners = [
        TrainingOptions,
        *(find(family, name) for family in ("schedulers", "criteria") for name in members(family)),
    ]
    for name, (other, values) in WHEN.items():
        having = [{item.name: item for item in describe(owner)} for owner in owners]
        having = [known for known in having if name in known]
        assert having, name
        for known in having:
            assert set(values) <= set(known[other].choices) if other in known else True


def test_an_option_counts_with_the_right_value_or_without_the_other_option():
    assert applies("root", {"pacing": "root"}.get)
    assert not applies("root", {"pacing": "step"}.get)
    assert applies("root", {}.get)
    assert applies("epochs", {}.get)


def test_every_training_option_is_drawn_once():
    names = [*MAIN, *ELSEWHERE, *(name for group in GROUPS for name in group.names)]
    assert sorted(names) == sorted(item.name for item in describe(TrainingOptions))
