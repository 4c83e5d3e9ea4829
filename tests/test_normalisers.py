"""The normalisers by hand and against the plain reading of their formulas; their contract is in test_families."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bss_core.errors import ConfigError
from bss_core.normalisers._extrema import Extrema
from bss_core.normalisers.min_max import MinMax
from bss_core.normalisers.quantile_clipped import QuantileClipped
from bss_core.normalisers.rank import Rank

VALUES = st.lists(st.floats(-1e6, 1e6, width=32), min_size=1, max_size=40).map(np.array)


def test_min_max_by_hand():
    values, extrema = MinMax()(np.array([3.0, 1.0, 2.0]))

    assert values.tolist() == [1.0, 0.0, 0.5]
    assert extrema == Extrema(1.0, 3.0)
    assert extrema.normalise(np.array([5.0])).tolist() == [2.0]  # a value of another evaluation


def test_small_values_are_not_constant_for_being_small():
    assert MinMax()(np.array([1e-12, 2e-12, 3e-12]))[0] == pytest.approx([0, 0.5, 1])


@pytest.mark.parametrize("normaliser", [MinMax(), QuantileClipped(), Rank()])
@pytest.mark.parametrize("values", [[3.0], [2.0] * 5, [0.0, -0.0], [1.0, 1.0 + 1e-12]])
def test_a_constant_becomes_zero(normaliser, values):
    found, extrema = normaliser(np.array(values))

    assert found.tolist() == [0.0] * len(values)
    assert extrema.is_constant


@pytest.mark.parametrize("normaliser", [MinMax(), QuantileClipped(0.0), Rank()])
@pytest.mark.parametrize("values", [[1.0, 1.000001], [-1.000001, -1.0], [0.0, 1e-30]])
def test_close_values_are_not_constant(normaliser, values):
    found, extrema = normaliser(np.array(values))

    assert found.tolist() == [0.0, 1.0]
    assert not extrema.is_constant


def test_huge_values_neither_overflow_nor_warn():
    values, _ = MinMax()(np.array([0.0, 2 * float(np.finfo(np.float32).max), 1.0]))

    assert values[:2].tolist() == [0, 1]
    assert 0 < values[2] < 1e-30


def test_clipping_by_hand():
    # The quartiles of 0, 1, 2, 3, 100 are 1 and 3.
    values, extrema = QuantileClipped(0.25)(np.array([2.0, 100.0, 0.0, 3.0, 1.0]))

    assert extrema == Extrema(1.0, 3.0)
    assert values.tolist() == [0.5, 1.0, 0.0, 1.0, 0.0]


def test_a_quantile_between_two_values_is_interpolated():
    values, extrema = QuantileClipped(0.1)(np.array([0.0, 1.0]))

    assert (extrema.min, extrema.max) == pytest.approx((0.1, 0.9))
    assert values.tolist() == [0.0, 1.0]


def test_an_outlier_squeezes_min_max_but_not_the_clipped():
    values = np.append(np.linspace(0, 1, 999), 1e6)

    assert np.sort(MinMax()(values)[0])[-2] < 1e-5
    assert np.sort(QuantileClipped()(values)[0])[500] == pytest.approx(0.5, abs=0.01)


def test_a_criterion_that_differs_only_beyond_the_quantiles_is_constant():
    values, extrema = QuantileClipped(0.2)(np.array([7.0] * 20 + [100.0]))

    assert extrema.is_constant
    assert not values.any()


@given(VALUES)
def test_nothing_clipped_is_min_max(values):
    assert QuantileClipped(0.0)(values)[0].tolist() == MinMax()(values)[0].tolist()


@pytest.mark.parametrize("share", [-0.1, 0.5, float("nan"), "half"])
def test_a_share_that_cannot_be_is_refused(share):
    with pytest.raises(ConfigError, match=r"clip_quantile = .* (is out of range|is not a number)"):
        QuantileClipped(share)


def test_ranks_by_hand():
    values, extrema = Rank()(np.array([10.0, -5.0, 10.0, 1e9, 0.0]))

    # sorted: −5, 0, 10, 10, 1e9 → places 0, 1, 2.5, 2.5, 4 of 4
    assert values.tolist() == [0.625, 0.0, 0.625, 1.0, 0.25]
    assert extrema == Extrema(-5.0, 1e9)


@given(VALUES)
def test_a_rank_counts_the_smaller_and_half_the_equal_ones(values):
    found, extrema = Rank()(values)
    if not extrema.is_constant:
        for value, share in zip(values, found, strict=True):
            equal = (values == value).sum() - 1
            assert share == pytest.approx(((values < value).sum() + equal / 2) / (len(values) - 1), abs=1e-12)


@given(st.lists(st.integers(-1000, 1000), min_size=2, max_size=40, unique=True).map(np.array))
def test_ranks_do_not_depend_on_the_scale(values):
    assert Rank()(np.exp(values / 100))[0].tolist() == Rank()(values)[0].tolist()
