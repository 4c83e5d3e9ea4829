"""Questions about how many: sizes of selections, counts by name, histograms."""

from typing import Any

import pandas as pd

from bss_core.errors import ConfigError
from bss_core.queries._selected import selected
from bss_core.queries._source import Source, check_columns, name_columns, numeric_columns
from bss_core.selection import Selection
from bss_core.tables import frame, parquet

__all__ = ["counts", "histogram", "median", "sizes"]

_NEWER = ("dominant_modality", "correct_modalities")  # older score tables lack them


def sizes(rows: Source, selection: Selection) -> tuple[int, int]:
    """How many rows are selected, and how many there are."""
    found, values = selected(rows, selection)
    shown = frame(f"SELECT count(*) AS n FROM {found}", values)["n"].item()
    total = frame(f"SELECT count(*) AS n FROM {parquet([rows.scores])}")["n"].item()
    return int(shown), int(total)


def counts(rows: Source, selection: Selection, by: str) -> dict[Any, int]:
    """Selected rows per value of ``band``, ``label``, ``split`` or what :func:`bss_core.facts.facts` names.

    Values without a row are left out.

    Raises:
        ConfigError: another column.
    """
    if by not in _keys(rows, "band", "label", "split"):
        raise ConfigError(f"Samples cannot be counted by {by!r}; choose {_words(rows, 'band', 'label', 'split')}.")
    chosen, values = selected(rows, selection)
    found = frame(f"SELECT {by} AS key, count(*) AS count FROM {chosen} GROUP BY {by} ORDER BY {by}", values)
    return dict(zip(found["key"].tolist(), found["count"].tolist(), strict=True))


def _keys(rows: Source, *always: str) -> list[str]:
    return [*always, *(name for name in _NEWER if name in name_columns(rows))]


def _words(rows: Source, *always: str) -> str:
    *others, last = _keys(rows, *always)
    return f"{', '.join(others)} or {last}"


def histogram(rows: Source, selection: Selection, column: str, bins: int = 60, by: str = "band") -> pd.DataFrame:
    """Counts in equal bins over a column's whole range, split as in :func:`counts`: ``bin, low, high, key, count``.

    Rows without a finite value (``sampling_probability`` of an evaluation that no scheduler used) are left out.

    Raises:
        ConfigError: another ``by``, or ``column`` is no numeric column.
    """
    if by not in _keys(rows, "band", "label"):
        raise ConfigError(f"A histogram cannot be split by {by!r}; choose {_words(rows, 'band', 'label')}.")
    check_columns([column], numeric_columns(rows))
    found, values = selected(rows, selection)
    return frame(
        f"""WITH extent AS (SELECT min("{column}") AS lo, max("{column}") AS hi FROM {parquet([rows.scores])}
                        WHERE isfinite("{column}"::DOUBLE)),
        width AS (SELECT lo, CASE WHEN hi > lo THEN (hi - lo) / {int(bins)} ELSE 1 END AS step FROM extent)
        SELECT least(floor(("{column}" - lo) / step), {int(bins) - 1})::INT AS bin, any_value(lo + bin * step) AS low,
               any_value(lo + (bin + 1) * step) AS high, {by}::VARCHAR AS key, count(*) AS count
        FROM (SELECT * FROM {found}), width
        WHERE isfinite("{column}"::DOUBLE) GROUP BY bin, {by} ORDER BY bin, {by}""",
        values,
    )


def median(rows: Source, column: str) -> float:
    """The median of a column over all rows: the middle one, or the mean of the middle two.

    Raises:
        ConfigError: ``column`` is no numeric column.
    """
    check_columns([column], numeric_columns(rows))
    return float(frame(f'SELECT median("{column}"::DOUBLE) AS m FROM {parquet([rows.scores])}')["m"].item())
