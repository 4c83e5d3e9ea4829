"""The training options in the groups of the Train page: a few in sight, the others folded away under headings."""

import dataclasses
from dataclasses import dataclass

from bss_core.training_options import TrainingOptions

__all__ = ["ELSEWHERE", "GROUPS", "MAIN", "Group"]


@dataclass(frozen=True)
class Group:
    """A heading, its icon, and the names of its options."""

    title: str
    icon: str
    names: tuple[str, ...]


MAIN = ("epochs", "batch_size", "learning_rate", "alpha", "seed", "device")
ELSEWHERE = ("data", "scheduler", "preset", "fusion")  # drawn by selectors of their own
_NAMED = (
    Group("Scores", "balance", ("score_source", "evaluate_every", "scoring_batch_size", "initial_scores")),
    Group("Objective, prediction and selection", "target", ("loss_weights", "prediction_rule", "select_on")),
    Group("Model and input", "hub", ("weight_init", "image_size", "mels", "augment")),
    Group(
        "Optimiser and limits", "timer",
        ("optimizer", "weight_decay", "lr_schedule", "lr_step", "drop_last", "max_steps"),
    ),
)  # fmt: skip
_GROUPED = {*MAIN, *ELSEWHERE, *(name for group in _NAMED for name in group.names)}
_REST = tuple(field.name for field in dataclasses.fields(TrainingOptions) if field.name not in _GROUPED)
GROUPS = (*_NAMED, Group("Machine", "memory", _REST))  # what is new and in no group is shown too
