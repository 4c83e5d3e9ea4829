"""Server time of every question the pages ask of a run of 1,000,000 samples × 10 evaluations, and of 100,000.

Each question is asked in turn with different arguments, as a person does: the app keeps answers, so only the first
counts. The figure is the slowest of all but the first round, which warms the file cache. The ratio is that of the
median round to a plain DuckDB question of one score table, asked in turn with it, both in seconds of the processor,
which other work on the machine disturbs less.
"""

import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import psutil

from bss_core import queries
from bss_core.dynamics import write_dynamics
from bss_core.runs import Run
from bss_core.selection import Selection
from tests.bench.million_questions import PAGE, ROUNDS, questions
from tests.bench.million_run import EVALUATIONS, alone, run_of, score_files
from tests.bench.rows import Row, limited

SIZES = (100_000, 1_000_000)
FLIPS = 50  # 500 are turned in the inspector
PLAIN = 5  # plain questions beside each
_MEMORY, _GROWTH = 1500, 50  # limits in megabytes
_TARGETS = {
    "page of 60, first": 0.5, "page of 60, deep inside": 0.5, "page of 60 of a selection": 0.5,
    "place of a sample": 0.5, "histogram": 0.2, "histogram of a selection": 0.2, "map": 0.5,
    "map of a selection": 0.5, "one trajectory": 0.1,
}  # fmt: skip


def rows() -> Iterator[Row]:
    """The table's rows, as they come."""
    for n in SIZES:
        with run_of(n) as run:
            yield from alone(measured, run)


def measured(run: Run) -> list[Row]:
    """The table's rows for one run."""
    n = run.evaluations()[0].samples
    plain = yardstick(score_files(run)[-1])
    found = [_dynamics(run, n)]
    for what, ask in questions(run).items():
        found.append(_row(f"n = {n:,}: {what}", *_times(ask, plain), _TARGETS.get(what), n))
    found.append(limited(f"n = {n:,}: growth over {FLIPS} page flips", _growth(run), _GROWTH))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    return [*found, limited(f"n = {n:,}: peak memory of all questions", peak, _MEMORY)]


def yardstick(table: Path) -> Callable[[], float]:
    """What measures the machine: the processor's seconds for a plain question of one score table, by DuckDB itself."""
    database = duckdb.connect(config={"threads": 1, "memory_limit": "64MB", "enable_external_file_cache": False})
    question = f"SELECT sum(balance_score), avg(total_loss) FROM read_parquet('{table}')"
    return lambda: _cost(lambda: database.execute(question).fetchall())[1]


def _dynamics(run: Run, n: int) -> Row:
    with tempfile.TemporaryDirectory() as folder:
        seconds, _ = _cost(lambda: write_dynamics(Path(folder), score_files(run)))
    return Row(f"n = {n:,}: dynamics", f"{seconds:.2f} s")


def _row(what: str, seconds: float, ratio: float, target: float | None, n: int) -> Row:
    """One question; those with a target are kept in the baseline."""
    wanted = f"; target {target} s" if target and n == SIZES[-1] else ""
    return Row(what, f"{seconds:.3f} s", f"{ratio:.1f} × a plain question{wanted}", ratio if target else None)


def _times(ask: Callable[[int], object], plain: Callable[[], float]) -> tuple[float, float]:
    """Seconds of the slowest round but the first, and the median round's ratio to plain questions asked next to it."""
    times, ratios = [], []
    for turn in range(ROUNDS):
        seconds, processor = _cost(lambda turn=turn: ask(turn))
        times.append(seconds)
        ratios.append(processor / statistics.median(plain() for _ in range(PLAIN)))
    return max(times[1:]), statistics.median(ratios[1:])


def _cost(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the clock, and of the processor."""
    start, used = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - start, time.process_time() - used


def _growth(run: Run) -> float:
    """MB that the process grew over many page flips, after as many as warm it up."""
    rows, sizes = queries.source(run, EVALUATIONS - 1), []
    for start in (0, FLIPS):
        for number in range(start, start + FLIPS):
            queries.page(rows, Selection(), "total_loss", False, PAGE, PAGE * number)
        sizes.append(psutil.Process().memory_info().rss)
    return (sizes[1] - sizes[0]) / 1e6
