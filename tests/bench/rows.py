"""A row of the benchmarks' table, the file of ratios that says when something has become slower, and hard limits."""

from pathlib import Path
from typing import NamedTuple

__all__ = ["BASELINE", "SLACK", "Row", "limited", "read_baseline", "slower", "write_baseline"]

BASELINE = Path(__file__).with_name("BASELINE")
SLACK = 1.5  # machines are shared: only a slow-down beyond it is one
_HEAD = """\
# ratio, benchmark, what; higher is slower; written by python -m tests.bench [NAME …] --write-baseline
# with --larger after it, the larger of two runs: so were those of million
"""


class Row(NamedTuple):
    """One figure.

    Attributes:
        what: was measured.
        figure: with its unit.
        compared: what it was compared with, in words.
        ratio: to something measured beside it in the same run, so that it can be compared between machines; higher is
            slower. None for a figure that only holds for the machine.
        is_beyond: whether it exceeds a limit that holds on every machine.
    """

    what: str
    figure: str
    compared: str = ""
    ratio: float | None = None
    is_beyond: bool = False


def limited(what: str, amount: float, limit: float, unit: str = "MB") -> Row:
    """The row of an amount that must not exceed a limit in the same unit."""
    return Row(what, f"{amount:.0f} {unit}", f"limit {limit:g} {unit}", is_beyond=not amount <= limit)


def read_baseline(path: Path = BASELINE) -> dict[str, dict[str, float]]:
    """Benchmark → what → its ratio when the file was written; empty without the file."""
    found: dict[str, dict[str, float]] = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        if not line.startswith("#"):
            ratio, name, what = line.split("\t", 2)
            found.setdefault(name, {})[what] = float(ratio)
    return found


def write_baseline(rows: dict[str, list[Row]], path: Path = BASELINE, is_larger: bool = False) -> None:
    """Keep the ratios of these benchmarks' rows; those of other benchmarks stay as they are.

    Args:
        rows: benchmark → all its rows.
        path: of the file.
        is_larger: where the file has a larger ratio, leave it.
    """
    found = read_baseline(path)
    for name, measured in rows.items():
        kept = found.get(name, {}) if is_larger else {}
        found[name] = {row.what: max(row.ratio, kept.get(row.what, 0)) for row in measured if row.ratio is not None}
    lines = [f"{found[name][what]:.2f}\t{name}\t{what}\n" for name in sorted(found) for what in sorted(found[name])]
    path.write_text(_HEAD + "".join(lines), encoding="utf-8")


def slower(rows: list[Row], baseline: dict[str, float]) -> list[str]:
    """What is wrong with one benchmark, a sentence each.

    Args:
        rows: all its rows.
        baseline: what → ratio, of this benchmark.

    Returns:
        Ratios that are worse than their baseline by more than :data:`SLACK`, ratios of the baseline that are not
        measured any more, and limits exceeded.
    """
    ratios = {row.what: row.ratio for row in rows if row.ratio is not None}
    grown = [
        f"{what}: {ratio:.2f} × now, {baseline[what]:.2f} × in the baseline"
        for what, ratio in ratios.items()
        if what in baseline and not ratio <= SLACK * baseline[what]
    ]
    gone = [f"{what}: in the baseline, but not measured now" for what in baseline if what not in ratios]
    return grown + gone + [f"{row.what}: {row.figure}, {row.compared}" for row in rows if row.is_beyond]
