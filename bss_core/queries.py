"""Every question asked of score tables: DuckDB SQL over Parquet in, a small frame out."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from bss_core import dynamics
from bss_core.errors import ConfigError, RunError
from bss_core.evaluations import scores_path
from bss_core.manifest import FILE as MANIFEST
from bss_core.runs import Run
from bss_core.scores import THRESHOLDS
from bss_core.selection import Selection, band_sql
from bss_core.tables import frame, parquet

__all__ = [
    "Source", "band_shares", "counts", "density", "histogram", "most_variable", "movers", "numeric_columns",
    "page", "place", "points", "probabilities", "quantiles", "representatives", "sample", "sizes", "source",
    "trajectories",
]  # fmt: skip


@dataclass(frozen=True)
class Source:
    """Where the rows of one evaluation come from.

    Attributes:
        scores: the score table.
        manifest: the data set's manifest, or None when it is gone.
        texts: the manifest's text columns, for captions and text search.
    """

    scores: Path
    manifest: Path | None = None
    texts: tuple[str, ...] = ()

    def sql(self, thresholds: tuple[float, float]) -> str:
        """The joined rows with their band; media columns are never touched."""
        scores = f"SELECT *, {band_sql(thresholds)} AS band FROM {parquet([self.scores])}"
        if self.manifest is None or not self.texts:
            return f"({scores})"
        names = ", ".join(f'"{name}"' for name in self.texts)
        texts = f"SELECT sample_id, {names} FROM {parquet([self.manifest])}"
        return f"(SELECT * FROM ({scores}) LEFT JOIN ({texts}) USING (sample_id))"


def source(run: Run, evaluation: int) -> Source:
    """The source of one evaluation of a run.

    Raises:
        RunError: the run has no such evaluation; the message lists those it has.
    """
    path = scores_path(run.folder, evaluation)
    if not path.exists():
        found = ", ".join(str(item.number) for item in run.evaluations()) or "none yet"
        raise RunError(f"{run.id} has no evaluation {evaluation}; it has {found}.")
    manifest = run.data / MANIFEST
    texts = tuple(name for name, kind in run.modalities.items() if kind == "text")
    return Source(path, manifest if manifest.exists() else None, texts)


def numeric_columns(rows: Source) -> list[str]:
    """The columns that can be sorted by, ranged over and drawn."""
    described = frame(f"DESCRIBE SELECT * FROM {parquet([rows.scores])}")
    return [
        name for name, kind in zip(described["column_name"], described["column_type"], strict=True) if kind != "VARCHAR"
    ]


def _check_columns(names: list[str], known: list[str]) -> None:
    for name in names:
        if name not in known:
            raise ConfigError(f"There is no column {name!r}; columns are {', '.join(known)}.")


def _selected(rows: Source, selection: Selection) -> tuple[str, list[Any]]:
    texts = list(rows.texts) if rows.manifest else []
    condition, values = selection.where(numeric_columns(rows), texts)
    return f"{rows.sql(selection.thresholds)} WHERE {condition}", values


def sizes(rows: Source, selection: Selection) -> tuple[int, int]:
    """How many rows are selected, and how many there are."""
    selected, values = _selected(rows, selection)
    shown = frame(f"SELECT count(*) AS n FROM {selected}", values)["n"].item()
    total = frame(f"SELECT count(*) AS n FROM {parquet([rows.scores])}")["n"].item()
    return int(shown), int(total)


def page(
    rows: Source,
    selection: Selection,
    sort: str = "balance_score",
    descending: bool = False,
    limit: int = 60,
    offset: int = 0,
) -> pd.DataFrame:
    """One page of the selected rows with all their columns, ``band`` and texts; ties are ordered by sample_id.

    Raises:
        ConfigError: ``sort`` is no numeric column, or ``limit`` or ``offset`` is negative.
    """
    if limit < 0 or offset < 0:
        raise ConfigError(f"A page cannot begin at {offset} and hold {limit} samples; both must be at least 0.")
    columns = numeric_columns(rows)
    if sort not in columns:
        raise ConfigError(f"Samples cannot be sorted by {sort!r}; columns are {', '.join(columns)}.")
    selected, values = _selected(rows, selection)
    order = f'"{sort}" {"DESC" if descending else "ASC"}, sample_id'
    return frame(f"SELECT * FROM {selected} ORDER BY {order} LIMIT ? OFFSET ?", [*values, limit, offset])


def sample(rows: Source, sample_id: str, thresholds: tuple[float, float] = THRESHOLDS) -> dict[str, Any] | None:
    """All columns of one sample, or None if the evaluation has no such sample."""
    found = frame(f"SELECT * FROM {rows.sql(thresholds)} WHERE sample_id = ?", [sample_id])
    return found.iloc[0].to_dict() if len(found) else None


def histogram(rows: Source, selection: Selection, column: str, bins: int = 60, by: str = "band") -> pd.DataFrame:
    """Counts in equal bins over a column's whole range, by ``band`` or ``label``: ``bin, low, high, key, count``.

    Rows without a finite value (``sampling_probability`` of an evaluation that no scheduler used) are left out.

    Raises:
        ConfigError: another ``by``, or ``column`` is no numeric column.
    """
    if by not in ("band", "label"):
        raise ConfigError(f"A histogram cannot be split by {by!r}; choose band or label.")
    _check_columns([column], numeric_columns(rows))
    selected, values = _selected(rows, selection)
    return frame(
        f"""WITH extent AS (SELECT min("{column}") AS lo, max("{column}") AS hi FROM {parquet([rows.scores])}
                        WHERE isfinite("{column}"::DOUBLE)),
        width AS (SELECT lo, CASE WHEN hi > lo THEN (hi - lo) / {int(bins)} ELSE 1 END AS step FROM extent)
        SELECT least(floor(("{column}" - lo) / step), {int(bins) - 1})::INT AS bin, any_value(lo + bin * step) AS low,
               any_value(lo + (bin + 1) * step) AS high, {by}::VARCHAR AS key, count(*) AS count
        FROM (SELECT * FROM {selected}), width
        WHERE isfinite("{column}"::DOUBLE) GROUP BY bin, {by} ORDER BY bin, {by}""",
        values,
    )


def density(rows: Source, selection: Selection, x: str, y: str, bins: int = 80) -> pd.DataFrame:
    """Counts of the selected rows on a grid over both columns' whole ranges: ``x, y`` (centres of cells), ``count``.

    Rows without a finite value in both are left out.

    Raises:
        ConfigError: ``x`` or ``y`` is no numeric column.
    """
    _check_columns([x, y], numeric_columns(rows))
    selected, values = _selected(rows, selection)
    axes = ", ".join(
        f'min("{c}") AS lo_{i}, greatest(max("{c}") - min("{c}"), 1e-12) AS span_{i}' for i, c in enumerate((x, y))
    )
    finite = f'isfinite("{x}"::DOUBLE) AND isfinite("{y}"::DOUBLE)'
    cell = 'least(floor(("{}" - lo_{}) / span_{} * {}), {})'
    first, second = (cell.format(column, i, i, int(bins), int(bins) - 1) for i, column in enumerate((x, y)))
    return frame(
        f"""WITH extent AS (SELECT {axes} FROM {parquet([rows.scores])} WHERE {finite})
        SELECT any_value(lo_0 + ({first} + 0.5) * span_0 / {int(bins)}) AS x,
               any_value(lo_1 + ({second} + 0.5) * span_1 / {int(bins)}) AS y, count(*) AS count
        FROM (SELECT * FROM {selected}), extent
        WHERE {finite} GROUP BY {first}, {second}""",
        values,
    )


def points(rows: Source, selection: Selection, columns: list[str], limit: int = 5000) -> pd.DataFrame:
    """At most ``limit`` selected rows, a fixed pseudo-random choice if there are more: id, label, band, ``columns``.

    Raises:
        ConfigError: a column that does not exist.
    """
    texts = rows.texts if rows.manifest else ()
    _check_columns(columns, [*numeric_columns(rows), "sample_id", "split", "band", *texts])
    selected, values = _selected(rows, selection)
    names = ", ".join(f'"{name}"' for name in dict.fromkeys(["sample_id", "label", "band", *columns]))
    return frame(f"SELECT {names} FROM {selected} ORDER BY hash(sample_id) LIMIT ?", [*values, limit])


def quantiles(files: list[Path], column: str = "balance_score") -> pd.DataFrame:
    """Per evaluation: ``evaluation, epoch`` and the quantiles ``q05, q25, q50, q75, q95`` over all its samples.

    Raises:
        ConfigError: ``column`` is no numeric column.
    """
    for path in files[-1:]:
        _check_columns([column], numeric_columns(Source(path)))
    cuts = ", ".join(f'quantile_cont("{column}", {q / 100}) AS q{q:02d}' for q in (5, 25, 50, 75, 95))
    return frame(f"SELECT evaluation, any_value(epoch) AS epoch, {cuts} FROM {parquet(files)} GROUP BY 1 ORDER BY 1")


def band_shares(files: list[Path], thresholds: tuple[float, float] = THRESHOLDS) -> pd.DataFrame:
    """Per evaluation and band: ``evaluation, epoch, band, count, share``."""
    return frame(
        f"""SELECT evaluation, any_value(epoch) AS epoch, {band_sql(thresholds)} AS band, count(*) AS count,
        count(*) / sum(count(*)) OVER (PARTITION BY evaluation) AS share
        FROM {parquet(files)} GROUP BY evaluation, band ORDER BY evaluation, band"""
    )


def trajectories(files: list[Path], sample_ids: list[str]) -> pd.DataFrame:
    """All columns of a few samples in every evaluation, by sample and evaluation."""
    return frame(
        f"SELECT * FROM {parquet(files)} WHERE list_contains(?, sample_id) ORDER BY sample_id, evaluation",
        [sample_ids],
    )


def movers(run: Run, count: int = 10, rising: bool = True) -> pd.DataFrame:
    """The samples whose score rose (or fell) most from the first to the last evaluation, from ``dynamics.parquet``."""
    path = run.folder / dynamics.FILE
    if not path.exists():
        raise RunError(f"{run.id} has no {dynamics.FILE}; it is written after the second evaluation.")
    order = "DESC" if rising else "ASC"
    condition = "change > 0" if rising else "change < 0"
    return frame(
        f"SELECT * FROM {parquet([path])} WHERE {condition} ORDER BY change {order}, sample_id LIMIT ?", [count]
    )


def representatives(rows: Source, thresholds: tuple[float, float] = THRESHOLDS, count: int = 2) -> pd.DataFrame:
    """For each band the ``count`` samples nearest to the middle of its scores: what the band typically looks like."""
    return frame(
        f"""SELECT * EXCLUDE (far) FROM (
            SELECT *, abs(balance_score - median(balance_score) OVER (PARTITION BY band)) AS far
            FROM {rows.sql(thresholds)})
        QUALIFY row_number() OVER (PARTITION BY band ORDER BY far, sample_id) <= ? ORDER BY balance_score DESC""",
        [count],
    )


def counts(rows: Source, selection: Selection, by: str) -> dict[Any, int]:
    """Selected rows per value of ``band``, ``label`` or ``split``; values without a row are left out.

    Raises:
        ConfigError: another column.
    """
    if by not in ("band", "label", "split"):
        raise ConfigError(f"Samples cannot be counted by {by!r}; choose band, label or split.")
    selected, values = _selected(rows, selection)
    found = frame(f"SELECT {by} AS key, count(*) AS count FROM {selected} GROUP BY {by} ORDER BY {by}", values)
    return dict(zip(found["key"].tolist(), found["count"].tolist(), strict=True))


def place(rows: Source, selection: Selection, sort: str, descending: bool, sample_id: str) -> int | None:
    """How many selected rows stand before a sample in the order of :func:`page`; None if it is not selected.

    Raises:
        ConfigError: ``sort`` is no numeric column.
    """
    columns = numeric_columns(rows)
    if sort not in columns:
        raise ConfigError(f"Samples cannot be sorted by {sort!r}; columns are {', '.join(columns)}.")
    selected, values = _selected(rows, selection)
    order = f'"{sort}" {"DESC" if descending else "ASC"}, sample_id'
    numbered = f"SELECT sample_id, row_number() OVER (ORDER BY {order}) - 1 AS place FROM {selected}"
    found = frame(f"SELECT place FROM ({numbered}) WHERE sample_id = ?", [*values, sample_id])
    return int(found["place"].item()) if len(found) else None


def probabilities(path: Path, sample_id: str) -> dict[str, list[float]]:
    """Head → probabilities of all classes for one sample of a predictions file, heads in the file's order.

    Raises:
        RunError: the file is missing or damaged, or has no such sample.
    """
    found = frame(f"SELECT * FROM {parquet([path])} WHERE sample_id = ?", [sample_id])
    if found.empty:
        raise RunError(f"{path.name} holds no predictions for the sample {sample_id!r}.")
    prefix = "probabilities_"
    names = [name for name in found.columns if name.startswith(prefix)]
    return {name.removeprefix(prefix): [float(value) for value in found[name].iloc[0]] for name in names}


def most_variable(run: Run, count: int = 10) -> pd.DataFrame:
    """The samples whose score varied most over the evaluations, from ``dynamics.parquet``.

    Raises:
        RunError: the run has no such table yet.
    """
    path = run.folder / dynamics.FILE
    if not path.exists():
        raise RunError(f"{run.id} has no {dynamics.FILE}; it is written after the second evaluation.")
    return frame(
        f"SELECT * FROM {parquet([path])} WHERE variance > 0 ORDER BY variance DESC, sample_id LIMIT ?", [count]
    )
