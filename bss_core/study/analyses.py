"""What a study works out beside the comparison: what scores tell, early and late, and what they cost.

All read the score tables that the runs left; each gives one row per arm (and what it distinguishes), as means over the
seeds with their standard errors.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from bss_core.evaluations import Evaluation, scores_path
from bss_core.manifest import FILE, read_manifest
from bss_core.runs import Run, open_run
from bss_core.study.arms import Arm
from bss_core.study.statistics import correlation, mean, separation

__all__ = ["ANALYSE", "corruption", "cost", "exposure", "ranking", "sources"]

# Criterion → what speaks for a sample that is hard: low similarity, high loss, low balance.
_SIGNS = {
    "prediction_similarity": -1,
    "feature_similarity": -1,
    "total_loss": 1,
    "gradient_magnitude": 1,
    "balance_score": -1,
    "smoothed_score": -1,
}


def ranking(runs: pd.DataFrame, arms: Sequence[Arm], out: Path) -> pd.DataFrame:
    """What the scores that the first ranking is made of tell of later: Spearman's correlation with the run's final
    losses, with those of the reference run of its seed, and with the same scores of the other seeds."""
    rows = []
    for arm in arms:
        own, reference = _opened(runs, arm.name, out), _opened(runs, arm.reference, out)
        first = {seed: _first_scores(run) for seed, run in own.items()}
        last = {seed: _losses(run) for seed, run in own.items()}
        theirs = {seed: _losses(reference[seed]) for seed in own if seed in reference}
        pairs = [_alike(first[one], first[other]) for one, other in combinations(first, 2)]
        rows.append(
            {
                "arm": arm.name,
                **_told("final_loss", [_alike(first[seed], last[seed]) for seed in own]),
                **_told("reference_loss", [_alike(first[seed], theirs[seed]) for seed in theirs]),
                **_told("between_seeds", pairs),
            }
        )
    return pd.DataFrame(rows)


def sources(runs: pd.DataFrame, arms: Sequence[Arm], out: Path) -> pd.DataFrame:
    """Spearman's correlation of a run's own last scores with those of a scoring pass over the same last weights; for
    arms whose scores are not from scoring passes."""
    rows = []
    for arm in arms:
        found = [_source(run) for run in _opened(runs, arm.name, out).values() if run.evaluations("scoring")]
        if found:
            rows.append({"arm": arm.name, **_told("balance_score", found)})
    return pd.DataFrame(rows)


def corruption(runs: pd.DataFrame, arms: Sequence[Arm], out: Path) -> pd.DataFrame:
    """Area under the ROC curve with which each criterion finds the samples whose media are known to be bad, at the
    first, the middle and the last evaluation; 0.5 is chance. For data sets with columns ``noisy_<modality>``."""
    rows = []
    for arm in arms:
        found: dict[tuple[str, str, str], list[float]] = {}
        for run in _opened(runs, arm.name, out).values():
            for key, value in _separations(run):
                found.setdefault(key, []).append(value)
        for (moment, truth, criterion), values in found.items():
            about = {"arm": arm.name, "evaluation": moment, "bad": truth, "criterion": criterion}
            rows.append({**about, **_told("auc", values)})
    return pd.DataFrame(rows)


def exposure(runs: pd.DataFrame, arms: Sequence[Arm], out: Path) -> pd.DataFrame:
    """How evenly each arm showed the samples (means over its epochs), beside its accuracy."""
    rows = []
    for arm in arms:
        own = _finished(runs, arm.name)
        shown = {name: float(own[name].mean()) for name in ("effective_sample_size", "entropy", "coverage")}
        rows.append({"arm": arm.name, **shown, **_told("test_accuracy", own["test_accuracy"].tolist())})
    return pd.DataFrame(rows)


def cost(runs: pd.DataFrame, arms: Sequence[Arm], out: Path) -> pd.DataFrame:
    """Seconds per epoch of training and of scoring, and both together relative to the training alone of the reference
    run of the seed (a reference needs no scores; it is scored only to be looked at)."""
    rows = []
    for arm in arms:
        own, reference = (_seconds(_finished(runs, name)) for name in (arm.name, arm.reference))
        both = own.index.intersection(reference.index)
        ratio = own.loc[both].sum(axis=1) / reference.loc[both, "seconds_per_epoch"]
        rows.append({"arm": arm.name, **own.mean().to_dict(), **_told("relative", ratio.tolist())})
    return pd.DataFrame(rows)


ANALYSE: dict[str, Callable[[pd.DataFrame, Sequence[Arm], Path], pd.DataFrame]] = {
    "ranking": ranking, "sources": sources, "corruption": corruption, "exposure": exposure, "cost": cost,
}  # fmt: skip


def _finished(runs: pd.DataFrame, arm: str) -> pd.DataFrame:
    return runs[(runs["arm"] == arm) & (runs["status"] == "finished")].set_index("seed")


def _opened(runs: pd.DataFrame, arm: str, out: Path) -> dict[int, Run]:
    return {seed: open_run(out / folder) for seed, folder in _finished(runs, arm)["run"].items()}


def _seconds(runs: pd.DataFrame) -> pd.DataFrame:
    return runs[["seconds_per_epoch", "scoring_seconds_per_epoch"]]


def _told(name: str, values: Sequence[float]) -> dict[str, float]:
    found = mean(np.asarray(values, float))
    return {name: found.value, f"{name}_error": found.error}


def _scores(run: Run, evaluation: Evaluation) -> pd.DataFrame:
    with pq.ParquetFile(scores_path(run.folder, evaluation.number)) as file:
        return file.read().to_pandas().set_index("sample_id")


def _first_scores(run: Run) -> pd.Series:
    """ŝ that the first ranking is made of: at the end of the burn-in, if the scheduler has one."""
    burn_in = run.options["scheduler_options"].get("burn_in", 0)
    known = run.evaluations("training")
    return _scores(run, next(item for item in known if item.epoch >= burn_in))["smoothed_score"]


def _losses(run: Run) -> pd.Series:
    return _scores(run, run.evaluations("training")[-1])["total_loss"]


def _alike(one: pd.Series, other: pd.Series) -> float:
    """Rank correlation over the samples that both know."""
    both = one.index.intersection(other.index)
    return correlation(one.loc[both].to_numpy(), other.loc[both].to_numpy())


def _source(run: Run) -> float:
    evaluations = (run.evaluations("training")[-1], run.evaluations("scoring")[-1])
    return _alike(*(_scores(run, item)["balance_score"] for item in evaluations))


def _separations(run: Run) -> Iterator[tuple[tuple[str, str, str], float]]:
    """((moment, truth, criterion), AUC) of one run."""
    truths, known = _truths(run.data), run.evaluations("training")
    moments = {"first": known[0], "middle": known[len(known) // 2], "last": known[-1]}
    for moment, evaluation in moments.items() if len(truths.columns) else ():
        scores = _scores(run, evaluation)
        for truth, bad in truths.loc[scores.index].items():
            for criterion in (name for name in _SIGNS if name in scores):
                values = _SIGNS[criterion] * scores[criterion].to_numpy()
                yield (moment, truth, criterion), separation(values, bad.to_numpy())


def _truths(data: Path) -> pd.DataFrame:
    """Which samples of a data set are known to be bad: a column per modality and, of several, one for ``any``."""
    names = [name for name in pq.read_schema(data / FILE).names if name.startswith("noisy_")]
    rows = read_manifest(data, ["sample_id", *names]).rows.set_index("sample_id").astype(bool)
    rows.columns = [name.removeprefix("noisy_") for name in names]
    return rows.assign(any=rows.any(axis=1)) if len(names) > 1 else rows
