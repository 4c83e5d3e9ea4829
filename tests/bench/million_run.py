"""A run of n samples × 10 evaluations, with pictures but without a training, as the trainer would have written it."""

import contextlib
import multiprocessing
import os
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image

from bss_core.dynamics import FILE as DYNAMICS
from bss_core.dynamics import write_dynamics
from bss_core.evaluations import Evaluation, scores_path, write_evaluation
from bss_core.manifest import Info, Manifest, Modality, write_manifest
from bss_core.predictions import Predictions, predictions_from
from bss_core.runs import Run, create_run, open_run
from bss_core.schedulers.learned import Learned
from bss_core.scores import measure

EVALUATIONS = 10
CLASSES = tuple(f"class {number}" for number in range(10))
_HEADS = {"image": 0.6, "caption": 0.8, "multimodal": 1.0}  # how much a head gains per evaluation, in logits
_PICTURES, _SIDE = 1000, 224  # files, shared by all samples; pixels
_WORDS = np.array(["river", "engine", "violin", "storm", "crowd", "kettle", "owl", "harbour"])


def alone(work: Callable[..., Any], *arguments: Any) -> Any:
    """Do it in a process of its own, whose peak of memory is then that of this work."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        return process.submit(work, *arguments).result()


@contextlib.contextmanager
def run_of(n: int) -> Iterator[Run]:
    """The run of ``n`` samples, made for now, or once in the folder that ``BENCH_RUNS`` names; that one stays."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(os.environ.get("BENCH_RUNS", folder)) / str(n)
        ready = root / "runs" / f"made-{n}"
        if not (ready / DYNAMICS).exists():
            alone(make_run, root, n)
        yield open_run(ready)


def make_run(root: Path, n: int) -> Run:
    """Data set, predictions, score tables and dynamics of ``n`` samples."""
    rng = np.random.default_rng(0)
    _draw_pictures(root / "data", rng)
    ids = _ids(rng, n)
    labels = rng.integers(0, len(CLASSES), n)
    run = create_run(
        root / "runs" / f"made-{n}", {"epochs": EVALUATIONS}, write_manifest(root / "data", _data(ids, labels, rng))
    )
    talent = {head: rng.normal(0, 1.5, n).astype(np.float32) for head in _HEADS}
    scheduler, smoothed = Learned(), None
    for number in range(EVALUATIONS):
        predictions = _predictions(rng, ids, labels, talent, number)
        scores = measure(predictions)
        smoothed = scheduler.smooth(smoothed, scores.balance_score, number)
        chances = scheduler.plan(smoothed, number).sampling_probabilities(n)
        write_evaluation(run.folder, Evaluation(number, number), predictions, scores, smoothed, chances)
    write_dynamics(run.folder, score_files(run))
    return run


def score_files(run: Run) -> list[Path]:
    """Its score tables, by evaluation."""
    return [scores_path(run.folder, number) for number in range(EVALUATIONS)]


def _ids(rng: np.random.Generator, n: int) -> np.ndarray:
    """Ids in no order, as those of videos are: no table's statistics say where one of them is."""
    letters = np.array(list("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"))
    names = letters[rng.integers(0, len(letters), (n, 11))].view("U11").ravel()
    assert len(np.unique(names)) == n
    return names.astype(object)


def _data(ids: np.ndarray, labels: np.ndarray, rng: np.random.Generator) -> Manifest:
    first, second = _WORDS[rng.integers(0, len(_WORDS), (2, len(ids)))]
    captions = pd.Series(first) + " and " + pd.Series(second) + " of clip " + pd.Series(ids)
    pictures = np.array([_picture(number) for number in range(_PICTURES)], dtype=object)
    rows = {
        "sample_id": ids, "split": "train", "label": labels,
        "image": pictures[rng.integers(0, _PICTURES, len(ids))], "caption": captions,
    }  # fmt: skip
    info = Info("made", CLASSES, {"image": Modality("image"), "caption": Modality("text")})
    return Manifest(info, pd.DataFrame(rows))


def _picture(number: int) -> str:
    return f"pictures/{number:03d}.jpg"


def _draw_pictures(folder: Path, rng: np.random.Generator) -> None:
    """Clouds of colour, as heavy as photographs of their size."""
    (folder / "pictures").mkdir(parents=True)
    for number in range(_PICTURES):
        coarse = Image.fromarray(rng.integers(0, 256, (12, 12, 3), dtype=np.uint8))
        cloud = np.asarray(coarse.resize((_SIDE, _SIDE), Image.Resampling.BICUBIC), dtype=np.int16)
        grain = rng.integers(-12, 13, cloud.shape, dtype=np.int16)
        Image.fromarray((cloud + grain).clip(0, 255).astype(np.uint8)).save(folder / _picture(number), quality=85)


def _predictions(
    rng: np.random.Generator, ids: np.ndarray, labels: np.ndarray, talent: dict[str, np.ndarray], number: int
) -> Predictions:
    """Logits that are noise but for the label's, which grows with the evaluations and with the sample's talent."""
    logits = {}
    for head, gain in _HEADS.items():
        logits[head] = rng.normal(0, 1, (len(ids), len(CLASSES))).astype(np.float32)
        logits[head][np.arange(len(ids)), labels] += talent[head] + gain * number
    found = predictions_from(None, labels, ids, logits=logits)
    return predictions_from(
        {head: array.astype(np.float32) for head, array in found.probabilities.items()}, labels, ids
    )
