"""Work on n rows in blocks that stay in a processor's cache, on several threads when there are many.

Every block writes its own part of an output, so neither the result nor any of its bits depends on the number of threads
or on the size of the blocks.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np

__all__ = ["fill", "over_blocks", "row_blocks"]

_BLOCK_BYTES = 1 << 20  # what one block reads; with its temporaries in float64 it still fits a second-level cache
_MIN_ROWS, _MAX_ROWS = 256, 1 << 16  # fewer rows would leave the time to the calls, not to the work
_MANY_BLOCKS = 16  # below, starting threads costs more than they save
_MAX_THREADS = 8  # the memory is saturated by then


def row_blocks(n: int, row_bytes: int) -> Iterator[slice]:
    """Consecutive slices that cover n rows of ``row_bytes`` bytes each."""
    rows = int(np.clip(_BLOCK_BYTES // max(1, row_bytes), _MIN_ROWS, _MAX_ROWS))
    return (slice(start, min(start + rows, n)) for start in range(0, n, rows))


def over_blocks(n: int, row_bytes: int, work: Callable[[slice], None]) -> None:
    """Call ``work(rows)`` for every block; NumPy releases the interpreter's lock, so threads do run side by side.

    The first error of any block is raised, whichever thread it came from.
    """
    blocks = list(row_blocks(n, row_bytes))
    threads = min(os.cpu_count() or 1, _MAX_THREADS)
    if len(blocks) < _MANY_BLOCKS or threads == 1:
        for rows in blocks:
            work(rows)
        return
    with ThreadPoolExecutor(threads) as pool:
        shares = [blocks[first::threads] for first in range(threads)]
        for done in [pool.submit(_each, work, share) for share in shares]:
            done.result()


def _each(work: Callable[[slice], None], blocks: list[slice]) -> None:
    for rows in blocks:
        work(rows)


def fill(out: np.ndarray, row_bytes: int, values: Callable[[slice], np.ndarray]) -> np.ndarray:
    """``out`` (n, …), its rows filled with ``values(rows)`` block by block."""

    def work(rows: slice) -> None:
        out[rows] = values(rows)

    over_blocks(len(out), row_bytes, work)
    return out
