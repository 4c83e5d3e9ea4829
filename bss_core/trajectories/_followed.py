"""Which samples are followed, through which evaluations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bss_core.errors import ConfigError
from bss_core.queries import Source, selected
from bss_core.selection import Selection
from bss_core.tables import parquet

__all__ = ["ORDERS", "Followed", "check_order"]

ORDERS = ("slope", "change", "variance", "first_crossing", "crossings", "forgetting", "balance_score")


@dataclass(frozen=True)
class Followed:
    """Which samples are followed through which tables.

    Attributes:
        files: number of an evaluation → its score table, in ascending order.
        rows: the source of the last of them, of which the selection is asked.
        selection: which samples are meant.
    """

    files: Mapping[int, Path]
    rows: Source
    selection: Selection = Selection()

    def at(self, evaluations: Sequence[int]) -> "Followed":
        """The same samples in only some of the evaluations.

        Raises:
            ConfigError: one that is not there.
        """
        unknown = [number for number in evaluations if number not in self.files]
        if unknown:
            known = ", ".join(map(str, self.files))
            raise ConfigError(f"There is no evaluation {', '.join(map(str, unknown))} to follow; there are {known}.")
        return replace(self, files={number: self.files[number] for number in evaluations})

    @property
    def tables(self) -> str:
        """All tables as one relation."""
        return parquet(list(self.files.values()))

    @property
    def dynamics(self) -> Path:
        """The summary of the samples' courses.

        Raises:
            RunError: the run has none yet.
        """
        return self.rows.known_dynamics

    def members(self) -> tuple[str, list[Any]]:
        """An SQL condition on ``sample_id`` and its parameters; costs nothing if everything is selected.

        Raises:
            ConfigError: a column that does not exist.
            RunError: the selection asks for the samples' history, and the run has none yet.
        """
        if self.selection == Selection(thresholds=self.selection.thresholds):
            return "true", []
        found, values = selected(self.rows, self.selection)
        return f"sample_id IN (SELECT sample_id FROM {found})", values


def check_order(order: str) -> None:
    """Raise a ConfigError if it is none of :data:`ORDERS`."""
    if order not in ORDERS:
        raise ConfigError(f"Samples cannot be put in the order of {order!r}; orders are {', '.join(ORDERS)}.")
