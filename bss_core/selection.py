"""A selection: a predicate on the rows of a score table (ranges, bands, text, lasso …), never a list of ids."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bss_core.errors import ConfigError
from bss_core.lasso import Lasso, Region
from bss_core.scores import BANDS, THRESHOLDS, check_thresholds

__all__ = ["COURSES", "Selection", "band_sql"]

Condition = tuple[str, list[Any]]

# A sample's course over the evaluations → the columns of dynamics.parquet that tell it, and what they say; ``high`` is
# where the balanced band begins. The scores are asked, not ``first_balanced`` and ``ever_balanced``: those keep to the
# thresholds that the run was written with, and older runs lack them.
COURSES: dict[str, tuple[tuple[str, ...], str]] = {
    "rose-above": (("first_score", "highest"), "first_score < {high} AND highest >= {high}"),
    "never-balanced": (("highest",), "highest < {high}"),
    "fell-back": (("highest", "last_score"), "highest >= {high} AND last_score < {high}"),
    "forgot": (("forgetting",), "forgetting >= 1"),
}


@dataclass(frozen=True)
class Selection:
    """Which rows are meant; empty fields select everything, and a row must satisfy all that are not.

    Attributes:
        ranges: (column, lowest, highest) triples, both ends included; any numeric column, such as ``agreement``.
        bands: names from :data:`bss_core.scores.BANDS`.
        classes: class indices.
        splits: split names.
        text: words that must all occur, ignoring case, in the sample id or one of its texts.
        wrong: heads that must have predicted another class than the label.
        thresholds: where the bands begin, see :func:`bss_core.scores.band`.
        dominant: modalities of which one must be the ``dominant_modality``.
        correct: values of ``correct_modalities``: names joined by ``+`` in alphabetical order, or ``none``.
        lassos: polygons over two columns each; a row must lie in all of them.
        history: (column, lowest, highest) triples on what :mod:`bss_core.dynamics` says of the sample; a yes-or-no
            column counts as 1 and 0, and a sample without a value is not selected.
        courses: names from :data:`COURSES`, all of which the sample must have taken: ``rose-above`` (first below the
            balanced band, later in it), ``never-balanced``, ``fell-back`` (once balanced, at last not) and ``forgot``
            (the multimodal head was right and later wrong). Balanced is meant by ``thresholds``.
        tags: the sample must have all of them.
        regions: polygons on maps of samples; the sample's point must lie in all of them.
    """

    ranges: tuple[tuple[str, float, float], ...] = ()
    bands: tuple[str, ...] = ()
    classes: tuple[int, ...] = ()
    splits: tuple[str, ...] = ()
    text: str = ""
    wrong: tuple[str, ...] = ()
    thresholds: tuple[float, float] = THRESHOLDS
    dominant: tuple[str, ...] = ()
    correct: tuple[str, ...] = ()
    lassos: tuple[Lasso, ...] = ()
    history: tuple[tuple[str, float, float], ...] = ()
    tags: tuple[str, ...] = ()
    regions: tuple[Region, ...] = ()
    courses: tuple[str, ...] = ()

    @property
    def asks_history(self) -> bool:
        """Whether it is answered from ``dynamics.parquet``."""
        return bool(self.history or self.courses)

    def where(self, columns: Sequence[str], texts: Sequence[str], names: Sequence[str] = ()) -> Condition:
        """SQL condition on the rows of a score table, and its parameters.

        ``history``, ``courses``, ``tags`` and ``regions`` are asked of other tables, which
        :func:`bss_core.queries.selected` joins.

        Column names are checked, values never enter the SQL.

        Args:
            columns: the numeric columns there are.
            texts: the manifest's text columns, joined to the rows.
            names: the score table's columns of names, such as ``dominant_modality``.

        Raises:
            ConfigError: a column or band that does not exist.
        """
        for name in set(self.bands) - set(BANDS):
            raise ConfigError(f"There is no band {name!r}; bands are {', '.join(BANDS)}.")
        parts = [("true", []), *(_within(item, columns) for item in self.ranges)]
        parts += [_among(name, chosen) for name, chosen in self._chosen(names) if chosen]
        parts += [_containing(word, texts) for word in self.text.split()]
        parts += [(f"{_checked(f'predicted_{head}', columns)} <> label", []) for head in self.wrong]
        parts += [_inside(lasso, columns) for lasso in self.lassos]
        return _joined(parts)

    def where_history(self, columns: Sequence[str]) -> Condition:
        """SQL condition on the rows of ``dynamics.parquet``, and its parameters.

        Raises:
            ConfigError: a course or column that does not exist.
        """
        parts = [
            (f"{_checked(column, columns)}::DOUBLE BETWEEN ? AND ?", [low, high]) for column, low, high in self.history
        ]
        return _joined([("true", []), *parts, *(self._course(name, columns) for name in self.courses)])

    def _course(self, name: str, columns: Sequence[str]) -> Condition:
        if name not in COURSES:
            raise ConfigError(f"There is no course {name!r}; courses are {', '.join(COURSES)}.")
        needed, sql = COURSES[name]
        for column in needed:
            _checked(column, columns)
        return sql.format(high=repr(check_thresholds(self.thresholds)[1])), []

    def _chosen(self, names: Sequence[str]) -> list[tuple[str, tuple[Any, ...]]]:
        always = [("band", self.bands), ("label", self.classes), ("split", self.splits)]
        newer = {"dominant_modality": self.dominant, "correct_modalities": self.correct}
        return always + [(_checked(name, names), chosen) for name, chosen in newer.items() if chosen]


def _joined(parts: list[Condition]) -> Condition:
    return " AND ".join(condition for condition, _ in parts), [value for _, values in parts for value in values]


def _within(item: tuple[str, float, float], columns: Sequence[str]) -> Condition:
    column, low, high = item
    return f"{_checked(column, columns)} BETWEEN ? AND ?", [low, high]


def _among(expression: str, chosen: tuple[Any, ...]) -> Condition:
    return f"{expression} IN ({', '.join('?' * len(chosen))})", list(chosen)


def _containing(word: str, texts: Sequence[str]) -> Condition:
    haystack = " || ' ' || ".join(f"coalesce(\"{name}\", '')" for name in ["sample_id", *texts])
    return f"contains(lower({haystack}), ?)", [word.lower()]


def _inside(lasso: Lasso, columns: Sequence[str]) -> Condition:
    x, y = (f"{_checked(column, columns)}::DOUBLE" for column in (lasso.x, lasso.y))
    return lasso.where(x, y)


def _checked(column: str, columns: Sequence[str]) -> str:
    if column not in columns:
        raise ConfigError(f"There is no column {column!r}; there are {', '.join(columns) or 'none'}.")
    return f'"{column}"'


def band_sql(thresholds: tuple[float, float]) -> str:
    """The band of ``balance_score`` as an SQL expression; raises as :func:`bss_core.scores.check_thresholds`."""
    low, high = check_thresholds(thresholds)
    return (
        f"CASE WHEN balance_score >= {high!r} THEN '{BANDS[0]}' "
        f"WHEN balance_score >= {low!r} THEN '{BANDS[1]}' ELSE '{BANDS[2]}' END"
    )
