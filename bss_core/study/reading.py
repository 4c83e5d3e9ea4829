"""Study files: TOML in, a checked :class:`Study` out; every mistake is one sentence that names file and arm.

.. code-block:: toml

    name = "stamps"
    about = "What the study asks, in a sentence."
    seeds = [0, 1, 2, 3, 4]
    reference = "random"                  # what every arm is compared with, seed by seed

    [base]                                # training options of all arms
    data = "assets/stamps"
    epochs = 12

    [defaults.heuristic]                  # options of a scheduler, wherever it is used
    t_grow = 6

    [groups.a]                            # a question; analyses: ranking, exposure, corruption, cost, sources
    title = "Order of the samples"
    analyses = ["cost"]

    [[arm]]
    name = "random"
    groups = ["a", "e"]
    scheduler = "random_order"

    [[arm]]
    name = "bss-l"
    groups = ["e"]
    scheduler = "learned"
    set.replacement = true                # options of the scheduler; measure.* are those of the measurer
    grid.set.temperature = [0.5, 1, 2]    # one arm for each: bss-l-temperature-0.5 …

Further keys of an arm: ``equal_steps = true``, ``initial_scores_from = "<arm>"``, ``reference = "<arm>"`` and
``corrupt = {modality = "image", share = 0.2, how = "swap"}``. Beside a grid the name of another arm may hold an option:
``grid.alpha = [0.1, 0.9]`` with ``reference = "random-alpha-{alpha}"``.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from bss_core.config import describe
from bss_core.errors import ConfigError
from bss_core.study.arms import ANALYSES, Arm, Group, Study, expanded
from bss_core.study.corruption import Corruption
from bss_core.training_options import TrainingOptions, training_options

__all__ = ["read_study"]

_KEYS = {"name": str, "about": str, "seeds": list, "reference": str, "base": dict, "defaults": dict, "groups": dict}
_NEEDED = ("name", "seeds", "reference", "base", "groups", "arm")
_OWN = {
    "name": str, "groups": list, "equal_steps": bool, "initial_scores_from": str, "corrupt": dict, "reference": str,
    "grid": dict, "set": dict, "measure": dict,
}  # fmt: skip
_CORRUPT = ("modality", "share", "how")
_NAME = re.compile(r"[\w.-]{1,60}")


def read_study(path: Path) -> Study:
    """Read and check a study file.

    Raises:
        ConfigError: not TOML, an unknown or missing key, two arms of one name, an arm that does not exist, or options
            that a training run would refuse.
    """
    content = _parsed(Path(path))
    try:
        study = _study(content)
        for arm in study.arms:
            _check(study, arm)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from None
    return study


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"The study file {path} cannot be read ({error.strerror or error}).") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"The study file {path} is not TOML: {error}.") from None


def _study(content: dict[str, Any]) -> Study:
    kinds = {**_KEYS, "arm": list}
    _check_keys("The study", content, tuple(kinds), _NEEDED)
    _check_kinds("", content, kinds)
    _check_kinds("defaults.", content.get("defaults", {}), dict.fromkeys(content.get("defaults", {}), dict))
    if not _NAME.fullmatch(content["name"]):
        raise ConfigError(f"{content['name']!r} cannot name a study; use up to 60 letters, digits, dots, dashes.")
    _check_keys("[base]", content["base"], _fields(), ())
    groups = {name: _group(name, group) for name, group in content["groups"].items()}
    arms = tuple(arm for described in content["arm"] for arm in _arms(content, described, groups))
    return Study(content["name"], content.get("about", ""), _seeds(content["seeds"]), groups, _named(arms))


_KINDS = {str: "a text", list: "a list", dict: "a table", bool: "true or false"}


def _check_kinds(owner: str, given: dict[str, Any], kinds: Mapping[str, type]) -> None:
    for key, kind in kinds.items():
        if not isinstance(given.get(key, kind()), kind):
            raise ConfigError(f"{owner}{key} is {given[key]!r}; {_KINDS[kind]} was expected.")


def _fields() -> tuple[str, ...]:
    """The training options that a study file may set; seeds and the scheduler's options have keys of their own."""
    return tuple(item.name for item in describe(TrainingOptions) if item.name not in ("seed", "scheduler_options"))


