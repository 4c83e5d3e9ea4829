"""A row of the benchmarks' table, and the file of ratios that says when something has become slower."""

from pathlib import Path
from typing import NamedTuple

__all__ = ["BASELINE", "SLACK", "Row", "read_baseline", "slower", "write_baseline"]

BASELINE = Path(__file__).with_name("BASELINE")
SLACK = 1.5  # machines are shared: only a slow-down beyond it is one


class Row(NamedTuple):
    """One figure.

    Attributes:
        what: was measured.
        figure: with its unit.
        compared: what it was compared with, in words.
        ratio: to something measured beside it in the same run, so that it can be compared between machines; higher is
            slower. None for a figure that only holds for the machine.
    """

    what: str
    figure: str
    compared: str = ""
    ratio: float | None = None


def read_baseline(path: Path = BASELINE) -> dict[str, float]:
    """What → its ratio when the file was written; empty without the file."""
    if not path.exists():
        return {}
    lines = [line.split("\t", 1) for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return {what: float(ratio) for ratio, what in lines}


def write_baseline(rows: list[Row], path: Path = BASELINE) -> None:
    """Keep the ratios of these rows; those of others stay as they are."""
    found = read_baseline(path) | {row.what: row.ratio for row in rows if row.ratio is not None}
    head = "# ratio, what; written by python -m tests.bench --write-baseline; higher is slower\n"
    path.write_text(head + "".join(f"{found[what]:.2f}\t{what}\n" for what in sorted(found)), encoding="utf-8")


def slower(rows: list[Row], baseline: dict[str, float]) -> list[str]:
    """A sentence for every ratio that is worse than its baseline by more than :data:`SLACK`."""
    return [
        f"{row.what}: {row.ratio:.2f} × now, {baseline[row.what]:.2f} × in the baseline"
        for row in rows
        if row.ratio is not None and row.what in baseline and row.ratio > SLACK * baseline[row.what]
    ]
