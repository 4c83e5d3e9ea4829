"""Runs that this program trained, and runs that came from elsewhere: recorded in a user's own loop, or imported."""

from app import data
from bss_core.runs import Run

__all__ = ["ELSEWHERE", "has_data_set", "is_trained_here"]

ELSEWHERE = "it was recorded or imported, not trained by this program"


def is_trained_here(run: Run) -> bool:
    """Whether it is a training run, and so can be continued, scored again and copied; only others name a source.

    Raises:
        RunError: its description cannot be read.
    """
    return not data.details(run).get("source")


def has_data_set(run: Run) -> bool:
    """Whether it names a data set at all; the data set may be gone. Without one, the folder named is the run's own.

    Raises:
        RunError: its description cannot be read.
    """
    return run.data != run.folder