def _check_keys(owner: str, given: Any, possible: tuple[str, ...], needed: tuple[str, ...]) -> None:
    if not isinstance(given, Mapping):
        raise ConfigError(f"{owner} is {given!r}; a table was expected.")
    unknown = [key for key in given if key not in possible]
    if unknown:
        raise ConfigError(f"{owner} has no key {unknown[0]!r}; possible are {', '.join(possible)}.")
    missing = [key for key in needed if key not in given]
    if missing:
        raise ConfigError(f"{owner} lacks the key {missing[0]!r}; needed are {', '.join(needed)}.")


def _seeds(seeds: list[Any]) -> tuple[int, ...]:
    whole = all(isinstance(seed, int) and not isinstance(seed, bool) and seed >= 0 for seed in seeds)
    if not seeds or not whole or len(set(seeds)) < len(seeds):
        raise ConfigError(f"seeds is {seeds!r}; one or more different whole numbers ≥ 0 were expected.")
    return tuple(seeds)


def _group(name: str, described: Any) -> Group:
    _check_keys(f"The group {name!r}", described, ("title", "analyses"), ("title",))
    analyses = described.get("analyses", [])
    unknown = [item for item in analyses if item not in ANALYSES]
    if unknown:
        raise ConfigError(
            f"The group {name!r} asks for the analysis {unknown[0]!r}; possible are {', '.join(ANALYSES)}."
        )
    return Group(described["title"], tuple(analyses))


def _arms(content: dict[str, Any], described: Any, groups: dict[str, Group]) -> list[Arm]:
    """One ``[[arm]]`` of the file, its grid written out, with the options it inherits."""
    fields = _fields()
    _check_keys("An arm", described, tuple(dict.fromkeys((*_OWN, *fields))), ("name",))
    name = described["name"]
    _check_kinds(f"In the arm {name!r}, ", described, _OWN)
    if not _NAME.fullmatch(name):
        raise ConfigError(f"{name!r} cannot name an arm; use up to 60 letters, digits, dots, dashes, underscores.")
    given = {key: value for key, value in described.items() if key in fields}
    options = {**content["base"], **given, "scheduler_options": dict(described.get("set", {}))}
    options["measure"] = {**content["base"].get("measure", {}), **described.get("measure", {})}
    asked = tuple(described.get("groups", ()))
    unknown = [group for group in asked if group not in groups]
    if unknown:
        raise ConfigError(f"The arm {name!r} is in the group {unknown[0]!r}; there are {', '.join(groups) or 'none'}.")
    own = {key: described[key] for key in ("equal_steps", "initial_scores_from", "corrupt") if key in described}
    arm = Arm(name, asked, options, **own, reference=described.get("reference", content["reference"]))
    arms = expanded(arm, described["grid"]) if "grid" in described else [arm]
    return [_with_defaults(arm, content.get("defaults", {})) for arm in arms]


def _with_defaults(arm: Arm, defaults: dict[str, Any]) -> Arm:
    inherited = defaults.get(arm.options.get("scheduler", TrainingOptions.scheduler), {})
    return replace(arm, options={**arm.options, "scheduler_options": {**inherited, **arm.options["scheduler_options"]}})


def _named(arms: tuple[Arm, ...]) -> tuple[Arm, ...]:
    names = [arm.name for arm in arms]
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise ConfigError(f"Two arms are called {twice[0]!r}; every arm needs a name of its own.")
    return arms


def _check(study: Study, arm: Arm) -> None:
    names = [other.name for other in study.arms]
    for key in ("reference", "initial_scores_from"):
        wanted = getattr(arm, key)
        if wanted and wanted not in names:
            raise ConfigError(
                f"{key} of the arm {arm.name!r} is {wanted!r}, which is no arm; arms are {', '.join(names)}."
            )
    reference = study.arm(arm.reference)
    if reference.equal_steps or reference.initial_scores_from:
        raise ConfigError(
            f"The arm {arm.name!r} is compared with {arm.reference!r}, which has equal_steps or initial_scores_from; "
            "a reference must stand on its own."
        )
    if arm.initial_scores_from and study.arm(arm.initial_scores_from).initial_scores_from:
        raise ConfigError(
            f"The arm {arm.name!r} starts from {arm.initial_scores_from!r}, which itself needs another arm."
        )
    try:
        if arm.corrupt:
            _check_keys("corrupt", arm.corrupt, _CORRUPT, _CORRUPT)
            Corruption(**arm.corrupt)
        training_options(arm.options | ({"initial_scores": "any"} if arm.initial_scores_from else {}))
    except ConfigError as error:
        raise ConfigError(f"The arm {arm.name!r}: {error}") from None
