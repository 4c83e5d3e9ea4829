"""Options as dataclass fields: bounds, help and the paper's value stand in the field and nowhere else.

From one field come the check of the value, the ``--help`` line and the widget of the Train page.
"""

import dataclasses
import math
import numbers
import os
import typing
from collections.abc import Mapping
from typing import Any

from bss_core.errors import ConfigError

__all__ = ["Option", "check_fields", "checked_options", "describe", "option", "parse_assignments"]


def option(default: Any, help: str, **metadata: Any) -> Any:
    """A dataclass field with ``help`` and, as wanted, ``min``, ``max``, ``above`` (an open
    minimum), ``choices``, ``unit`` and the ``paper``'s value."""
    metadata = {"help": help, **metadata}
    if isinstance(default, dict | list):
        return dataclasses.field(default_factory=lambda: type(default)(default), metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


@dataclasses.dataclass(frozen=True)
class Option:
    """One option of a method or configuration, as a form or a help text needs it."""

    name: str
    type: type
    default: Any
    help: str
    min: float | None = None
    max: float | None = None
    above: float | None = None
    choices: tuple[str, ...] = ()
    unit: str = ""
    paper: str = ""

    @property
    def text(self) -> str:
        """The help line: meaning, unit, range, the paper's value."""
        parts = [self.help, f"unit: {self.unit}" if self.unit else "", self.range]
        return " · ".join(part for part in [*parts, f"paper: {self.paper}" if self.paper else ""] if part)

    @property
    def range(self) -> str:
        """The valid values in words; empty if any will do."""
        if self.choices:
            return "one of " + ", ".join(self.choices)
        low = f"> {self.above:g}" if self.above is not None else f"≥ {self.min:.10g}" if self.min is not None else ""
        high = f"≤ {self.max:.10g}" if self.max is not None else ""
        return " and ".join(part for part in (low, high) if part)

    def check(self, value: Any) -> Any:
        """The value in the option's type.

        Raises:
            ConfigError: wrong type or out of range; the message names the option, the value and what is valid.
        """
        try:
            value = _converted(value, self.type)
        except (TypeError, ValueError, OverflowError):
            kind = _KINDS.get(self.type, f"of type {self.type.__name__}")
            valid = f"; it must be {self.range}" if self.range else ""
            raise ConfigError(f"{self.name} = {value!r} is not {kind}{valid}.") from None
        if not self._is_in_range(value):
            valid = self.range if self.choices else f"finite and {self.range}".removesuffix(" and ")
            raise ConfigError(f"{self.name} = {value!r} is out of range: it must be {valid}.")
        return value

    def _is_in_range(self, value: Any) -> bool:
        if self.choices:
            return value in self.choices
        if isinstance(value, bool) or not isinstance(value, int | float):
            return True
        above = self.above is None or value > self.above
        least = self.min is None or value >= self.min
        return math.isfinite(value) and above and least and (self.max is None or value <= self.max)


_KINDS = {bool: "true or false", int: "a whole number", float: "a number", str: "a text", dict: "a mapping"}
_BOOL_WORDS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


def _converted(value: Any, to: type) -> Any:
    """The value as ``to``; a TypeError, ValueError or OverflowError if it cannot stand for one."""
    if to is bool:
        if str(value).lower() not in _BOOL_WORDS:
            raise ValueError(value)
        return _BOOL_WORDS[str(value).lower()]
    if to in (int, float, str) and isinstance(value, bool):
        raise TypeError(value)
    if to is int:
        return _as_int(value)
    if to is float:
        return float(value)
    if to is str and isinstance(value, os.PathLike | int | float):
        return str(value)
    if not isinstance(value, to):
        raise TypeError(value)
    return value


def _as_int(value: Any) -> int:
    """Whole numbers of any size exactly; only what is not one already goes through a float, as ``"3.0"`` does."""
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, str) and value.strip().lstrip("+-").isdecimal():
        return int(value)
    number = float(value)
    if not number.is_integer():
        raise ValueError(value)
    return int(number)


def describe(owner: type) -> list[Option]:
    """The options of a dataclass, in the order of its fields."""
    types = typing.get_type_hints(owner)
    return [_option(field, types[field.name]) for field in dataclasses.fields(owner) if field.init]


def _option(field: dataclasses.Field, annotation: Any) -> Option:
    known = {item.name for item in dataclasses.fields(Option)}
    details = {key: value for key, value in field.metadata.items() if key in known}
    default = field.default_factory() if callable(field.default_factory) else field.default
    return Option(field.name, typing.get_origin(annotation) or annotation, default, **{"help": "", **details})


def checked_options(owner: type, given: Mapping[str, Any], owner_name: str = "") -> dict[str, Any]:
    """The given options, each checked against its field.

    Raises:
        ConfigError: an unknown name (all valid ones are listed) or a bad value.
    """
    known = {item.name: item for item in describe(owner)}
    unknown = sorted(set(given) - set(known))
    if unknown:
        name = owner_name or owner.__name__
        raise ConfigError(f"{name} has no option {unknown[0]!r}; its options are {', '.join(known) or 'none'}.")
    return {name: known[name].check(value) for name, value in given.items()}


def check_fields(instance: Any) -> None:
    """Check every field of a dataclass instance and convert it to its type; call it from ``__post_init__``.

    Raises:
        ConfigError: a value of the wrong type or out of range.
    """
    for item in describe(type(instance)):
        # object's own setter, because the dataclass may be frozen and this is still part of making it
        object.__setattr__(instance, item.name, item.check(getattr(instance, item.name)))


def parse_assignments(words: list[str]) -> dict[str, str]:
    """``["beta=0.5", "evaluate_every=1"]`` → a dict of strings.

    Raises:
        ConfigError: a word without ``=``.
    """
    pairs = [word.partition("=") for word in words]
    for name, sign, _ in pairs:
        if not sign or not name:
            raise ConfigError(f"{name!r} is not an assignment; write option=value, as in beta=0.5.")
    return {name: value for name, _, value in pairs}
