"""One sample's score taken apart: where s comes from, what every head says, and one sentence on why."""

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from app import data
from app.figures import anatomy as figures
from app.widgets.chart import draw
from app.widgets.score_parts import measurer_of, parts_of
from bss_core.errors import BSSError
from bss_core.evaluations import Evaluation
from bss_core.measurer import Measurer
from bss_core.predictions import MULTIMODAL
from bss_core.runs import Run
from bss_core.scores import BANDS

__all__ = ["anatomy", "explain", "head_details", "heads_of", "plain", "top_predictions"]


def heads_of(row: dict[str, Any]) -> list[str]:
    """The heads in a row of a score table, multimodal last."""
    names = [name.removeprefix("predicted_") for name in row if name.startswith("predicted_")]
    return sorted(names, key=lambda head: (head == MULTIMODAL, head))


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


def explain(row: dict[str, Any], classes: list[str]) -> str:
    """One sentence on what makes the sample balanced or not, from what every head predicted."""
    label = classes[int(row["label"])]
    said = {head: classes[int(row[f"predicted_{head}"])] for head in heads_of(row) if head != MULTIMODAL}
    right, wrong = [head for head in said if said[head] == label], [head for head in said if said[head] != label]
    if not wrong:
        return _all_right(row, right, label)
    if not right:
        return _all_wrong(said, label)
    told = " and ".join(f"{head} predicts {said[head]}" for head in wrong)
    if len(wrong) == 1:
        return f"One weak modality: {told}, while {_listed(right)} recognise{'s' * (len(right) == 1)} {label}."
    return f"The modalities disagree: {told}; only {_listed(right)} recognises {label}."


def _all_right(row: dict[str, Any], heads: list[str], label: str) -> str:
    unsure = min(heads, key=lambda head: row[f"probability_{head}"])
    chance = row[f"probability_{unsure}"]
    if row["band"] == BANDS[0] or chance >= 0.5:
        return f"All modalities recognise {label}."
    return f"All modalities recognise {label}, but {unsure} is unsure: it gives it a probability of {chance:.2f}."


def _all_wrong(said: dict[str, str], label: str) -> str:
    if len(set(said.values())) == 1:
        agreed = next(iter(said.values()))
        return f"All modalities agree on {agreed}, but the label is {label}: possibly a wrong label."
    return f"No modality recognises {label}, and they disagree: a hard sample, or possibly a wrong label."


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def plain(text: str) -> str:
    """The text with every sign that Markdown would read escaped: names and captions come from data sets."""
    return "".join(f"\\{sign}" if sign in r"\`*_{}[]()<>#+-.!|:$~" else sign for sign in text)


def anatomy(run: Run, about: Evaluation, row: dict[str, Any], classes: list[str]) -> None:
    """Draw the sentence on why, the walk from the criteria to s, and the rank.

    Args:
        run: the run.
        about: the evaluation the row is from.
        row: the sample's row of the score table, with ``band`` and ``thresholds``.
        classes: class names.
    """
    st.markdown(f"**Why?** {plain(explain(row, classes))}")
    try:
        measurer = measurer_of(about)
        parts = parts_of(row, about, measurer, lambda name: data.column(run, about.number, name))
    except BSSError as error:
        st.warning(f"The score cannot be taken apart: {error}", icon=":material/error:")
        return
    values = ", ".join(f"{name} {value:.2f}" for name, value in parts)
    figure = figures.waterfall(parts, row["balance_score"], row["band"], row["thresholds"])
    draw(figure, key="anatomy_score", alt=f"Balance score {row['balance_score']:.2f}, {row['band']}: {values}")
    st.caption(f"{_before(row, measurer)} {_rank(row, about)}")
    for name in about.constant:
        st.caption(f"The {name.replace('_', ' ')} was the same for every sample, so it does not count.")


def _before(row: dict[str, Any], measurer: Measurer) -> str:
    raw = ", ".join(f"{name.replace('_', ' ')} {row[name]:.3f}" for name in measurer.criteria)
    return f"Before normalising ({measurer.as_dict()['normaliser'].replace('_', ' ')}): {raw}."


def _rank(row: dict[str, Any], about: Evaluation) -> str:
    below = 1 - (row["rank"] - 1) / max(about.samples - 1, 1)
    return (
        f"Rank {int(row['rank']):,} of {about.samples:,} from balanced to imbalanced: more balanced than {below:.1%} "
        "of the other samples."
    )


def head_details(
    row: dict[str, Any], about: Evaluation, chances: dict[str, list[float]] | None, classes: list[str]
) -> None:
    """Draw what every head predicted and how much it adds to the loss.

    Args:
        row, about, classes: see :func:`anatomy`.
        chances: head → probabilities, None if the predictions cannot be read.
    """
    if chances is not None:
        shown = top_predictions(chances, int(row["label"]), classes)
        draw(figures.predictions(shown), key="anatomy_predictions", alt=_spoken(shown))
    extrema = (about.extrema or {}).get("total_loss")
    values = {head: float(row[f"loss_{head}"]) for head in heads_of(row)}
    if extrema is not None:
        told = ", ".join(f"{head} {value:.2f}" for head, value in values.items())
        figure = figures.losses(values, extrema.min, extrema.max, float(row["total_loss"]))
        draw(figure, key="anatomy_losses", alt=f"Loss per head: {told}")


def _spoken(shown: pd.DataFrame) -> str:
    best = shown.groupby("head", sort=False).first()
    return "Likeliest class: " + ", ".join(f"{head} {row['name']}" for head, row in best.iterrows())
