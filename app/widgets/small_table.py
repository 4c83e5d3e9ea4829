"""A table of a few lines as HTML: Streamlit's own takes the browser most of a second to load."""

from collections.abc import Mapping, Sequence
from html import escape

__all__ = ["small_table"]

_LINE = "border-bottom:1px solid color-mix(in srgb,currentColor 20%,transparent)"
_CELL = f"padding:.25rem .5rem .25rem 0;text-align:left;{_LINE}"
_TEXT = f"{_CELL};overflow-wrap:anywhere"
_NUMBER = f"{_CELL};text-align:right;font-variant-numeric:tabular-nums"


def small_table(title: str, columns: Mapping[str, str], rows: Sequence[Sequence[str]], texts: int = 1) -> str:
    """The table.

    Args:
        title: above it.
        columns: names in order → what each means, shown under the mouse. The first column names the rows.
        rows: their cells as HTML: what comes from the data must be escaped.
        texts: so many columns, from the left, hold texts; the others hold numbers.
    """
    styles = [_TEXT if place < texts else _NUMBER for place in range(len(columns))]
    heads = "".join(
        f'<th scope="col" title="{escape(told)}" style="{style};font-weight:600">{escape(name)}</th>'
        for (name, told), style in zip(columns.items(), styles, strict=True)
    )
    body = "".join(f"<tr>{_cells(row, styles)}</tr>" for row in rows)
    return (
        '<table style="width:100%;border-collapse:collapse;font-size:.875rem"><caption style="text-align:left;'
        f'font-weight:600;padding-bottom:.25rem">{escape(title)}</caption><thead><tr>{heads}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def _cells(row: Sequence[str], styles: Sequence[str]) -> str:
    first, *others = zip(row, styles, strict=True)
    named = f'<th scope="row" style="{_CELL};font-weight:600">{first[0]}</th>'
    return named + "".join(f'<td style="{style}">{cell}</td>' for cell, style in others)
