"""Every head of one sample in one line: what it predicts, how sure it is, its loss, and which modality dominates."""

from dataclasses import dataclass
from html import escape
from typing import Any

import streamlit as st

from app.style import colours_of_heads
from app.widgets.cards import value_words
from app.widgets.explanation import heads_of
from app.widgets.small_table import small_table

__all__ = ["HeadLine", "head_lines", "heads_table", "table_html"]

_DOT = "display:inline-block;width:.7rem;height:.7rem;border-radius:50%;margin-right:.4rem;background:"
_NAMES = {
    "head": "",
    "predicts": "✓ if it is the label",
    "sure": "highest probability, whatever its class (0–1)",
    "of the label": "probability of the label (0–1)",
    "loss": "cross-entropy in nats",
}


@dataclass(frozen=True)
class HeadLine:
    """One line; probabilities in 0 … 1 (``sure`` is missing in older tables), loss in nats."""

    head: str
    predicted: str
    is_right: bool
    sure: float | None
    of_label: float
    loss: float
    leads: bool


def head_lines(row: dict[str, Any], classes: list[str]) -> list[HeadLine]:
    """One line per head of a row of a score table, multimodal last."""
    return [
        HeadLine(
            head, classes[int(row[f"predicted_{head}"])], row[f"predicted_{head}"] == row["label"],
            row.get(f"confidence_{head}"), row[f"probability_{head}"], row[f"loss_{head}"],
            row.get("dominant_modality") == head,
        )
        for head in heads_of(row)
    ]  # fmt: skip


def heads_table(row: dict[str, Any], classes: list[str]) -> None:
    """Draw the lines, and say which modality dominates."""
    st.html(table_html(head_lines(row, classes)))


def table_html(lines: list[HeadLine]) -> str:
    """The table as HTML with everything that comes from the data escaped."""
    colours = colours_of_heads(line.head for line in lines)
    return small_table("What every head makes of it", _NAMES, [_cells(line, colours[line.head]) for line in lines], 2)


def _cells(line: HeadLine, colour: str) -> list[str]:
    leads = ' <span style="font-size:.75rem;font-weight:400;opacity:.85">dominates</span>' if line.leads else ""
    numbers = (value_words(value) for value in (line.sure, line.of_label, line.loss))
    predicted = f"{'✓' if line.is_right else '✗'} {escape(line.predicted)}"
    return [f'<span style="{_DOT}{colour}"></span>{escape(line.head)}{leads}', predicted, *numbers]
