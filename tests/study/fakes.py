"""Run folders of studies without a training: score tables with the columns a test needs, and the table of runs."""

import numpy as np
import pandas as pd

from bss_core.evaluations import Evaluation, write_evaluation
from bss_core.manifest import Info, Manifest, Modality, write_manifest
from bss_core.measurer import Scores
from bss_core.predictions import predictions_from
from bss_core.runs import append_event, create_run
from bss_core.scores import Extrema


def data_set(folder, n, **columns):
    """A data set of n samples of two modalities, with further columns."""
    ids = [f"s{row}" for row in range(n)]
    rows = {"sample_id": ids, "split": ["train"] * n, "label": [row % 2 for row in range(n)]}
    info = Info("fake", ("no", "yes"), {"one": Modality("text"), "two": Modality("text")})
    return write_manifest(folder, Manifest(info, pd.DataFrame(rows | {"one": ids, "two": ids} | columns)))


def fake_run(folder, info, tables, **scheduler_options):
    """A finished run whose evaluations have the given raw columns; ``tables`` are (epoch, kind, columns).

    ``balance_score`` and ``smoothed_score`` are columns like the others, 0 where not given.
    """
    run = create_run(folder, {"scheduler_options": scheduler_options, "epochs": 9, "evaluate_every": 1}, info)
    for number, (epoch, kind, columns) in enumerate(tables):
        columns = {name: np.asarray(values, float) for name, values in columns.items()}
        n = len(next(iter(columns.values())))
        columns = {"prediction_similarity": np.zeros(n), "total_loss": np.zeros(n), **columns}
        balance = columns.pop("balance_score", np.zeros(n))
        smoothed = columns.pop("smoothed_score", balance)
        scores = Scores(columns, {name: Extrema(0.0, 1.0) for name in columns}, balance)
        half = {head: np.full((n, 2), 0.5) for head in ("one", "two")}
        ids = np.array([f"s{row}" for row in range(n)])
        predictions = predictions_from(half, np.arange(n) % 2, ids, np.full(n, "train"))
        write_evaluation(run.folder, Evaluation(number, epoch, kind), predictions, scores, smoothed, np.full(n, 1 / n))
    run.state.update(status="finished")
    return run


def epoch_event(run, epoch, **more):
    """One epoch's record."""
    known = {"epoch": epoch, "steps": 10, "samples": 80, "seconds": 2.0, "loss": 1.0, "metrics": {}}
    append_event(run.folder, {**known, "schedule": {"effective_sample_size": 80.0}, **more})


def runs_table(rows):
    """The table of runs: (arm, seed, folder or None, more columns)."""
    lines = []
    for arm, seed, run, more in rows:
        status = {"status": "finished", "reference": "random", "error": ""}
        lines.append({"arm": arm, "seed": seed, "run": str(run), **status, **more})
    return pd.DataFrame(lines)
