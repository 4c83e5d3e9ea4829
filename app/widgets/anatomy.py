"""One sample's score taken apart: where s comes from, what every head says, and one sentence on why."""

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from app import data
from app.figures import anatomy as figures
from app.plain_text import plain
from app.widgets.chart import draw
from app.widgets.explanation import explain, heads_of
from app.widgets.score_parts import measurer_of, parts_of
from bss_core.errors import BSSError
from bss_core.evaluations import Evaluation
from bss_core.measurer import Measurer
from bss_core.runs import Run

__all__ = ["anatomy", "head_details", "raw_words", "top_predictions", "why"]


def top_predictions(
    probabilities: dict[str, list[float]], label: int, classes: list[str], count: int = 3
) -> pd.DataFrame:
    """``head, name, probability, is_label``: the likeliest classes of every head, and the label if not among them."""
    rows = []
    for head, values in probabilities.items():
        best = np.argsort(-np.asarray(values), kind="stable")[:count].tolist()
        for place in best if label in best else [*best, label]:
            rows.append((head, classes[place], values[place], place == label))
    return pd.DataFrame(rows, columns=["head", "name", "probability", "is_label"])


def raw_words(row: dict[str, Any], about: Evaluation, name: str) -> str:
    """A criterion's raw value and, where they are known, the lowest and highest one of the evaluation."""
    extrema = about.extrema.get(name)
    told = f"raw {row[name]:.3f}"
    return told if extrema is None else f"{told} in {extrema.min:.3f} … {extrema.max:.3f}"


def why(row: dict[str, Any], classes: list[str]) -> None:
    """Draw the sentence on why the sample is balanced or not; see :func:`app.widgets.explanation.explain`."""
    st.markdown(f"**Why?** {plain(explain(row, classes))}")


def anatomy(run: Run, about: Evaluation, row: dict[str, Any], key: str = "anatomy") -> None:
    """Draw the walk from the criteria to s, and the rank.

    Args:
        run: the run.
        about: the evaluation the row is from.
        row: the sample's row of the score table, with ``band`` and ``thresholds``.
        key: of the charts.
    """
    try:
        measurer = measurer_of(about)
        parts = parts_of(row, about, measurer, lambda name: data.column(run, about.number, name))
    except BSSError as error:
        st.warning(f"The score cannot be taken apart: {error}", icon=":material/error:")
        return
    raw = [raw_words(row, about, name) for name in _in_order(measurer)]
    values = ", ".join(f"{name} {value:.2f} ({told})" for (name, value), told in zip(parts, raw, strict=True))
    figure = figures.waterfall(parts, row["balance_score"], row["band"], row["thresholds"], raw)
    draw(figure, key=f"{key}_score", alt=f"Balance score {row['balance_score']:.2f}, {row['band']}: {values}")
    st.caption(f"{_scaled(measurer)} {_rank(row, about)}")
    for name in about.constant:
        st.caption(f"The {name.replace('_', ' ')} was the same for every sample, so it does not count.")


def _in_order(measurer: Measurer) -> list[str]:
    """Its criteria in the order of :func:`app.widgets.score_parts.parts_of`."""
    return [name for name, _ in sorted(measurer.criteria.items(), key=lambda item: -item[1].sign)]


def _scaled(measurer: Measurer) -> str:
    return f"Raw values are scaled to 0–1 over the evaluation ({measurer.as_dict()['normaliser'].replace('_', '–')})."


def _rank(row: dict[str, Any], about: Evaluation) -> str:
    rank, count = int(row["rank"]), about.samples
    ends = {1: "the most balanced of all", count: "the most imbalanced of all"}
    between = f"more balanced than {(count - rank) / max(count - 1, 1):.1%} of the other samples"
    return f"Rank {rank:,} of {count:,} from balanced to imbalanced: {ends.get(rank, between)}."


def head_details(
    row: dict[str, Any],
    about: Evaluation,
    chances: dict[str, list[float]] | None,
    classes: list[str],
    key: str = "anatomy",
    longest: float = 0.0,
) -> None:
    """Draw what every head predicted and how much it adds to the loss.

    Args:
        row, about, key: see :func:`anatomy`.
        classes: class names.
        chances: head → probabilities, None if the predictions cannot be read.
        longest: see :func:`app.figures.anatomy.losses`.
    """
    if chances is not None:
        shown = top_predictions(chances, int(row["label"]), classes)
        draw(figures.predictions(shown), key=f"{key}_predictions", alt=_spoken(shown))
    extrema = about.extrema.get("total_loss")
    values = {head: float(row[f"loss_{head}"]) for head in heads_of(row)}
    if extrema is not None:
        told = ", ".join(f"{head} {value:.2f}" for head, value in values.items())
        figure = figures.losses(values, extrema.min, extrema.max, float(row["total_loss"]), longest)
        draw(figure, key=f"{key}_losses", alt=f"Loss per head: {told}")


def _spoken(shown: pd.DataFrame) -> str:
    best = shown.groupby("head", sort=False).first()
    return "Likeliest class: " + ", ".join(f"{head} {row['name']}" for head, row in best.iterrows())
