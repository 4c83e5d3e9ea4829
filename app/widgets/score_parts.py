"""What the score of one sample is made of: the criteria that its evaluation chose, each normalised and signed."""

from collections.abc import Callable

import numpy as np

from bss_core.evaluations import Evaluation
from bss_core.measurer import Measurer, build_measurer

__all__ = ["axes_of", "formula", "keeps_proportions", "measurer_of", "normalised", "parts_of"]

_EXACT = 1e-6  # parts that add up to the stored score this closely are those it was made of


def measurer_of(about: Evaluation) -> Measurer:
    """The measurer of an evaluation; an old file that does not say has the default one.

    Raises:
        ConfigError: it was measured by a method that this version does not have.
    """
    return build_measurer(about.measure or {})


def formula(measurer: Measurer) -> str:
    """Such as ``s = normalised prediction similarity − normalised total loss``."""
    signed = sorted(measurer.criteria.items(), key=lambda item: -item[1].sign)
    words = [f"{'+' if criterion.sign > 0 else '−'} normalised {name.replace('_', ' ')}" for name, criterion in signed]
    return "s = " + " ".join(words).removeprefix("+ ")


def axes_of(measurer: Measurer, otherwise: tuple[str, str]) -> tuple[str, str]:
    """The similarity and the difficulty of a score that has both, else ``otherwise``."""
    names = tuple(sorted(measurer.criteria, key=lambda name: -measurer.criteria[name].sign))
    return names if len(names) == 2 else otherwise


def keeps_proportions(measurer: Measurer) -> bool:
    """Whether its normaliser is a straight line from the lowest to the highest value, as min–max is."""
    line = np.array([0.0, 0.1, 0.5, 1.0])
    return bool(np.allclose(measurer.normaliser(line)[0], line))


def normalised(
    row: dict[str, float], about: Evaluation, measurer: Measurer, column: Callable[[str], np.ndarray]
) -> dict[str, float]:
    """Criterion → this sample's normalised value, 0–1.

    The extrema in the file answer for normalisers that scale between two values. If the answer does not add up to the
    stored score, as with ranks, the normaliser itself is asked for the whole ``column``.
    """
    found = {name: _between(row[name], about, name) for name in measurer.criteria}
    total = sum(criterion.sign * found[name] for name, criterion in measurer.criteria.items())
    if abs(total - row["balance_score"]) <= _EXACT:
        return found
    return {name: _among(row[name], column(name), measurer) for name in measurer.criteria}


def _between(value: float, about: Evaluation, name: str) -> float:
    extrema = about.extrema.get(name)
    return 0.0 if extrema is None else float(np.clip(extrema.normalise(np.array([value]))[0], 0.0, 1.0))


def _among(value: float, values: np.ndarray, measurer: Measurer) -> float:
    return float(measurer.normaliser(values)[0][np.abs(values - value).argmin()])


def parts_of(
    row: dict[str, float], about: Evaluation, measurer: Measurer, column: Callable[[str], np.ndarray]
) -> list[tuple[str, float]]:
    """(criterion in words with its sign, its signed normalised value), what raises the score first.

    Args:
        row: the sample's row of the score table.
        about: the evaluation it is from.
        measurer: of that evaluation.
        column: criterion → (n,) its raw values of all samples, asked for only if needed.
    """
    found = normalised(row, about, measurer, column)
    signed = sorted(measurer.criteria.items(), key=lambda item: -item[1].sign)
    return [
        (f"{'+' if criterion.sign > 0 else '−'} {name.replace('_', ' ')}", criterion.sign * found[name])
        for name, criterion in signed
    ]
