"""The figures of a study, as SVG: one comparison per group, and those of the analyses."""

import io
import itertools
from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bss_core.files import write_bytes

__all__ = ["DRAW", "comparison", "corruption", "exposure", "save"]

# Okabe and Ito's colours: told apart with any colour vision.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
_STYLE = {"svg.hashsalt": "study", "svg.fonttype": "none", "font.size": 9, "axes.spines.top": False}
_STYLE |= {"axes.spines.right": False, "axes.prop_cycle": mpl.cycler(color=_COLOURS)}


def comparison(table: pd.DataFrame, title: str) -> Figure:
    """Left the mean test accuracy of each arm with its standard error, right the difference to its reference with the
    95 % interval."""
    figure = Figure(figsize=(9, 1.2 + 0.28 * len(table)), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    places = np.arange(len(table))[::-1]
    left.errorbar(table["mean"], places, xerr=table["error"], fmt="o", capsize=2)
    left.set_yticks(places, table["arm"])
    left.set_xlabel("test accuracy, mean ± standard error")
    reach = np.stack([table["difference"] - table["low"], table["high"] - table["difference"]])
    right.errorbar(table["difference"], places, xerr=reach, fmt="o", capsize=2, color=_COLOURS[1])
    right.axvline(0, color="grey", linewidth=0.8)
    right.set_xlabel("difference to the reference, 95 % interval")
    figure.suptitle(title)
    return figure


def exposure(table: pd.DataFrame, title: str) -> Figure:
    """Test accuracy against effective sample size, one point per arm."""
    figure, axes = _one(title)
    looks = itertools.product("osD^v", _COLOURS)
    for row, (marker, colour) in zip(table.itertuples(), itertools.cycle(looks), strict=False):
        place = (row.effective_sample_size, row.test_accuracy)
        axes.errorbar(*place, yerr=row.test_accuracy_error, fmt=marker, color=colour, capsize=2, label=row.arm)
    figure.legend(loc="outside right upper", frameon=False, fontsize=7)
    axes.set_xlabel("effective sample size of an epoch, mean")
    axes.set_ylabel("test accuracy, mean ± standard error")
    return figure


def corruption(table: pd.DataFrame, title: str) -> Figure:
    """Area under the ROC curve over the evaluations, one line per criterion; the mean over arms and damages."""
    figure, axes = _one(title)
    chosen = table[table["bad"] == "any"] if (table["bad"] == "any").any() else table
    for criterion, rows in chosen.groupby("criterion", sort=False):
        means = rows.groupby("evaluation", sort=False)["auc"].mean()
        axes.plot(means.index, means, marker="o", label=criterion.replace("_", " "))
    axes.axhline(0.5, color="grey", linewidth=0.8)
    axes.set_xlabel("evaluation")
    axes.set_ylabel("area under the ROC curve")
    axes.legend(frameon=False)
    return figure


def _one(title: str) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(7.5, 4.2), layout="constrained")
    axes = figure.subplots()
    figure.suptitle(title)
    return figure, axes


DRAW: dict[str, Callable[[pd.DataFrame, str], Figure]] = {"exposure": exposure, "corruption": corruption}


def save(draw: Callable[[pd.DataFrame, str], Figure], table: pd.DataFrame, title: str, path: Path) -> None:
    """Draw a table and write the figure; the same table gives the same file."""
    file = io.BytesIO()
    with mpl.rc_context(_STYLE):
        draw(table, title).savefig(file, format="svg", metadata={"Date": None})
    write_bytes(path, file.getvalue())
