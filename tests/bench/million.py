"""Server time of every question the pages ask of a run of 1,000,000 samples × 10 evaluations, and of 100,000.

Each question is asked in turn with different arguments, as a person does: the app keeps answers, so only the first
counts. The figure is the slowest of all but the first round, which warms the file cache.
"""

import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import psutil

from bss_core import queries
from bss_core.evaluations import predictions_path
from bss_core.lasso import Lasso
from bss_core.places import Places, places
from bss_core.runs import Run
from bss_core.selection import Selection
from bss_core.trajectory_pages import course_page
from bss_core.trajectory_queries import Followed
from tests.bench.million_run import EVALUATIONS, follow, make_run, score_files

SIZES = (100_000, 1_000_000)
ROUNDS = 4
PAGE = 60
FLIPS = 50
_TARGETS = {
    "page of 60, first": 0.5, "page of 60, deep inside": 0.5, "page of 60 of a selection": 0.5,
    "place of a sample": 0.5, "histogram": 0.2, "histogram of a selection": 0.2, "map": 0.5,
    "map of a selection": 0.5, "one trajectory": 0.1,
}  # fmt: skip


def rows() -> list[tuple[str, str, str]]:
    """(what, figure, compared with) for the table."""
    found = []
    for n in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            run = _alone(make_run, Path(folder), n)
            found += _alone(measured, run)
    return found


