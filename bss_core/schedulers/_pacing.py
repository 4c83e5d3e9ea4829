"""What the pacing schedulers share: λ(t), when the ranking is made, and the size of the pool cut from it."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bss_core.config import check_fields, option
from bss_core.errors import ConfigError
from bss_core.plans import check_same_samples, checked_scores

__all__ = ["Paced"]


def _root(pacing: "Paced", t: float) -> float:
    p = pacing.root
    base = (1 - pacing.lambda_0**p) / pacing.t_grow * t + pacing.lambda_0**p
    return math.sqrt(base) if p == 2 else base ** (1 / p)


def _linear(pacing: "Paced", t: float) -> float:
    return pacing.lambda_0 + (1 - pacing.lambda_0) * t / pacing.t_grow


def _geometric(pacing: "Paced", t: float) -> float:
    return pacing.lambda_0 ** (1 - t / pacing.t_grow)


def _step(pacing: "Paced", t: float) -> float:
    done = math.floor(pacing.pacing_steps * t / pacing.t_grow) / pacing.pacing_steps
    return pacing.lambda_0 + (1 - pacing.lambda_0) * done


_CURVES: dict[str, Callable[["Paced", float], float]] = {
    "root": _root,
    "linear": _linear,
    "geometric": _geometric,
    "step": _step,
}


@dataclass(frozen=True)
class Paced:
    """A pool that grows from λ₀ to the whole set in T_grow epochs; a subclass says from which end of the ranking."""

    lambda_0: float = option(
        0.1, "share of the training set in the first pool, λ₀", above=0.0, max=1.0, paper="code 0.1"
    )
    t_grow: int = option(
        40, "epochs until the pool is the whole set, T_grow", min=1, unit="epochs", paper="code 40 of 120 epochs"
    )
    pacing: str = option("root", "how λ grows from λ₀ to 1", choices=tuple(_CURVES), paper="root, with root = 2")
    root: float = option(2.0, "which root, for pacing = root; 1 is linear, p", min=1.0, max=20.0, paper="2")
    pacing_steps: int = option(4, "number of equal steps from λ₀ to 1, for pacing = step", min=1, max=1000)
    pacing_offset: int = option(0, "t of the first epoch", min=0, max=1, paper="0; code 1")
    burn_in: int = option(0, "epochs on the whole set before the ranking is made", min=0, unit="epochs", paper="code 0")
    rerank_every: int = option(0, "epochs between two rankings; 0 = rank once", min=0, unit="epochs", paper="code 0")

    def __post_init__(self) -> None:
        check_fields(self)

    def share(self, epoch: float) -> float:
        """λ(epoch − burn_in + pacing_offset), in [λ₀, 1] and never falling; 1 before the burn-in's end."""
        t = epoch - self.burn_in + self.pacing_offset
        if epoch < self.burn_in or t >= self.t_grow:
            return 1.0
        return min(1.0, max(self.lambda_0, _CURVES[self.pacing](self, max(t, 0))))

    def smooth(self, previous: np.ndarray | None, current: np.ndarray, epoch: int | None = None) -> np.ndarray:
        """The scores that rank from now on: the first ones, until the burn-in ends or a new ranking is due.

        Raises:
            ConfigError: ``burn_in`` or ``rerank_every`` is set and no epoch is given, or the scores are of another
                number of samples than before.
        """
        if epoch is None and (self.burn_in or self.rerank_every):
            raise ConfigError(
                "This schedule ranks again in the course of training, so it needs the epoch of the scores; "
                f"none was given (burn_in = {self.burn_in}, rerank_every = {self.rerank_every})."
            )
        if previous is not None:
            check_same_samples(previous, current)
        return checked_scores(current if previous is None or self._ranks_again(epoch) else previous)

    def needs_scores_at(self, epoch: int) -> bool:
        """Whether the ranking is made at the start of this epoch, for a pool that is not yet the whole set."""
        return self.share(epoch) < 1 and (epoch == self.burn_in or self._ranks_again(epoch))

    def pool_size(self, n: int, epoch: int) -> int:
        """⌊n · λ(t)⌋ (Eq. 9), at least one sample."""
        return max(1, int(n * self.share(epoch)))

    def _ranks_again(self, epoch: int | None) -> bool:
        if epoch is None or epoch < self.burn_in:
            return False
        if epoch == self.burn_in:
            return self.burn_in > 0  # at epoch 0 external scores, if there are any, count more than the first own ones
        return self.rerank_every > 0 and (epoch - self.burn_in) % self.rerank_every == 0
