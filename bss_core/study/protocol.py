"""How a study was done, in a few lines: data, split, seeds, formulas, selection, length, machine."""

from pathlib import Path
from typing import Any

import pandas as pd

from bss_core.runs import Run, open_run
from bss_core.study.arms import Study

__all__ = ["protocol"]


def protocol(study: Study, runs: pd.DataFrame, out: Path) -> str:
    """The lines, from the first finished run and from what all runs have in common; says so if there is none."""
    finished = runs[runs["status"] == "finished"]
    if finished.empty:
        return "No run has finished yet."
    run = open_run(out / finished["run"].iloc[0])
    details, options = run.details(), run.options
    lines = [
        f"- Data: {details['data']['name']} ({_samples(details)}); accuracy is that of the test split, "
        f"which only the final checkpoint of a run has seen{_exception(options)}.",
        f"- {len(study.seeds)} seeds ({_listed(study.seeds)}), {len(study.arms)} arms, "
        f"{finished['run'].nunique()} of {runs['run'].nunique()} runs finished; the same seed gives every arm the same "
        "first weights.",
        f"- Formulas: preset {options['preset']}; prediction by {_rule(details)}; the epoch with the highest "
        f"{details['results']['selected_on']} counts.",
        f"- Length: {_span(finished, 'epochs_run')} epochs, {_span(finished, 'steps')} steps of "
        f"{options['batch_size']} samples.",
        f"- Differences are to {_listed(sorted(set(finished['reference'])))}, seed by seed; intervals are Student's t, "
        "95 %, not corrected for the number of comparisons.",
        f"- {_machine(run, details)}",
    ]
    return "\n".join(lines)


def _samples(details: dict[str, Any]) -> str:
    return ", ".join(f"{count} {split}" for split, count in details.get("samples", {}).items())


def _exception(options: dict[str, Any]) -> str:
    return "" if options.get("select_on", "validation") == "validation" else " (selected on it too: biased)"


def _rule(details: dict[str, Any]) -> str:
    return str(details["results"].get("rule", "multimodal"))


def _span(runs: pd.DataFrame, column: str) -> str:
    low, high = runs[column].min(), runs[column].max()
    return f"{low:,.0f}" if low == high else f"{low:,.0f}–{high:,.0f}"


def _machine(run: Run, details: dict[str, Any]) -> str:
    versions = details.get("versions", {})
    return (
        f"Machine: {details.get('device', '?')}, {details.get('threads', '?')} thread per run, "
        f"torch {versions.get('torch', '?')}, Python {versions.get('python', '?')}."
    )


def _listed(values: Any) -> str:
    return ", ".join(map(str, values))
