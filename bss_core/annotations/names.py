"""What a tag, a saved view and its address may look like; everything else gets one sentence."""

import re
import unicodedata
from collections.abc import Collection
from urllib.parse import parse_qsl, urlencode

from bss_core.errors import ConfigError

__all__ = ["LONGEST", "check_address", "check_author", "check_tag", "check_view_name", "parts_of"]

LONGEST = 64
_LONGEST_ADDRESS = 40_000
_LONGEST_VALUE = 8000  # a polygon of 200 vertices
_MOST_PARAMETERS = 200
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")


def check_tag(name: str) -> str:
    """The tag as it is kept: composed Unicode, single spaces.

    Raises:
        ConfigError: empty, longer than 64 characters, or with control or invisible characters.
    """
    return _checked(name, "A tag")


def check_view_name(name: str) -> str:
    """The name of a saved view as it is kept; raises as :func:`check_tag`."""
    return _checked(name, "The name of a view")


def check_author(name: str) -> str:
    """Who makes a change, as it is kept in the log; may be empty, else raises as :func:`check_tag`."""
    return _checked(name, "An author's name") if name else ""


def _checked(name: str, what: str) -> str:
    found = " ".join(unicodedata.normalize("NFC", name).split(" ")).strip() if isinstance(name, str) else ""
    found = re.sub(" +", " ", found)
    if not found or len(found) > LONGEST or not found.isprintable():
        shown = ascii(name)[:80]
        raise ConfigError(f"{what} has 1 to {LONGEST} visible characters, without control characters; not {shown}.")
    return found


def check_address(address: str, pages: Collection[str]) -> str:
    """A saved view's address ``page?key=value&…`` in one canonical spelling, every value quoted.

    Raises:
        ConfigError: not a page of ``pages``, anything that is no ``key=value``, a key that is no plain name, a value
            with control characters, or too much of it.
    """
    page, pairs = parts_of(address, pages)
    return f"{page}?{urlencode(pairs)}" if pairs else page


def parts_of(address: str, pages: Collection[str]) -> tuple[str, list[tuple[str, str]]]:
    """The page and the parameters of a saved view's address; raises as :func:`check_address`."""
    if len(address) > _LONGEST_ADDRESS:
        raise ConfigError(f"The view's address has {len(address):,} characters; at most {_LONGEST_ADDRESS:,} are kept.")
    page, _, query = address.partition("?")
    if page not in pages:
        raise ConfigError(f"A view shows one of the pages {', '.join(sorted(pages))}; not {ascii(page)[:80]}.")
    try:
        pairs = parse_qsl(
            query, keep_blank_values=True, strict_parsing=bool(query), errors="strict", max_num_fields=_MOST_PARAMETERS
        )
    except ValueError:
        raise ConfigError(f"The view's address is no list of key=value: {ascii(query)[:80]}.") from None
    for key, value in pairs:
        if not _KEY.fullmatch(key) or len(value) > _LONGEST_VALUE or not value.isprintable():
            raise ConfigError(f"The view's address holds {ascii(f'{key}={value}')[:80]}, which no page writes.")
    return page, pairs
