"""What a stopped sampler writes down, and the checks before another one goes on from it."""

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from bss_core.errors import ConfigError
from bss_core.plans import checked_scores

if TYPE_CHECKING:
    from bss_core.engine.sampler import CurriculumSampler

__all__ = ["read_state", "written_state"]


def written_state(sampler: "CurriculumSampler", scores: np.ndarray | None, position: int) -> dict[str, Any]:
    """The state: ``n``, ``seed``, ``scheduler`` (with its options), ``epoch``, ``position``, ``scores``.

    ``position`` counts in the global order, over all ranks; ``scores`` are an (n,) float64 tensor, which unlike an
    array passes through ``torch.load(weights_only=True)``, or None.
    """
    return {
        **_identity(sampler),
        "epoch": sampler.epoch,
        "position": position,
        "scores": None if scores is None else torch.from_numpy(scores.copy()),
    }


def read_state(sampler: "CurriculumSampler", state: Mapping[str, Any]) -> tuple[int, np.ndarray | None, int]:
    """Epoch, scores and position of a state that belongs to this sampler.

    Raises:
        ConfigError: something is missing or malformed, or it is of another n, seed or scheduler.
    """
    own = _identity(sampler)
    _check_keys(state, [*own, "epoch", "position", "scores"])
    for name, value in own.items():
        if state[name] != value:
            raise ConfigError(
                f"The sampler's state is of {name} = {state[name]}, but this sampler has {name} = {value}; "
                "it can only go on with the same n, seed and scheduler."
            )
    for name in ("epoch", "position"):
        if not isinstance(state[name], int) or isinstance(state[name], bool) or state[name] < 0:
            raise ConfigError(f"The sampler's state has {name} = {state[name]!r}; it must be a whole number ≥ 0.")
    return state["epoch"], _read_scores(state["scores"], sampler.n), state["position"]


def _read_scores(given: Any, n: int) -> np.ndarray | None:
    if given is None:
        return None
    if isinstance(given, torch.Tensor):
        given = given.numpy(force=True)  # a checkpoint may have been loaded onto another device
    scores = checked_scores(given).copy()
    if len(scores) != n:
        raise ConfigError(f"The sampler's state has {len(scores)} scores for n = {n} samples.")
    return scores


def _check_keys(state: Any, expected: list[str]) -> None:
    if not isinstance(state, Mapping):
        raise ConfigError(f"A sampler's state is a dict; it was given a {type(state).__name__}.")
    missing = [name for name in expected if name not in state]
    if missing:
        raise ConfigError(f"This is no sampler's state: it has no {missing[0]!r}, of {', '.join(expected)}.")


def _identity(sampler: "CurriculumSampler") -> dict[str, Any]:
    """What must be the same for the same order: n, seed, and the scheduler with its options, in words."""
    scheduler = sampler.scheduler
    is_described = dataclasses.is_dataclass(scheduler)  # anybody else's repr may hold an address in memory
    words = repr(scheduler) if is_described else type(scheduler).__qualname__
    return {"n": int(sampler.n), "seed": int(sampler.seed), "scheduler": words}
