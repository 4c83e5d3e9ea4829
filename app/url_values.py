"""Single values of an address: how each kind is written, and read back from words that may be hostile.

A reader raises a ValueError or ConfigError for a word that it cannot read.
"""

import math
from urllib.parse import quote, unquote

from bss_core.annotations import LONGEST, check_tag
from bss_core.lasso import MOST_VERTICES, Lasso, Region
from bss_core.scores import BANDS
from bss_core.selection import COURSES

__all__ = [
    "History", "band", "course", "history_word", "lasso", "lasso_word", "name", "named_span", "number", "region",
    "region_word", "span", "span_word", "tag", "text", "thresholds",
]  # fmt: skip

History = tuple[str, float, float]
_OLDER = {"rose": "rose-above"}  # words of addresses that were written before
_LONGEST_NAME, _LONGEST_TEXT = 1000, 200
_LONGEST_VERTEX = 50


def number(word: str) -> int:
    """A whole number from 0 to 999,999,999."""
    if not (word.isascii() and word.isdigit() and len(word) <= 9):
        raise ValueError(word)
    return int(word)


def name(word: str) -> str:
    """Any visible characters, at most 1000."""
    if not 0 < len(word) <= _LONGEST_NAME or not word.isprintable():
        raise ValueError(word)
    return word


def text(word: str) -> str:
    """Words to search for, cut after 200 characters."""
    return name(word)[:_LONGEST_TEXT]


def band(word: str) -> str:
    """One of :data:`bss_core.scores.BANDS`."""
    if word not in BANDS:
        raise ValueError(word)
    return word


def span_word(low: float, high: float) -> str:
    """Such as ``-1..0.25``; an end at infinity is left empty."""
    return "..".join("" if math.isinf(end) else f"{end:.10g}" for end in (low, high))


def span(word: str) -> tuple[float, float]:
    """Both ends of ``low..high``, finite and in order."""
    low, sign, high = word.partition("..")
    ends = float(low), float(high)
    if not sign or not all(map(math.isfinite, ends)) or ends[0] > ends[1]:
        raise ValueError(word)
    return ends


def named_span(word: str) -> tuple[str, float, float]:
    """``column:low..high``."""
    column, _, ends = word.rpartition(":")
    return name(column), *span(ends)


def thresholds(word: str) -> tuple[float, float]:
    """Where the bands begin: −1 ≤ low < high ≤ 1."""
    low, high = span(word)
    if not -1 <= low < high <= 1:
        raise ValueError(word)
    return low, high


def lasso_word(chosen: Lasso) -> str:
    """``x,y:x1,y1;x2,y2;…`` with the columns' names as in a URL, so that they hold neither comma nor colon."""
    return f"{quote(chosen.x, safe='')},{quote(chosen.y, safe='')}:{_corners_word(chosen.vertices)}"


def lasso(word: str) -> Lasso:
    """See :func:`lasso_word`."""
    columns, _, corners = word.partition(":")
    x, y = (name(unquote(column)) for column in columns.split(","))
    return Lasso(x, y, _corners(corners))


def region_word(chosen: Region) -> str:
    """``map:x1,y1;x2,y2;…``; the name of a map holds no colon."""
    return f"{chosen.map}:{_corners_word(chosen.vertices)}"


def region(word: str) -> Region:
    """See :func:`region_word`."""
    where, _, corners = word.partition(":")
    return Region(where, _corners(corners))


def _corners_word(vertices: tuple[tuple[float, float], ...]) -> str:
    return ";".join(f"{x:.10g},{y:.10g}" for x, y in vertices)


def _corners(word: str) -> tuple[tuple[float, float], ...]:
    if len(word) > _LONGEST_VERTEX * MOST_VERTICES:
        raise ValueError(word)
    return tuple(_vertex(corner) for corner in word.split(";"))


def _vertex(word: str) -> tuple[float, float]:
    x, y = word.split(",")
    return float(x), float(y)


def tag(word: str) -> str:
    """A tag as it is kept, see :func:`bss_core.annotations.check_tag`."""
    if len(word) > 4 * LONGEST:  # before its characters are composed
        raise ValueError(word)
    return check_tag(word)


def history_word(chosen: History) -> str:
    """``column:low..high``; a course is its own word."""
    column, low, high = chosen
    return f"{column}:{span_word(low, high)}"


def course(word: str) -> str | History:
    """One of :data:`bss_core.selection.COURSES`, or see :func:`history_word`: an end may be left out, but not both."""
    word = _OLDER.get(word, word)
    if word in COURSES:
        return word
    column, _, ends = word.rpartition(":")
    low, sign, high = ends.partition("..")
    found = float(low or -math.inf), float(high or math.inf)
    if not sign or any(map(math.isnan, found)) or found[0] > found[1] or not any(map(math.isfinite, found)):
        raise ValueError(word)
    return name(column), *found
