"""Splits that no near-duplicate crosses: rows that share a key form a group, and whole groups go to one split."""

import hashlib
from collections.abc import Hashable, Mapping, Sequence

import numpy as np

__all__ = ["SHARES", "group_rows", "split_groups"]

SHARES = {"train": 0.6, "validation": 0.2, "test": 0.2}


def group_rows(*keys: Sequence[Hashable]) -> list[int]:
    """The group of each row: rows that share a value of any key are in one group, through others too.

    Args:
        keys: one or more sequences over the same rows, such as captions and checksums; ``None`` joins nothing.

    Returns:
        For each row the position of its group's first row (union-find with path halving).
    """
    parent = list(range(len(keys[0])))
    for key in keys:
        first: dict[Hashable, int] = {}
        for row, value in enumerate(key):
            if value is not None:
                _join(parent, row, first.setdefault(value, row))
    return [_root(parent, row) for row in range(len(parent))]


def _root(parent: list[int], row: int) -> int:
    while parent[row] != row:
        parent[row] = parent[parent[row]]
        row = parent[row]
    return row


def _join(parent: list[int], one: int, other: int) -> None:
    low, high = sorted((_root(parent, one), _root(parent, other)))
    parent[high] = low  # the root is always the group's first row


def split_groups(groups: Sequence[Hashable], labels: Sequence[int], shares: Mapping[str, float] = SHARES) -> list[str]:
    """A split for each row: whole groups, per class as near to the shares as the groups allow, the same every time.

    Groups come in order of size and then of a checksum of their name (so neither the order of the rows nor a random
    generator matters); each goes to the split that its classes fill least, as in apportioning seats by quotients.

    Args:
        groups: each row's group; its text is the name.
        labels: each row's class index.
        shares: split → wanted share of the samples, > 0.
    """
    groups, labels = [str(group) for group in groups], np.asarray(labels)
    names, rows = np.unique(groups, return_inverse=True)
    counts = np.zeros((len(names), labels.max() + 1))
    np.add.at(counts, (rows, labels), 1)
    order = sorted(range(len(names)), key=lambda group: (-counts[group].sum(), _checksum(names[group])))
    filled = {split: np.zeros(counts.shape[1]) for split in shares}
    chosen = np.empty(len(names), dtype=object)
    for group in order:
        weights = counts[group] / counts.sum(axis=0).clip(min=1)  # a rare class counts as much as a common one
        cost = {split: weights @ (filled[split] + counts[group]) / share for split, share in shares.items()}
        chosen[group] = min(cost, key=cost.__getitem__)
        filled[chosen[group]] += counts[group]
    return list(chosen[rows])


def _checksum(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()
