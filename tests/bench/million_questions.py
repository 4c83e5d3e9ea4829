"""The questions that the pages ask of a large run, each with other arguments in every round."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from bss_core import queries
from bss_core.evaluations import predictions_path
from bss_core.lasso import Lasso
from bss_core.places import Places, places
from bss_core.runs import Run
from bss_core.selection import Selection
from bss_core.trajectories import Followed, course_page, leaders, shares, spread, trajectories
from tests.bench.million_run import EVALUATIONS, score_files

__all__ = ["PAGE", "ROUNDS", "questions"]

ROUNDS = 4
PAGE = 60


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
        "places of all samples, once per table": lambda i: Places(files[i]),
        "one trajectory": lambda i: trajectories(files, [ids[i]], lines),
        "one sample in every evaluation, all columns": lambda i: trajectories(files, [ids[i]]),
        "twelve trajectories": lambda i: trajectories(files, ids[12 * i :][:12], lines),
        "fifty trajectories": lambda i: trajectories(files, ids[50 * i :][:50], lines[1:2]),
        "500 courses, first": lambda i: course_page(followed(everything), orders[i], True, 500),
        "500 courses, deep inside": lambda i: course_page(followed(everything), orders[i], True, 500, 40_000),
        "500 courses of a selection": lambda i: course_page(followed(part(i)), orders[i], True, 500),
        "trajectories of an unknown sample": lambda i: trajectories(files, [f"none {i}"]),
        "quantiles per evaluation": lambda i: spread(followed(everything), (x, y, "balance_score", "loss_image")[i]),
        "band shares": lambda i: shares(followed(Selection(thresholds=(0.1 * i - 0.2, 0.6)))),
        "representatives": lambda i: queries.representatives(rows, (0.1 * i, 0.6)),
        "movers": lambda i: leaders(followed(everything), "change", True, 10 + i),
        "most variable": lambda i: leaders(followed(everything), "variance", True, 10 + i),
    }


def _circle(x: str, y: str, number: int, count: int) -> Lasso:
    """Around the middle of the map; holds most samples."""
    turns = np.linspace(0, 2 * np.pi, count, endpoint=False)
    across, along = 0.5 + (0.4 + number / 100) * np.cos(turns), 6 + 6 * np.sin(turns)
    return Lasso(x, y, tuple(zip(across.tolist(), along.tolist(), strict=True)))
