"""A selection: a predicate on the rows of a score table (ranges, bands, classes, splits, text), never a list of ids."""

from dataclasses import dataclass
from typing import Any

from bss_core.errors import ConfigError
from bss_core.scores import BANDS, THRESHOLDS, check_thresholds

__all__ = ["Selection", "band_sql"]


@dataclass(frozen=True)
class Selection:
    """Which rows are meant; empty fields select everything.

    Attributes:
        ranges: (column, lowest, highest) triples, both ends included.
        bands: names from :data:`bss_core.scores.BANDS`.
        classes: class indices.
        splits: split names.
        text: words that must all occur, ignoring case, in the sample id or one of its texts.
        wrong: heads that must have predicted another class than the label.
        thresholds: where the bands begin, see :func:`bss_core.scores.band`.
    """

    ranges: tuple[tuple[str, float, float], ...] = ()
    bands: tuple[str, ...] = ()
    classes: tuple[int, ...] = ()
    splits: tuple[str, ...] = ()
    text: str = ""
    wrong: tuple[str, ...] = ()
    thresholds: tuple[float, float] = THRESHOLDS

    def where(self, columns: list[str], texts: list[str]) -> tuple[str, list[Any]]:
        """SQL condition and its parameters; column names are checked against ``columns``, values never enter the SQL.

        Raises:
            ConfigError: a column or band that does not exist.
        """
        for name in set(self.bands) - set(BANDS):
            raise ConfigError(f"There is no band {name!r}; bands are {', '.join(BANDS)}.")
        conditions, values = ["true"], []
        for column, low, high in self.ranges:
            conditions.append(f"{_checked(column, columns)} BETWEEN ? AND ?")
            values += [low, high]
        for expression, chosen in (("band", self.bands), ("label", self.classes), ("split", self.splits)):
            if chosen:
                conditions.append(f"{expression} IN ({', '.join('?' * len(chosen))})")
                values += list(chosen)
        for word in self.text.split():
            haystack = " || ' ' || ".join(f"coalesce(\"{name}\", '')" for name in ["sample_id", *texts])
            conditions.append(f"contains(lower({haystack}), ?)")
            values.append(word.lower())
        conditions += [f"{_checked(f'predicted_{head}', columns)} <> label" for head in self.wrong]
        return " AND ".join(conditions), values


def _checked(column: str, columns: list[str]) -> str:
    if column not in columns:
        raise ConfigError(f"There is no column {column!r}; there are {', '.join(columns)}.")
    return f'"{column}"'


def band_sql(thresholds: tuple[float, float]) -> str:
    """The band of ``balance_score`` as an SQL expression; raises as :func:`bss_core.scores.check_thresholds`."""
    low, high = check_thresholds(thresholds)
    return (
        f"CASE WHEN balance_score >= {high!r} THEN '{BANDS[0]}' "
        f"WHEN balance_score >= {low!r} THEN '{BANDS[1]}' ELSE '{BANDS[2]}' END"
    )
