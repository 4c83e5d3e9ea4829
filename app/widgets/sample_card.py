"""The card of one sample: its label and tags, its pictures, texts and sounds, and the anatomy of its score."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from app import data
from app.plain_text import plain
from app.widgets.anatomy import anatomy, head_details, why
from app.widgets.explanation import heads_of
from app.widgets.heads_table import heads_table
from app.widgets.sample_facts import facts
from app.widgets.sample_media import sample_media
from app.widgets.tags import sample_tags
from bss_core.errors import RunError
from bss_core.evaluations import Evaluation
from bss_core.runs import Run

__all__ = ["BAND_COLOURS", "sample_card", "sample_pair"]

BAND_COLOURS = {"balanced": "blue", "semi-balanced": "orange", "imbalanced": "red"}  # the badges' nearest names


def sample_card(run: Run, about: Evaluation, row: dict[str, Any]) -> None:
    """Draw the card.

    Args:
        run: the run.
        about: the evaluation.
        row: the sample's row of the score table with ``band``, ``thresholds`` and, if the data are there, its texts.
    """
    for part in _parts(run, about, row):
        part()


def sample_pair(run: Run, about: Evaluation, rows: tuple[dict[str, Any], dict[str, Any]]) -> None:
    """Draw two cards side by side, part beside part, all charts on the same scales; see :func:`sample_card`."""
    longest = max(sum(float(row[f"loss_{head}"]) for head in heads_of(row)) for row in rows)
    first, second = rows
    pairs = zip(
        _parts(run, about, first, longest=longest), _parts(run, about, second, "compared_", longest), strict=True
    )
    for pair in pairs:
        for column, part in zip(st.columns(2, gap="medium"), pair, strict=True):
            with column:
                part()


def _parts(
    run: Run, about: Evaluation, row: dict[str, Any], prefix: str = "", longest: float = 0.0
) -> list[Callable[[], None]]:
    """What a card is made of, from top to bottom.

    Args:
        run, about, row: see :func:`sample_card`.
        prefix: of the widgets' keys.
        longest: the least that the axis of the losses reaches.
    """
    classes, label = run.classes, run.classes[int(row["label"])]
    key = f"{prefix}anatomy"
    return [
        lambda: _header(run, row, label, prefix),
        lambda: sample_media(run, row, label, f"{prefix}card") if data.has_media(run) else None,
        lambda: why(row, classes),
        lambda: anatomy(run, about, row, key),
        lambda: heads_table(row, classes),
        lambda: head_details(row, about, _chances(run, about, row), classes, key, longest),
        lambda: facts(row),
    ]


def _header(run: Run, row: dict[str, Any], label: str, prefix: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{plain(label)}**", width="content")
        st.badge(row["band"], color=BAND_COLOURS.get(row["band"], "gray"))
    st.caption(f"sample {plain(row['sample_id'])} · {row['split']} split")
    sample_tags(run, str(row["sample_id"]), key=f"{prefix}sample_tags")


def _chances(run: Run, about: Evaluation, row: dict[str, Any]) -> dict[str, list[float]] | None:
    try:
        return data.probabilities(run, about.number, row["sample_id"])
    except RunError as error:
        st.warning(str(error), icon=":material/error:")
        return None
