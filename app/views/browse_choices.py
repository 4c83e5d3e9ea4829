"""What Browse alone remembers (see :mod:`app.page_choices`): grouping, page, its size, the sample compared.

Whatever an address holds is checked: what does not fit is the default.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from app import page_choices

__all__ = ["GROUPS", "SIZES", "Choices", "change", "choices", "decode", "encode", "now"]

GROUPS = {"": "", "class": "label", "band": "band"}  # word in the address → column to group by
SIZES = (24, 48, 60)
_LONGEST_ID = 1000


@dataclass(frozen=True)
class Choices:
    """Attributes:
    group: a key of :data:`GROUPS`.
    size: samples on a page, one of :data:`SIZES`.
    page: counted from 1; 0 for the page with the sample looked at.
    compare: id of the sample to compare with the one looked at; the run may not have it.
    """

    group: str = ""
    size: int = 48
    page: int = 0
    compare: str = ""


def encode(chosen: Choices) -> dict[str, str]:
    """Parameters of an address, only those that differ from the default."""
    words = {"group": chosen.group, "per": str(chosen.size), "page": str(chosen.page), "compare": chosen.compare}
    default = {"group": "", "per": str(Choices.size), "page": "0", "compare": ""}
    return {name: word for name, word in words.items() if word != default[name]}


def decode(asked: Mapping[str, str]) -> Choices:
    """The choices of an address."""
    size, compare = _number(asked.get("per", "")), asked.get("compare", "")
    return Choices(
        group=asked["group"] if asked.get("group") in GROUPS else "",
        size=size if size in SIZES else Choices.size,
        page=_number(asked.get("page", "")),
        compare=compare if compare.isprintable() and len(compare) <= _LONGEST_ID else "",
    )


def _number(word: str) -> int:
    return int(word) if word.isascii() and word.isdigit() and len(word) <= 9 else 0


def now() -> Choices:
    """What is chosen, without a look at the address."""
    return decode(page_choices.kept())


def choices() -> Choices:
    """Take over the address if somebody followed one, then make it say what is chosen."""
    found = decode({name: page_choices.read(name) for name in page_choices.PAGES["browse"]})
    _keep(found)
    return found


def change(**changed: Any) -> None:
    """Choose otherwise; the names are those of :class:`Choices`."""
    _keep(replace(now(), **changed))


def _keep(chosen: Choices) -> None:
    page_choices.keep(dict.fromkeys(page_choices.PAGES["browse"], "") | encode(chosen))
