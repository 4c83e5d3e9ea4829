"""What samples on a map are coloured by, and many samples as cells of a grid with the colour of what most of them are.

Every function takes rows as a query of their own and gives SQL; its parameters stay those of the rows.
"""

from collections.abc import Collection
from pathlib import Path

from bss_core.errors import ConfigError
from bss_core.tables import parquet

__all__ = ["COLOURS", "cells_sql", "coloured_sql"]

COLOURS = ("band", "label", "modality", "correct", "change")


def coloured_sql(rows: str, by: str, modalities: Collection[str], before: Path | None = None) -> str:
    """The rows with what they are coloured by as ``key``.

    ``band``, ``label``; ``modality``: the one that gives the label the highest probability on its own; ``correct``: the
    modalities that predict the label, joined by +, or ``none``; ``change``: the balance score minus that of an earlier
    evaluation, a number, and null for a sample that the earlier one does not have.

    Args:
        rows: ``SELECT …`` with the columns of a score table and ``band``.
        by: one of :data:`COLOURS`.
        modalities: those that have a head.
        before: the score table of the earlier evaluation, for ``change``.

    Raises:
        ConfigError: another ``by``, or ``change`` without an earlier evaluation.
    """
    if by not in COLOURS:
        raise ConfigError(f"A map cannot be coloured by {by!r}; choose {', '.join(COLOURS)}.")
    if by != "change":
        return f"SELECT *, {_key(by, sorted(modalities))} AS key FROM ({rows})"
    if before is None:
        raise ConfigError("A change of the score needs an earlier evaluation to compare with; none was named.")
    earlier = f"SELECT sample_id, balance_score AS earlier FROM {parquet([before])}"
    return f"SELECT *, balance_score - earlier AS key FROM ({rows}) LEFT JOIN ({earlier}) USING (sample_id)"


def _key(by: str, names: list[str]) -> str:
    if by in ("band", "label"):
        return f"{by}::VARCHAR"
    if by == "correct":
        parts = ", ".join(f"CASE WHEN {_column('predicted', name)} = label THEN {_text(name)} END" for name in names)
        return f"coalesce(nullif(concat_ws(' + ', {parts}), ''), 'none')"
    highest = f"greatest({', '.join(_column('probability', name) for name in names)})"
    cases = " ".join(f"WHEN {_column('probability', name)} = {highest} THEN {_text(name)}" for name in names)
    return f"CASE {cases} END"


def _column(kind: str, modality: str) -> str:
    return '"' + f"{kind}_{modality}".replace('"', '""') + '"'


def _text(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"


def cells_sql(rows: str, extent: str, by: str, bins: int) -> str:
    """The rows counted on a grid, cells without any left out: ``x, y`` (centres), ``width, height, count, key, share``.

    ``key`` is what most samples of the cell are (of equally many the first by name), ``share`` which part of them; for
    ``change`` it is the mean, and ``share`` the part that has one.

    Args:
        rows: ``SELECT …`` with the finite columns ``x, y`` and ``key``.
        extent: ``SELECT …`` with the columns ``x, y`` of everything that the grid covers.
        by: what ``key`` is, see :func:`coloured_sql`.
        bins: cells along either axis.
    """
    ends = ", ".join(f"min({c}) AS low_{c}, greatest(max({c}) - min({c}), 1e-12) AS span_{c}" for c in "xy")
    cell = "least(floor(({0} - low_{0}) / span_{0} * {1}), {2})::INT"
    across, up = (cell.format(axis, int(bins), int(bins) - 1) for axis in "xy")
    mean = by == "change"
    value = "avg(key) AS key, count(key) AS known" if mean else "key"
    most = "first(key ORDER BY n DESC, key) AS key, max(n) / sum(n)"
    told = "any_value(key) AS key, any_value(known) / sum(n)" if mean else most
    return f"""WITH extent AS (SELECT {ends} FROM ({extent})),
        counted AS (SELECT {across} AS i, {up} AS j, {value}, count(*) AS n FROM ({rows}), extent
            GROUP BY i, j{"" if mean else ", key"})
        SELECT any_value(low_x + (i + 0.5) * span_x / {int(bins)}) AS x,
            any_value(low_y + (j + 0.5) * span_y / {int(bins)}) AS y, sum(n)::BIGINT AS count, {told} AS share,
            any_value(span_x / {int(bins)}) AS width, any_value(span_y / {int(bins)}) AS height
        FROM counted, extent GROUP BY i, j ORDER BY j, i"""
