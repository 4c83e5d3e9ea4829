"""Which options count only together with a value of another one; a form leaves out those that would do nothing."""

from collections.abc import Callable
from typing import Any

__all__ = ["WHEN", "applies"]

# option → (the option it depends on, the values with which it counts)
WHEN: dict[str, tuple[str, tuple[Any, ...]]] = {
    "root": ("pacing", ("root",)),
    "pacing_steps": ("pacing", ("step",)),
    "temperature": ("weighting", ("softmax",)),
    "weight_floor": ("weighting", ("linear", "inverted")),
    "alpha": ("loss_weights", ("alpha",)),
    "loss_alpha": ("loss_weights", ("alpha",)),
    "lr_step": ("lr_schedule", ("step",)),
}


def applies(name: str, value_of: Callable[[str], Any]) -> bool:
    """Whether an option counts.

    Args:
        name: of the option.
        value_of: option → its value now, None for one that the form does not have.
    """
    if name not in WHEN:
        return True
    other, values = WHEN[name]
    found = value_of(other)
    return found is None or found in values
