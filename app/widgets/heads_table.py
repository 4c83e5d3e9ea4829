"""Every head of one sample in one line: what it predicts, how sure it is, its loss, and which modality dominates."""

from dataclasses import dataclass
from html import escape
from typing import Any

import streamlit as st

from app.style import colours_of_heads
from app.widgets.cards import value_words
from app.widgets.explanation import heads_of

__all__ = ["HeadLine", "head_lines", "heads_table", "table_html"]

_CELL = "padding:.25rem .5rem .25rem 0;text-align:left;border-bottom:1px solid var(--st-border-color)"
_NUMBER = f"{_CELL};text-align:right;font-variant-numeric:tabular-nums"
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
    names = "".join(
        f'<th scope="col" title="{escape(told)}" style="{_CELL if place < 2 else _NUMBER};font-weight:600">{name}</th>'
        for place, (name, told) in enumerate(_NAMES.items())
    )
    rows = "".join(_line(line, colours[line.head]) for line in lines)
    return (
        '<table style="width:100%;border-collapse:collapse;font-size:.875rem"><caption style="text-align:left;'
        f'font-weight:600;padding-bottom:.25rem">What every head makes of it</caption><thead><tr>{names}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _line(line: HeadLine, colour: str) -> str:
    leads = ' <span style="font-size:.75rem;font-weight:400;opacity:.85">dominates</span>' if line.leads else ""
    values = (line.sure, line.of_label, line.loss)
    numbers = "".join(f'<td style="{_NUMBER}">{value_words(value)}</td>' for value in values)
    predicted = f"{'✓' if line.is_right else '✗'} {escape(line.predicted)}"
    return (
        f'<tr><th scope="row" style="{_CELL};font-weight:600"><span style="{_DOT}{colour}"></span>{escape(line.head)}'
        f'{leads}</th><td style="{_CELL};overflow-wrap:anywhere">{predicted}</td>{numbers}</tr>'
    )
