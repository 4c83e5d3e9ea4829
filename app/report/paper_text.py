"""Words in a figure for print: cut to a width that is measured, in letters that the fonts at hand can draw."""

import functools

from matplotlib import font_manager
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextToPath

__all__ = ["MM", "drawable", "font", "lines", "width_of"]

MM = 72 / 25.4  # points per millimetre
_WIDER = ("Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans", "Arial Unicode MS")  # used where they are installed
_MISSING = "□"
_CUT = "…"
_measure = TextToPath()


@functools.cache
def _families() -> tuple[str, ...]:
    """DejaVu Sans, which comes with matplotlib, and what is installed of the fonts with more scripts."""
    installed = {item.name for item in font_manager.fontManager.ttflist}
    return ("DejaVu Sans", *(name for name in _WIDER if name in installed))


def font(size: float, is_bold: bool = False) -> FontProperties:
    """The figures' font; ``size`` in points."""
    return FontProperties(family=list(_families()), size=size, weight="bold" if is_bold else "normal")


@functools.cache
def _letters() -> frozenset[int]:
    """The code points that one of the fonts has a glyph for."""
    found: set[int] = set()
    for name in _families():
        face = font_manager.get_font(font_manager.findfont(name))
        found.update(face.get_charmap())
    return frozenset(found)


def drawable(text: str) -> str:
    """One line of what can be drawn: what is invisible becomes a space, a letter that no font has a box."""
    seen = "".join(letter if letter.isprintable() else " " for letter in text)
    return "".join(letter if ord(letter) in _letters() else _MISSING for letter in " ".join(seen.split()))


def width_of(text: str, found: FontProperties) -> float:
    """Of one line, in millimetres; dollar signs are letters."""
    return _measure.get_text_width_height_descent(text, found, ismath=False)[0] / MM


def lines(text: str, found: FontProperties, width: float, most: int) -> list[str]:
    """The text in at most ``most`` lines of ``width`` mm; ``…`` ends what was cut."""
    words, made = drawable(text).split(), [""]
    for word in words:
        wanted = f"{made[-1]} {word}".strip()
        if width_of(wanted, found) <= width or not made[-1]:
            made[-1] = wanted
        elif len(made) < most:
            made.append(word)
        else:
            made[-1] += _CUT
            break
    return [_fitted(line, found, width) for line in made]


def _fitted(line: str, found: FontProperties, width: float) -> str:
    """A line cut to the width: one long word, or one with the mark of a cut behind it."""
    while len(line) > 1 and width_of(line, found) > width:
        line = line.removesuffix(_CUT)[:-1].rstrip() + _CUT
    return line
