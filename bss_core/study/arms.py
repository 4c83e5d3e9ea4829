"""What a study compares: arms (named settings of a training run), and the groups of arms that answer one question."""

import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bss_core.errors import ConfigError

__all__ = ["ANALYSES", "Arm", "Group", "Study", "expanded"]

ANALYSES = ("ranking", "exposure", "corruption", "cost", "sources")


@dataclass(frozen=True)
class Group:
    """One question: its title, and what is worked out beside the comparison (names of :data:`ANALYSES`)."""

    title: str
    analyses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Arm:
    """One setting of the study.

    Attributes:
        name: letters, digits, dots, dashes, underscores; its runs are named ``<name>-seed0``.
        groups: the questions it belongs to.
        options: what it sets of the training options; ``scheduler_options`` and ``measure`` are dicts.
        equal_steps: train for as many optimiser steps as the reference, over as many epochs as that takes.
        initial_scores_from: the arm whose run of the same seed gives the scores to start from; empty for none.
        corrupt: ``modality``, ``share`` and ``how`` of the damage to its training samples; empty for none.
        reference: the arm that it is compared with.
    """

    name: str
    groups: tuple[str, ...]
    options: dict[str, Any]
    equal_steps: bool = False
    initial_scores_from: str = ""
    corrupt: dict[str, Any] = field(default_factory=dict)
    reference: str = ""


@dataclass(frozen=True)
class Study:
    """A study file's content, with every grid written out."""

    name: str
    about: str
    seeds: tuple[int, ...]
    groups: dict[str, Group]
    arms: tuple[Arm, ...]

    def arm(self, name: str) -> Arm:
        """The arm of that name."""
        return next(arm for arm in self.arms if arm.name == name)

    def of_group(self, group: str) -> list[Arm]:
        """The arms of one question, in the file's order."""
        return [arm for arm in self.arms if group in arm.groups]


def expanded(arm: Arm, grid: Mapping[str, Any]) -> list[Arm]:
    """The arm once for every combination of the grid's values, named ``<arm>-<option>-<value>…``; the names of the
    arms that it refers to may hold ``{option}``, as in ``reference = "random-alpha-{alpha}"``.

    Args:
        grid: option → list of values; options of the scheduler and the measurer stand under ``set`` and ``measure``.

    Raises:
        ConfigError: a value that is no list, or an empty one.
    """
    knobs = list(_knobs(grid, ()))
    for path, values in knobs:
        if not isinstance(values, list) or not values:
            raise ConfigError(
                f"The grid of {'.'.join(path)} in the arm {arm.name!r} is {values!r}; a list was expected."
            )
    settings = itertools.product(*(values for _, values in knobs))
    return [_set(arm, [path for path, _ in knobs], setting) for setting in settings]


def _knobs(grid: Mapping[str, Any], above: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, values in grid.items():
        if isinstance(values, Mapping):
            yield from _knobs(values, (*above, name))
        else:
            yield (*above, name), values


def _set(arm: Arm, paths: list[tuple[str, ...]], values: tuple[Any, ...]) -> Arm:
    options = json.loads(json.dumps(arm.options))
    for path, value in zip(paths, values, strict=True):
        _nested(options, path[:-1])[path[-1]] = value
    words = {path[-1]: _word(value) for path, value in zip(paths, values, strict=True)}
    name = "-".join([arm.name, *(f"{option}-{word}" for option, word in words.items())])
    others = {key: _filled(getattr(arm, key), words) for key in ("reference", "initial_scores_from")}
    return replace(arm, name=name, options=options, **others)


def _filled(name: str, words: Mapping[str, str]) -> str:
    """The name of another arm with its ``{option}`` replaced by the grid's value."""
    for option, word in words.items():
        name = name.replace(f"{{{option}}}", word)
    return name


def _nested(options: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    for name in path:
        options = options.setdefault({"set": "scheduler_options"}.get(name, name), {})
    return options


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
