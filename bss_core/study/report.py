"""The report of a study: ``results.md``, its tables as Parquet, its figures; all derived from ``runs.parquet``."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from bss_core.files import write_bytes, write_table
from bss_core.study import figures
from bss_core.study.analyses import ANALYSE
from bss_core.study.arms import Group, Study
from bss_core.study.comparing import LENGTHS, compare, of_equal_length
from bss_core.study.protocol import protocol

__all__ = ["write_report"]

_HEADS = {
    "mean": "test accuracy", "difference": "difference to reference (95 % interval)", "test_map": "MAP",
    "test_macro_f1": "macro F1", "epochs_run": "epochs", "best_epoch": "best epoch", "runs": "seeds",
    "seconds_per_epoch": "training, s per epoch", "scoring_seconds_per_epoch": "scoring, s per epoch",
    "relative": "both, relative to the reference's training", "final_loss": "ρ with own final losses",
    "reference_loss": "ρ with the reference's final losses", "between_seeds": "ρ between seeds",
    "balance_score": "ρ with a scoring pass", "auc": "AUC", "test_accuracy": "test accuracy",
}  # fmt: skip
_DIGITS = {"steps": 0, "epochs_run": 0, "best_epoch": 1, "effective_sample_size": 1}
_WHAT = {
    "ranking": "What the first ranking's scores tell: Spearman's ρ with total losses at the end of training, and with "
    "the scores of other seeds (mean ± standard error).",
    "sources": "Spearman's ρ between the run's own last scores and a scoring pass over the same last weights.",
    "corruption": "How well each criterion finds the samples with bad media (area under the ROC curve, 0.5 is chance).",
    "exposure": "How evenly the samples were shown (means over the epochs), and accuracy.",
    "cost": "Time per epoch, measured while other runs shared the machine: compare ratios, not seconds.",
}


def write_report(study: Study, runs: pd.DataFrame, out: Path) -> None:
    """Write ``results.md``, ``tables/*.parquet`` and ``figures/*.svg`` into the study's folder."""
    parts = [f"# Study {study.name}", study.about, protocol(study, runs, out)]
    for name, group in study.groups.items():
        parts += [f"## {group.title}", *_comparisons(study, name, group, runs, out), *_analyses(study, name, runs, out)]
    parts += _failures(runs)
    write_bytes(out / "results.md", ("\n\n".join(part for part in parts if part) + "\n").encode())


def _comparisons(study: Study, name: str, group: Group, runs: pd.DataFrame, out: Path) -> Iterator[str]:
    arms = study.of_group(name)
    for length in LENGTHS:
        table = compare(runs, of_equal_length(runs, arms, length))
        if table.empty:
            yield f"At equal {length}: no arm has finished with its reference."
            continue
        stem = f"{name}-equal-{length}"
        _keep(table, out / "tables" / f"{stem}.parquet")
        figures.save(figures.comparison, table, f"{group.title}, equal {length}", out / "figures" / f"{stem}.svg")
        yield f"**At equal {length}:**"
        yield _markdown(_shown(table))
        yield f"![Mean test accuracy and difference to the reference, equal {length}](figures/{stem}.svg)"


def _analyses(study: Study, name: str, runs: pd.DataFrame, out: Path) -> Iterator[str]:
    finished = set(runs.loc[runs["status"] == "finished", "arm"])
    arms = [arm for arm in study.of_group(name) if {arm.name, arm.reference} <= finished]
    for analysis in study.groups[name].analyses if arms else ():
        table = ANALYSE[analysis](runs, arms, out)
        yield f"**{analysis.capitalize()}.** {_WHAT[analysis]}"
        if table.empty:
            yield "No run of this group has what this needs."
            continue
        stem = f"{name}-{analysis}"
        _keep(table, out / "tables" / f"{stem}.parquet")
        yield _markdown(_joined(table))
        if analysis in figures.DRAW:
            figures.save(figures.DRAW[analysis], table, study.groups[name].title, out / "figures" / f"{stem}.svg")
            yield f"![{_WHAT[analysis]}](figures/{stem}.svg)"


def _keep(table: pd.DataFrame, path: Path) -> None:
    write_table(pa.Table.from_pandas(table, preserve_index=False), path)


def _shown(table: pd.DataFrame) -> pd.DataFrame:
    """A comparison as people read it: ``0.812 ± 0.004`` and ``+0.010 (−0.002, +0.022)``."""
    shown = pd.DataFrame({"arm": table["arm"], "runs": table["runs"]})
    shown["mean"] = [_pair(row["mean"], row["error"]) for _, row in table.iterrows()]
    shown["difference"] = [_interval(row["difference"], row["low"], row["high"]) for _, row in table.iterrows()]
    for name in ("test_map", "test_macro_f1", "steps", "epochs_run", "best_epoch"):
        shown[name] = [_number(value, _DIGITS.get(name, 3)) for value in table[name]]
    return shown


def _joined(table: pd.DataFrame) -> pd.DataFrame:
    """A table of an analysis with each value and its error in one column."""
    shown = {}
    for name in table.columns:
        if f"{name}_error" in table:
            shown[name] = [_pair(*pair) for pair in zip(table[name], table[f"{name}_error"], strict=True)]
        elif not name.endswith("_error"):
            shown[name] = [
                value if isinstance(value, str) else _number(value, _DIGITS.get(name, 3)) for value in table[name]
            ]
    return pd.DataFrame(shown)


def _pair(value: float, error: float) -> str:
    return _number(value, 3) + (f" ± {error:.3f}" if np.isfinite(error) else "")


def _interval(value: float, low: float, high: float) -> str:
    if not np.isfinite(value):
        return "–"
    return f"{value:+.3f}" + (f" ({low:+.3f}, {high:+.3f})" if np.isfinite(low) else "")


def _number(value: float, digits: int) -> str:
    return f"{value:,.{digits}f}" if np.isfinite(value) else "–"


def _markdown(table: pd.DataFrame) -> str:
    heads = [_HEADS.get(name, name.replace("_", " ")) for name in table.columns]
    lines = [heads, ["---", *("--:" for _ in heads[1:])], *table.astype(str).to_numpy().tolist()]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _failures(runs: pd.DataFrame) -> Iterator[str]:
    failed = runs[runs["status"] != "finished"].drop_duplicates("run")
    if not failed.empty:
        yield "## Runs that did not finish"
        yield "\n".join(f"- {row.run}: {row.status}. {row.error or ''}".rstrip() for row in failed.itertuples())
