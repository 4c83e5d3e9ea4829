"""Means, paired differences, rank correlation and separation: by hand, and against scipy and scikit-learn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import roc_auc_score

from bss_core.study.statistics import correlation, mean, paired_difference, separation

FEW = st.lists(st.integers(-5, 5), min_size=3, max_size=20)


def test_mean_and_standard_error_by_hand():
    found = mean([0.7, 0.8, 0.9])

    # s² = (0.01 + 0 + 0.01) / 2 = 0.01, s/√3 = 0.0577350
    assert (found.value, found.n) == (pytest.approx(0.8), 3)
    assert found.error == pytest.approx(0.0577350269, abs=1e-9)


def test_one_value_has_no_error_and_none_no_mean():
    assert mean([0.7]).value == 0.7
    assert np.isnan(mean([0.7]).error)
    assert np.isnan(mean([]).value)
    assert mean([0.5, np.nan, 0.7]).n == 2


def test_a_paired_difference_by_hand():
    found = paired_difference([0.82, 0.85, 0.80], [0.80, 0.80, 0.79])

    # differences .02 .05 .01: mean .026667, s = .0208167, s/√3 = .0120185; t(0.975, 2) = 4.3026527
    assert found.value == pytest.approx(0.0266667, abs=1e-6)
    assert found.high - found.value == pytest.approx(4.3026527 * 0.0120185, abs=1e-6)
    assert found.value - found.low == pytest.approx(found.high - found.value)
    assert found.n == 3


def test_a_paired_difference_is_that_of_scipy():
    ones, others = np.random.default_rng(0).normal(size=(2, 10))
    expected = stats.ttest_rel(ones, others).confidence_interval(0.95)
    found = paired_difference(ones, others)

    assert (found.low, found.high) == (pytest.approx(expected.low), pytest.approx(expected.high))


def test_pairs_that_lack_one_side_do_not_count():
    found = paired_difference([1.0, np.nan, 3.0], [0.5, 1.0, 2.0])

    assert (found.value, found.n) == (0.75, 2)
    assert np.isnan(paired_difference([1.0], [0.0]).low)


@given(FEW, st.randoms(use_true_random=False))
def test_correlation_is_that_of_scipy(values, random):
    others = random.sample(values, len(values))
    if len(set(values)) > 1:
        assert correlation(values, others) == pytest.approx(stats.spearmanr(values, others).statistic, abs=1e-12)


def test_correlation_of_a_constant_is_undefined():
    assert np.isnan(correlation([1, 1, 1], [1, 2, 3]))
    assert np.isnan(correlation([1], [1]))


@given(st.lists(st.tuples(st.integers(-3, 3), st.booleans()), min_size=2, max_size=20))
def test_separation_is_that_of_scikit_learn(pairs):
    values, truth = (np.array(column) for column in zip(*pairs, strict=True))
    if truth.any() and not truth.all():
        assert separation(values, truth) == pytest.approx(roc_auc_score(truth, values), abs=1e-12)


def test_separation_by_hand():
    # bad samples score 3 and 1, good ones 2 and 0: three of four pairs stand right
    assert separation([3, 1, 2, 0], [True, True, False, False]) == 0.75
    assert separation([1, 1], [True, False]) == 0.5
    assert np.isnan(separation([1, 2], [True, True]))
