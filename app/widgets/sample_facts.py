"""What a score table tells of one sample beyond its score: who is sure, who is right, what each modality adds."""

from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from app.plain_text import plain
from app.spans import number_in_words
from app.widgets.explanation import heads_of
from app.widgets.small_table import small_table

__all__ = ["fact_rows", "facts"]

_COLUMNS = {"confidence": "confidence", "margin": "margin", "shapley": "Shapley value"}
_HELP = {
    "confidence": "highest probability, whatever its class (0–1)",
    "margin": "the label's probability minus the best other class's (−1 to 1); positive if the head is right",
    "Shapley value": "what the modality adds to the multimodal probability of the label (−1 to 1)",
}


def fact_rows(row: dict[str, Any]) -> pd.DataFrame:
    """``head`` and those of ``confidence, margin, Shapley value`` that the table has; empty for an older table."""
    rows = [
        {"head": head} | {word: row.get(f"{name}_{head}") for name, word in _COLUMNS.items()} for head in heads_of(row)
    ]
    frame = pd.DataFrame(rows, columns=["head", *_COLUMNS.values()])
    return frame.dropna(axis="columns", how="all") if frame["confidence"].notna().any() else frame.head(0)


def facts(row: dict[str, Any]) -> None:
    """Draw them, folded away; nothing for an evaluation made before they were kept."""
    rows = fact_rows(row)
    if rows.empty:
        return
    with st.expander("Confidence, margin and what each modality adds", icon=":material/query_stats:"):
        names = {name: _HELP.get(name, "") for name in rows.columns}
        lines = [[escape(str(line.pop("head"))), *map(_number, line.values())] for line in rows.to_dict("records")]
        st.html(small_table("Confidence, margin and Shapley value per head", names, lines, texts=1))
        st.caption(_told(row))


def _number(value: float) -> str:
    return "" if pd.isna(value) else number_in_words(value, ".3f")


def _told(row: dict[str, Any]) -> str:
    right = str(row["correct_modalities"])
    return (
        f"Dominant modality: {plain(str(row['dominant_modality']))}. Right: "
        f"{'no modality' if right == 'none' else plain(right.replace('+', ', '))}. "
        f"{row['agreement']:.0%} of the pairs of modalities predict the same class."
    )
