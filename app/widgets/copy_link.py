"""The address of what is shown, ready to be copied: opened anywhere that this app can be reached, it shows the same."""

from app import selection_state
from app.state import RUN
from app.widgets.component import declared
from bss_core.runs import Run

__all__ = ["copy_link", "said_afresh"]

_component = declared("copy_link")


def copy_link(run: Run, key: str = "copy_link") -> None:
    """Draw the address in a field, and the button that copies it."""
    _component(key=key, data=said_afresh(run), height="content")


def said_afresh(run: Run) -> dict[str, str]:
    """What the address may leave out: the run, and the evaluation while a page follows the latest."""
    number = selection_state.evaluation(run)
    return {RUN: run.id} if number is None else {RUN: run.id, "k": str(number)}
