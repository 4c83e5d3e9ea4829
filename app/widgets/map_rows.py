"""Rows of a map made ready for its figure: names in the place of class numbers, and the second line of hover labels."""

from html import escape

import pandas as pd

from app import data
from bss_core.runs import Run

__all__ = ["grouped", "known_groups", "named"]

_LONGEST = 60  # characters of a text


def grouped(run: Run, rows: pd.DataFrame, by: str) -> pd.DataFrame:
    """Add ``group`` to points or cells: the name of what they are coloured by, or the change of the score."""
    if by == "change":
        return rows.assign(group=rows["key"].astype(float))
    keys = rows["key"].astype(str)
    return rows.assign(group=keys.map(lambda key: run.classes[int(key)]) if by == "label" else keys)


def known_groups(run: Run, by: str) -> list[str]:
    """All that the run has of what samples are coloured by: its classes, or its modalities."""
    return run.classes if by == "label" else list(run.modalities)


def named(run: Run, points: pd.DataFrame, by: str) -> pd.DataFrame:
    """Add ``group`` and ``about``, the class and the beginning of the first text, escaped."""
    classes = points["label"].map(lambda label: run.classes[int(label)])
    texts = [name for name, kind in run.modalities.items() if kind == "text" and name in points and data.has_media(run)]
    first = points[texts[0]].fillna("").str.slice(0, _LONGEST) if texts else pd.Series("", index=points.index)
    about = [escape(" · ".join(filter(None, pair))) for pair in zip(classes, first, strict=True)]
    return grouped(run, points, by).assign(about=about)
