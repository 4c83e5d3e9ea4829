"""Draws from n samples in a few passes over n numbers, also for 10⁸ samples; torch's multinomial ends at 2²⁴.

Every result depends on the arguments and the generator only. The integers that are sorted here are all different, so
the machine's way of sorting does not show.
"""

import copy
from collections.abc import Iterator

import numpy as np

__all__ = ["highest", "with_replacement", "without_replacement"]

_BLOCK = 2**14  # numbers at a time: what is searched and sorted then stays in the processor's nearest cache
_LEAST = 1e-300  # stands in for a probability of 0, so that such samples come last in random order, not in the file's
_EARLIEST, _LATEST = 1e-10, 50.0  # of 10⁸ standard exponential times, about 0.01 and 10⁻¹⁴ lie beyond these


def with_replacement(probabilities: np.ndarray, size: int, generator: np.random.Generator) -> np.ndarray:
    """(size,) independent draws of positions; ``probabilities`` (n,) ≥ 0, with a positive sum.

    First how many draws fall into each block of neighbours (multinomial), then that many draws inside it by inversion
    of its own cumulative sum, and one shuffle at the end: the same distribution as size single draws, and no search in
    n numbers.
    """
    starts = np.arange(0, len(probabilities), _BLOCK)
    masses = np.add.reduceat(probabilities, starts)
    starts, masses = starts[masses > 0], masses[masses > 0]
    counts = generator.multinomial(size, masses / masses.sum())
    drawn, filled = np.empty(size, dtype=np.int64), 0
    for start, count in zip(starts.tolist(), counts.tolist(), strict=True):
        part = drawn[filled : filled + count]
        part[:] = _inside(probabilities[start : start + _BLOCK], count, generator)
        part += start
        filled += count
    generator.shuffle(drawn)
    return drawn


def _inside(weights: np.ndarray, count: int, generator: np.random.Generator) -> np.ndarray:
    """(count,) rising draws from one block; sorted, because neighbouring searches then share their path."""
    steps = np.cumsum(weights)
    heights = np.sort(generator.random(count))
    heights *= steps[-1]
    return np.searchsorted(steps, heights, side="right")  # the first step above: never one of weight 0


def without_replacement(probabilities: np.ndarray, size: int, generator: np.random.Generator) -> np.ndarray:
    """(size,) different positions in the order of draws without replacement (Plackett–Luce); size ≤ n.

    Exponential clocks of rate pᵢ ring in this order. Holds one array of n numbers beside the probabilities.
    """
    again = copy.deepcopy(generator)
    # Nearly all clocks ring between these two; beyond them the order is exact as well, but costs more.
    earliest = _EARLIEST / probabilities.max()
    latest = _LATEST / max(probabilities.min(), _LEAST)
    clocks, same_clocks = _clocks(probabilities, generator), _clocks(probabilities, again)
    return _rising(clocks, same_clocks, len(probabilities), earliest, latest)[:size]


def _clocks(probabilities: np.ndarray, generator: np.random.Generator) -> Iterator[np.ndarray]:
    """The times at which the clocks of all positions ring, block by block."""
    for part in _parts(len(probabilities)):
        chances = np.maximum(probabilities[part], _LEAST)
        yield generator.standard_exponential(len(chances)) / chances


def highest(scores: np.ndarray, size: int) -> np.ndarray:
    """(size,) positions of the highest scores, rising; of equal scores at the border the first by position are in.

    One partition, no sort.
    """
    n = len(scores)
    if size >= n:
        return np.arange(n)
    border = np.partition(scores, n - size)[n - size]
    chosen = scores > border
    chosen[np.flatnonzero(scores == border)[: size - np.count_nonzero(chosen)]] = True
    return np.flatnonzero(chosen)


def _rising(
    values: Iterator[np.ndarray], same_values: Iterator[np.ndarray], n: int, low: float, high: float
) -> np.ndarray:
    """The stable argsort of n positive float64 that come in blocks; one sort of integers, several times faster.

    A key holds as many leading bits of the value as fit above the position. Those that agree in these bits (of 10⁷
    clocks about a thousand) or lie outside [low, high] are then put in order among themselves, for which their values
    come a second time: that takes less than keeping all of them.
    """
    keys, width = np.empty(n, dtype=np.uint64), (n - 1).bit_length()
    first, last = (np.float64(end).view(np.uint64) for end in (low, high))  # floats above 0 are ordered as their bits
    cut = max(0, int(last - first).bit_length() + width - 64)
    for part, block in zip(_parts(n), values, strict=True):
        key = keys[part]
        np.subtract(np.clip(block, low, high).view(np.uint64), first, out=key)
        key >>= np.uint64(cut)
        key <<= np.uint64(width)
        key |= np.arange(part.start, part.stop, dtype=np.uint64)
    keys.sort()
    tied = _tied(keys, np.uint64(width))
    groups = keys[tied] >> np.uint64(width)
    keys &= np.uint64((1 << width) - 1)
    order = keys.view(np.int64)
    if len(tied):
        order[tied] = _apart(order[tied], groups, same_values)
    return order


def _tied(keys: np.ndarray, width: np.uint64) -> np.ndarray:
    """Places in sorted keys whose leading bits are also those of a neighbour."""
    found = []
    for part in _parts(len(keys)):
        leading = keys[part.start : part.stop + 1] >> width
        found.append(part.start + np.flatnonzero(leading[1:] == leading[:-1]))
    upper = np.concatenate(found)
    return np.union1d(upper, upper + 1)


def _apart(positions: np.ndarray, groups: np.ndarray, values: Iterator[np.ndarray]) -> np.ndarray:
    """The positions in order of group, then value, then position."""
    wanted, start, found = np.sort(positions), 0, []
    for block in values:
        ends = np.searchsorted(wanted, (start, start + len(block)))
        found.append(block[wanted[slice(*ends)] - start])
        start += len(block)
    value = np.concatenate(found)[np.searchsorted(wanted, positions)]
    return positions[np.lexsort((positions, value, groups))]


def _parts(n: int) -> Iterator[slice]:
    return (slice(start, min(start + _BLOCK, n)) for start in range(0, n, _BLOCK))
