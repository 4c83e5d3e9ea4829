"""Blocks of rows: they cover every row once, fill an output alike on any number of threads, and pass errors on."""

import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bss_core import row_blocks


@given(n=st.integers(0, 300_000), row_bytes=st.integers(0, 10**7))
def test_blocks_cover_every_row_once_in_order(n, row_bytes):
    ends = [0]
    for part in row_blocks.row_blocks(n, row_bytes):
        assert part.start == ends[-1] < part.stop
        ends.append(part.stop)

    assert ends[-1] == n


def test_a_block_holds_about_a_megabyte():
    first, *_ = row_blocks.row_blocks(10**6, 480)

    assert first.stop * 480 == pytest.approx(1 << 20, rel=0.01)
    assert next(iter(row_blocks.row_blocks(10**6, 10**9))).stop == 256  # never fewer, however wide a row is


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_the_result_does_not_depend_on_the_threads(monkeypatch, threads):
    monkeypatch.setattr(row_blocks.os, "cpu_count", lambda: threads)
    values, seen = np.arange(30_000.0), set()

    def square(rows):
        seen.add(threading.get_ident())
        return values[rows] ** 2

    assert row_blocks.fill(np.empty(30_000), 10**4, square).tolist() == (values**2).tolist()
    assert (threading.get_ident() in seen) == (threads == 1)


@pytest.mark.parametrize("threads", [1, 3])
def test_an_error_in_any_block_is_raised(monkeypatch, threads):
    monkeypatch.setattr(row_blocks.os, "cpu_count", lambda: threads)

    def fail(rows):
        if rows.start <= 20_000 < rows.stop:
            raise ValueError("the row 20000")

    with pytest.raises(ValueError, match="the row 20000"):
        row_blocks.over_blocks(30_000, 10**4, fail)
