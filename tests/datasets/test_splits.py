"""Groups against a naive reference; splits that keep groups whole, the shares, and the same answer every time."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bss_core.datasets._splits import SHARES, group_rows, split_groups

KEYS = st.integers(1, 30).flatmap(
    lambda n: st.lists(
        st.lists(st.one_of(st.none(), st.integers(0, 12)), min_size=n, max_size=n), min_size=1, max_size=3
    )
)


def test_rows_join_through_others_and_none_joins_nothing():
    captions = ["a", "b", "b", "c", None, None]
    pictures = [1, 1, 2, 3, 4, 5]
    assert group_rows(captions, pictures) == [0, 0, 0, 3, 4, 5]


@given(KEYS)
def test_groups_like_spreading_until_nothing_changes(keys):
    n = len(keys[0])
    groups = list(range(n))
    changed = True
    while changed:
        changed = False
        for one in range(n):
            for other in range(n):
                alike = any(key[one] is not None and key[one] == key[other] for key in keys)
                if alike and groups[one] != groups[other]:
                    groups[one] = groups[other] = min(groups[one], groups[other])
                    changed = True
    assert group_rows(*keys) == groups


def test_single_rows_are_split_as_the_shares_say():
    labels = [0] * 100 + [1] * 50
    splits = split_groups(range(150), labels)
    for label, size in ((0, 100), (1, 50)):
        counts = Counter(split for split, found in zip(splits, labels, strict=True) if found == label)
        assert counts == {split: size * share for split, share in SHARES.items()}


def test_of_five_rows_of_a_class_every_split_has_one():
    assert Counter(split_groups(range(5), [0] * 5)) == {"train": 3, "validation": 1, "test": 1}


@given(st.lists(st.tuples(st.integers(0, 25), st.integers(0, 3)), min_size=1, max_size=80))
def test_groups_stay_whole_whatever_their_classes(rows):
    groups, labels = zip(*rows, strict=True)
    splits = split_groups(groups, labels)
    assert len(splits) == len(rows)
    assert len(set(zip(groups, splits, strict=True))) == len(set(groups))


@given(st.lists(st.tuples(st.integers(0, 25), st.integers(0, 3)), min_size=1, max_size=60), st.randoms())
def test_the_order_of_the_rows_does_not_matter(rows, random):
    def found(rows):
        groups, labels = zip(*rows, strict=True)
        return dict(zip(groups, split_groups(groups, labels), strict=True))

    shuffled = list(rows)
    random.shuffle(shuffled)
    assert found(rows) == found(shuffled)


def test_a_class_is_near_its_shares_though_groups_are_large():
    groups = np.repeat(np.arange(60), 5)
    splits = Counter(split_groups(groups, np.zeros(300, dtype=int)))
    assert splits == {"train": 180, "validation": 60, "test": 60}


@pytest.mark.parametrize("shares", [{"train": 0.5, "test": 0.5}, {"train": 0.8, "validation": 0.1, "test": 0.1}])
def test_other_shares(shares):
    counts = Counter(split_groups(range(40), [0] * 40, shares))
    assert counts == {split: round(40 * share) for split, share in shares.items()}
