"""Families of methods: one folder each, one module per member, found by name and imported only on request.

File name = method name everywhere (command line, run.json, selector). A member module puts its one public class or
function in ``__all__``; its docstring is the method card. Adding a method is adding a file.
"""

import dataclasses
import importlib
import inspect
import pkgutil
from pathlib import Path
from typing import Any

from bss_core.config import checked_options
from bss_core.errors import ConfigError

__all__ = ["FAMILIES", "build", "card", "find", "members"]

FAMILIES = {
    "criteria": "bss_core.criteria",
    "schedulers": "bss_core.schedulers",
    "normalisers": "bss_core.normalisers",
    "datasets": "bss_core.datasets",
    "encoders": "bss_core.engine.encoders",
    "fusion": "bss_core.engine.fusion",
    "rebalance": "bss_core.engine.rebalance",
}


def _package(family: str) -> str:
    if family not in FAMILIES:
        raise ConfigError(f"There is no family {family!r}; there are {', '.join(FAMILIES)}.")
    return FAMILIES[family]


def members(family: str) -> list[str]:
    """The names of a family's members, sorted; nothing is imported."""
    folder = Path(__file__).parent.joinpath(*_package(family).split(".")[1:])
    return sorted(module.name for module in pkgutil.iter_modules([str(folder)]) if not module.name.startswith("_"))


def _module(family: str, name: str) -> Any:
    package, names = _package(family), members(family)
    if name not in names:
        raise ConfigError(f"There is no {name!r} among the {family}; there are {', '.join(names) or 'none yet'}.")
    return importlib.import_module(f"{package}.{name}")


def find(family: str, name: str) -> Any:
    """The class or function that the member's module names in ``__all__``.

    Raises:
        ConfigError: no such family or member; the message lists the valid ones.
    """
    module = _module(family, name)
    return getattr(module, module.__all__[0])


def card(family: str, name: str) -> str:
    """The method card: the member module's docstring."""
    return (_module(family, name).__doc__ or "").strip()


def build(family: str, name: str, **options: Any) -> Any:
    """Build a member from its options, checked against the dataclass fields' bounds.

    Raises:
        ConfigError: an unknown option (the valid ones are listed), a missing one, or a value out of range.
    """
    member = find(family, name)
    if dataclasses.is_dataclass(member):
        options = checked_options(member, options, owner_name=f"{family} {name!r}")
    signature = inspect.signature(member)
    try:
        signature.bind(**options)
    except TypeError as error:
        takes = ", ".join(signature.parameters) or "none"
        raise ConfigError(f"{family} {name!r} cannot be built: {error}; its options are {takes}.") from None
    return member(**options)
