"""Numbers and ranges of any size: how exactly a range's ends are kept, and how they are said.

What counts is a range's own width: 0.00012 … 0.00031 differs from 0.00012 … 0.0004, and 1,234,000 … 1,236,000 does
not need its last digits.
"""

import math
from collections.abc import Sequence

__all__ = ["ends_in_words", "number_in_words", "places", "rounded", "span_in_words"]

_KEPT = 4  # significant digits of the width: finer than a mouse can point
_SAID = 3
_IN_ADDRESSES = 10  # significant digits that an address keeps of a number
_SMALLEST, _GREATEST = 1e-4, 1e9  # others are said with a power of ten


def places(span: float, digits: int) -> int:
    """The decimal places that show a width with so many significant digits; negative for a wide one."""
    return digits - 1 - math.floor(math.log10(abs(span) or 1.0))


def rounded(values: Sequence[float], digits: int = _KEPT) -> list[float]:
    """The values to as many places as the distance of the lowest from the highest needs; an address keeps them whole.

    Args:
        values: finite, at least one.
        digits: significant ones of the distance.
    """
    kept = places(_width(min(values), max(values)), digits)
    return [float(f"{round(float(value), kept):.{_IN_ADDRESSES}g}") for value in values]


def ends_in_words(low: float, high: float, digits: int = _SAID) -> tuple[str, str]:
    """Both finite ends, so that the width shows with ``digits`` significant digits: ``−1``, ``2.5``; ``8.2e−7``."""
    shown = places(_width(low, high), digits)
    greatest = max(abs(low), abs(high))
    say = _plainly if greatest == 0 or _SMALLEST <= greatest < _GREATEST else _with_a_power
    return say(low, shown), say(high, shown)


def number_in_words(value: float, form: str) -> str:
    """The number in one of Python's formats, such as ``.3f``, with a true minus sign."""
    return f"{value:{form}}".replace("-", "−")


def span_in_words(low: float, high: float) -> str:
    """Such as ``0.5 … 2``; ``at least 2`` or ``at most 2`` if the other end is infinite."""
    if math.isinf(high):
        return f"at least {ends_in_words(low, low)[0]}"
    if math.isinf(low):
        return f"at most {ends_in_words(high, high)[0]}"
    return " … ".join(ends_in_words(low, high))


def _width(low: float, high: float) -> float:
    """Of a range without a width, the size of its value."""
    return (high - low) or high


def _plainly(value: float, shown: int) -> str:
    """Whole numbers whole, others without zeros at their end."""
    whole = float(value).is_integer()
    return _tidy(f"{value if whole else round(value, shown) + 0.0:,.{0 if whole else max(shown, 0)}f}")


def _with_a_power(value: float, shown: int) -> str:
    """Such as ``8.2e−7``; ``0`` for an end that is nothing beside the other."""
    value = round(value, shown)
    if not value:
        return "0"
    digits, power = f"{value:.{max(0, shown + math.floor(math.log10(abs(value))))}e}".split("e")
    return f"{_tidy(digits)}e{int(power)}".replace("-", "−")


def _tidy(said: str) -> str:
    return (said.rstrip("0").rstrip(".") if "." in said else said).replace("-", "−")
