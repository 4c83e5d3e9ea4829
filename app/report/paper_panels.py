"""The two panels of the case study as figures for print, drawn by matplotlib to the millimetre.

Source: BSS (IJCAI 2025), Fig. C1 (a) and (b). Widths are those of a two-column page; no letter is below 7 pt. Names
are never read as formulas: every text is drawn with ``parse_math=False``.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from app.report.paper_text import MM, font, lines
from app.spans import number_in_words
from app.style import colour_of_band
from bss_core.scores import BANDS, band

__all__ = ["SMALLEST", "WIDTHS", "PrintSample", "course_figure", "samples_figure"]

WIDTHS = {"single": 85.0, "double": 178.0}  # mm: one and two columns
SMALLEST = 7.0  # pt
_TITLE = 8.0  # pt
_LINE = 3.1  # mm, of the smallest letters
_PICTURE = 22.0  # mm, its greatest height
_GAP = 2.0  # mm
_TEXT_LINES = 4
_NUMBER = 11.0  # mm right of the axes, for the last score
_COLUMNS = {"single": 3, "double": 6}


@dataclass(frozen=True)
class PrintSample:
    """One sample as it is printed.

    Attributes:
        label: class name.
        text: its text, or its id.
        score: s in [−1, 1].
        band: of the score.
        picture: (height, width, 3) bytes, or None.
    """

    label: str
    text: str
    score: float
    band: str
    picture: np.ndarray | None


def samples_figure(samples: list[PrintSample], width: str) -> Figure:
    """Panel (a): the samples beside each other, the most balanced first; ``width`` is a key of :data:`WIDTHS`."""
    across = _COLUMNS[width]
    rows = max(-(-len(samples) // across), 1)
    cell = WIDTHS[width] / across
    longest = max((len(lines(item.text, font(SMALLEST), cell - _GAP, _TEXT_LINES)) for item in samples), default=1)
    high = _PICTURE + (longest + 3.6) * _LINE
    figure = _figure(width, rows * high + 6)
    for place, sample in enumerate(samples):
        left, top = (place % across) * cell, 6 + (rows - place // across) * high
        _add_sample(figure, sample, left + _GAP / 2, top - _GAP / 2, cell - _GAP)
    _add_title(figure, WIDTHS[width], "(a) Samples with different balance scores")
    return figure


def course_figure(sample: PrintSample, course: pd.DataFrame, thresholds: tuple[float, float], width: str) -> Figure:
    """Panel (b): a sample, and its score in every evaluation.

    Args:
        sample: the one followed.
        course: ``evaluation, balance_score`` by evaluation.
        thresholds: where the bands begin.
        width: a key of :data:`WIDTHS`.
    """
    whole, beside = WIDTHS[width], 27.0 if width == "single" else 38.0
    figure = _figure(width, 52)
    top = _add_picture(figure, sample, _GAP / 2, 51.0, beside - _GAP)
    about = lines(sample.text, font(SMALLEST), beside - _GAP, 5)
    _add_lines(figure, _GAP / 2, top, [*((line, False, "black") for line in about), _label(sample, beside)])
    axes = _axes(figure, beside + 11, 15, whole - beside - 11 - _NUMBER, 35)
    _draw_course(axes, course, thresholds)
    _add_title(figure, whole, "(b) Dynamic variation of one sample’s score")
    return figure


def _figure(width: str, height: float) -> Figure:
    return Figure(figsize=(WIDTHS[width] * MM / 72, height * MM / 72), facecolor="white")


def _axes(figure: Figure, left: float, bottom: float, width: float, height: float) -> Axes:
    """Axes at a place in millimetres from the lower left corner."""
    across, up = figure.get_size_inches() * 72 / MM
    return figure.add_axes((left / across, bottom / up, width / across, height / up))


def _add_sample(figure: Figure, sample: PrintSample, left: float, top: float, width: float) -> None:
    below = _add_picture(figure, sample, left, top, width)
    colour = colour_of_band(sample.band)
    about = [(line, False, "black") for line in lines(sample.text, font(SMALLEST), width, _TEXT_LINES)]
    score = f"Score: {number_in_words(sample.score, '.4f')}"
    told = [_label(sample, width), (score, False, "black"), (sample.band.capitalize(), True, colour)]
    _add_lines(figure, left, below, [*about, *told])


def _label(sample: PrintSample, width: float) -> tuple[str, bool, str]:
    return lines(f"Label: {sample.label}", font(SMALLEST, True), width - _GAP, 1)[0], True, "black"


def _add_picture(figure: Figure, sample: PrintSample, left: float, top: float, width: float) -> float:
    """Draw the picture, as large as fits; returns where the text below it begins, in mm."""
    if sample.picture is None:
        return top - 1.0
    axes = _axes(figure, left, top - _PICTURE, width, _PICTURE)
    axes.imshow(sample.picture, interpolation="antialiased", aspect="equal", resample=True)
    axes.set_anchor("N")
    axes.axis("off")
    return top - _PICTURE - 1.0


def _add_lines(figure: Figure, left: float, top: float, shown: list[tuple[str, bool, str]]) -> None:
    across, up = figure.get_size_inches() * 72 / MM
    for place, (text, is_bold, colour) in enumerate(shown):
        figure.text(
            left / across, (top - place * _LINE) / up, text, color=colour, fontproperties=font(SMALLEST, is_bold),
            va="top", ha="left", parse_math=False,
        )  # fmt: skip


def _add_title(figure: Figure, width: float, text: str) -> None:
    up = figure.get_size_inches()[1] * 72 / MM
    figure.text(0.5, 1.5 / up, text, fontproperties=font(_TITLE), ha="center", va="bottom", parse_math=False)


def _draw_course(axes: Axes, course: pd.DataFrame, thresholds: tuple[float, float]) -> None:
    scores = course["balance_score"].to_numpy()
    colours = [colour_of_band(name) for name in band(scores, thresholds)]
    axes.plot(course["evaluation"], scores, color="#6f7b8a", linewidth=1, zorder=1)
    axes.scatter(course["evaluation"], scores, c=colours, s=14, zorder=2)
    low, high = min(scores.min(), *thresholds) - 0.2, max(scores.max(), *thresholds) + 0.14
    axes.set_ylim(low, high)
    for start, name in zip(thresholds, reversed(BANDS[:2]), strict=True):
        axes.axhline(start, color=colour_of_band(name), linewidth=0.8, linestyle="--", zorder=0)
    rises = scores[min(1, len(scores) - 1)] >= scores[0]
    _tell(axes, course["evaluation"].iloc[0], scores[0], -6 if rises else 6)
    _tell(axes, course["evaluation"].iloc[-1], scores[-1], 0)
    axes.margins(x=0.04)
    _finish(axes)


def _tell(axes: Axes, x: float, score: float, up: float) -> None:
    """The score right of its point, ``up`` points higher, where the line does not run through it."""
    axes.annotate(
        number_in_words(score, ".4f"), (x, score), xytext=(5, up), textcoords="offset points", ha="left",
        va="center", parse_math=False, fontproperties=font(SMALLEST),
    )  # fmt: skip


def _finish(axes: Axes) -> None:
    axes.set_xlabel("evaluation k", fontproperties=font(SMALLEST), labelpad=2)
    axes.set_ylabel("balance score s", fontproperties=font(SMALLEST), labelpad=2)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8))
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(length=2, pad=2)
    for tick in [*axes.get_xticklabels(), *axes.get_yticklabels()]:
        tick.set_fontproperties(font(SMALLEST))