def _alone(work: Callable[..., Any], *arguments: Any) -> Any:
    """Do it in a process of its own, whose peak of memory is then that of this work."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        return process.submit(work, *arguments).result()


def measured(run: Run) -> list[tuple[str, str, str]]:
    """The table's rows for one run."""
    n = run.evaluations()[0].samples
    start = time.perf_counter()
    follow(run)
    found = [(f"n = {n:,}: dynamics", f"{time.perf_counter() - start:.2f} s", "")]
    for what, ask in questions(run).items():
        seconds = _slowest(ask)
        target = f"target {_TARGETS[what]} s" if what in _TARGETS and n == SIZES[-1] else ""
        found.append((f"n = {n:,}: {what}", f"{seconds:.3f} s", target))
    found.append((f"n = {n:,}: growth over {FLIPS} page flips", f"{_growth(run):.0f} MB", "target 50 MB"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return [*found, (f"n = {n:,}: peak memory of all questions", f"{peak:.2f} GiB", "target 1.5 GB with the app")]


def _growth(run: Run) -> float:
    """MB that the process grew over many page flips, after as many as warm it up."""
    rows, sizes = queries.source(run, EVALUATIONS - 1), []
    for start in (0, FLIPS):
        for number in range(start, start + FLIPS):
            queries.page(rows, Selection(), "total_loss", False, PAGE, PAGE * number)
        sizes.append(psutil.Process().memory_info().rss)
    return (sizes[1] - sizes[0]) / 1e6


def questions(run: Run) -> dict[str, Callable[[int], object]]:
    """What is asked, with the number of the round."""
    rows, files = queries.source(run, EVALUATIONS - 1), score_files(run)
    ids = pd.read_parquet(files[0], columns=["sample_id"])["sample_id"].sample(50 * ROUNDS, random_state=0).tolist()
    everything, part = Selection(), lambda i: Selection(ranges=(("balance_score", -0.5, i / 10),), classes=(1, 2, i))
    word = lambda i: Selection(text=("owl", "storm", "river", "kettle")[i])  # noqa: E731
    x, y, heads = "prediction_similarity", "total_loss", tuple(run.modalities)
    lines = ("label", "balance_score", "rank")  # what the page's lines are drawn from
    places(files[0])  # the first question after trajectories makes them
    lasso = lambda i, k: Selection(lassos=(_circle(x, y, i, k),))  # noqa: E731
    followed = lambda chosen: Followed(dict(enumerate(files)), rows, chosen)  # noqa: E731
    orders = ("slope", "variance", "change", "first_crossing")
    forgot = lambda i: Selection(history=(("forgetting", i, 10), ("ever_balanced", 0, 0)))  # noqa: E731
    return {
        "columns": lambda i: queries.numeric_columns(rows),
        "sizes of a selection": lambda i: queries.sizes(rows, part(i)),
        "sizes of a lasso of 40 vertices": lambda i: queries.sizes(rows, lasso(i, 40)),
        "sizes of a lasso of 200 vertices": lambda i: queries.sizes(rows, lasso(i, 200)),
        "sizes of those that forgot": lambda i: queries.sizes(rows, forgot(i)),
        "page of 60, first": lambda i: queries.page(rows, everything, "balance_score", i % 2 == 0, PAGE),
        "page of 60, deep inside": lambda i: queries.page(rows, everything, y, False, PAGE, 400 * i),
        "page of 60 of a selection": lambda i: queries.page(rows, part(i), x, False, PAGE),
        "page of 60 of a text search": lambda i: queries.page(rows, word(i), x, False, PAGE),
        "place of a sample": lambda i: queries.place(rows, everything, y, False, ids[i]),
        "place of a sample in a selection": lambda i: queries.place(rows, part(i), y, False, ids[i]),
        "sample": lambda i: queries.sample(rows, ids[i]),
        "probabilities": lambda i: queries.probabilities(predictions_path(run.folder, i), ids[i]),
        "counts": lambda i: queries.counts(rows, part(i), "band"),
        "histogram": lambda i: queries.histogram(rows, everything, (x, y, "balance_score", "loss_image")[i]),
        "histogram of a selection": lambda i: queries.histogram(rows, part(i), y),
        "map": lambda i: queries.score_cells(rows, everything, (x, y), "band", (), 80 - i),
        "map of a selection": lambda i: queries.score_cells(rows, part(i), (x, y), "band", ()),
        "map by the modality that leads": lambda i: queries.score_cells(
            rows, everything, (x, y), "modality", heads, 80 - i
        ),
        "map by the change of the score": lambda i: queries.score_cells(
            rows, everything, (x, y), "change", (), before=files[i]
        ),
        "points": lambda i: queries.points(rows, part(i), [x, y], 3000),
        "places of all samples, once per table": lambda i: Places(files[i]),
        "one trajectory": lambda i: queries.trajectories(files, [ids[i]], lines),
        "one sample in every evaluation, all columns": lambda i: queries.trajectories(files, [ids[i]]),
        "twelve trajectories": lambda i: queries.trajectories(files, ids[12 * i :][:12], lines),
        "fifty trajectories": lambda i: queries.trajectories(files, ids[50 * i :][:50], lines[1:2]),
        "500 courses, first": lambda i: course_page(followed(everything), orders[i], True, 500),
        "500 courses, deep inside": lambda i: course_page(followed(everything), orders[i], True, 500, 40_000),
        "500 courses of a selection": lambda i: course_page(followed(part(i)), orders[i], True, 500),
        "trajectories of an unknown sample": lambda i: queries.trajectories(files, [f"none {i}"]),
        "quantiles per evaluation": lambda i: queries.quantiles(files, (x, y, "balance_score", "loss_image")[i]),
        "band shares": lambda i: queries.band_shares(files, (0.1 * i - 0.2, 0.6)),
        "representatives": lambda i: queries.representatives(rows, (0.1 * i, 0.6)),
        "movers": lambda i: queries.movers(run, 10 + i),
        "most variable": lambda i: queries.most_variable(run, 10 + i),
    }


def _circle(x: str, y: str, number: int, count: int) -> Lasso:
    """Around the middle of the map; holds most samples."""
    turns = np.linspace(0, 2 * np.pi, count, endpoint=False)
    across, along = 0.5 + (0.4 + number / 100) * np.cos(turns), 6 + 6 * np.sin(turns)
    return Lasso(x, y, tuple(zip(across.tolist(), along.tolist(), strict=True)))


def _slowest(ask: Callable[[int], object]) -> float:
    times = []
    for turn in range(ROUNDS):
        start = time.perf_counter()
        ask(turn)
        times.append(time.perf_counter() - start)
    return float(np.max(times[1:]))
