"""The measurer: from predictions to balance scores, by a similarity, a difficulty and a normaliser.

s(x) = z(similarity(x)) − z(difficulty(x)), with z the normaliser over all samples (Balance-aware Sequence Sampling,
Eq. 7); with one of the two alone, s = z(similarity) or s = −z(difficulty). Which they are and their options travel as
one flat mapping, such as ``{"difficulty": "total_loss", "loss_weights": "alpha", "loss_alpha": 0.9}``.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from bss_core.config import describe
from bss_core.criteria.prediction_similarity import PredictionSimilarity
from bss_core.criteria.total_loss import TotalLoss
from bss_core.errors import ConfigError
from bss_core.normalisers._extrema import Extrema
from bss_core.predictions import Predictions
from bss_core.registry import build, find, members
from bss_core.row_blocks import over_blocks

__all__ = ["Measurer", "Scores", "build_measurer"]

NONE = "none"
_ROLES = {"similarity": "prediction_similarity", "difficulty": "total_loss"}  # role → the paper's criterion
_NORMALISER = "min_max"
# The two quantities of the paper stand in every score table, whatever the score is made of: they cost next to nothing.
_ALWAYS = {"prediction_similarity": PredictionSimilarity(), "total_loss": TotalLoss()}


@dataclass(frozen=True)
class Scores:
    """The measurer's result for n samples.

    Attributes:
        raw: criterion → (n,) raw values: those chosen, and always ``prediction_similarity`` and ``total_loss``.
        extrema: criterion → :class:`Extrema`, for all of ``raw``.
        balance_score: (n,) s in [−1, 1]; high = balanced.
        constant: the chosen criteria that were the same for every sample and so were left out.
    """

    raw: dict[str, np.ndarray]
    extrema: dict[str, Extrema]
    balance_score: np.ndarray
    constant: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Measurer:
    """``(Predictions) -> Scores``; made by :func:`build_measurer`.

    Attributes:
        criteria: name → criterion: a similarity, a difficulty, or both, in this order.
        normaliser: ``(n,) -> ((n,) in [0, 1], Extrema)``.
        normaliser_name: its name in the family.
    """

    criteria: dict[str, Any]
    normaliser: Any
    normaliser_name: str

    @property
    def measurements(self) -> tuple[str, ...]:
        """The values that the criteria read from ``Predictions.measured``."""
        return tuple(name for criterion in self.criteria.values() for name in criterion.measurements)

    def as_dict(self) -> dict[str, Any]:
        """All options, flat, with the defaults filled in: what :func:`build_measurer` makes this measurer of."""
        names = {criterion.role: name for name, criterion in self.criteria.items()}
        chosen = {role: names.get(role, NONE) for role in _ROLES} | {"normaliser": self.normaliser_name}
        for member in (*self.criteria.values(), self.normaliser):
            chosen |= asdict(member)
        return chosen

    def __call__(self, predictions: Predictions) -> Scores:
        raw = _raw_values(_ALWAYS | self.criteria, predictions)
        extrema = {name: Extrema.of(values) for name, values in raw.items()}
        score = np.zeros(len(predictions))
        for name, criterion in self.criteria.items():
            normalised, extrema[name] = self.normaliser(raw[name])
            score += criterion.sign * normalised
        return Scores(raw, extrema, score, tuple(name for name in self.criteria if extrema[name].is_constant))


def _raw_values(criteria: Mapping[str, Any], predictions: Predictions) -> dict[str, np.ndarray]:
    """All criteria over one block of rows after the other: the predictions are read from memory once."""
    raw = {name: np.empty(len(predictions)) for name in criteria}

    def work(part: slice) -> None:
        rows = predictions.rows(part)
        for name, criterion in criteria.items():
            raw[name][part] = criterion(rows)

    over_blocks(len(predictions), predictions.row_bytes, work)
    return raw


def build_measurer(options: Mapping[str, Any] | None = None) -> Measurer:
    """The measurer of these flat options; without any, the paper's.

    Args:
        options: ``similarity`` and ``difficulty`` (a criterion of that role, or ``none``), ``normaliser``, and the
            options of the three members chosen.

    Raises:
        ConfigError: no such member, an option that none of them has, a value out of range, or neither criterion.
    """
    given = dict(options or {})
    names = {role: _criterion_name(role, str(given.pop(role, default))) for role, default in _ROLES.items()}
    normaliser = str(given.pop("normaliser", _NORMALISER))
    chosen = [("criteria", name) for name in names.values() if name != NONE]
    if not chosen:
        raise ConfigError("similarity and difficulty are both none, so there is no score; choose at least one of them.")
    *criteria, last = _built([*chosen, ("normalisers", normaliser)], given)
    return Measurer({name: criterion for (_, name), criterion in zip(chosen, criteria, strict=True)}, last, normaliser)


def _criterion_name(role: str, name: str) -> str:
    possible = [NONE, *(member for member in members("criteria") if find("criteria", member).role == role)]
    if name not in possible:
        raise ConfigError(f"{role} = {name!r} does not exist; it must be one of {', '.join(possible)}.")
    return name


def _built(chosen: list[tuple[str, str]], options: Mapping[str, Any]) -> list[Any]:
    """The members, each built with its own share of the options."""
    fields = {member: [item.name for item in describe(find(*member))] for member in chosen}
    known = [name for names in fields.values() for name in names]
    unknown = sorted(set(options) - set(known))
    if unknown:
        possible = ", ".join([*_ROLES, "normaliser", *known])
        raise ConfigError(
            f"The measurer of {', '.join(name for _, name in chosen)} has no option {unknown[0]!r}; its options are "
            f"{possible}."
        )
    return [build(*member, **{name: options[name] for name in fields[member] if name in options}) for member in chosen]
