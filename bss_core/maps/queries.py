"""Questions about a map of samples: its points and cells with the colours of an evaluation, and nearest neighbours.

A map's columns ``map_x`` and ``map_y`` stand beside those of the score table, so that a selection can hold ranges and
lassos over them. Rows are the samples that both the map and the evaluation have.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from bss_core.errors import ConfigError, RunError
from bss_core.queries import Source
from bss_core.queries._source import selected
from bss_core.selection import Selection
from bss_core.tables import frame, parquet

__all__ = ["AXES", "BY", "MapSource", "map_cells", "map_page", "map_points", "map_sizes", "named_samples", "neighbours"]

AXES = ("map_x", "map_y")
BY = ("band", "label", "modality", "correct")  # as the app's other map has them


@dataclass(frozen=True)
class MapSource:
    """Where the rows come from: an evaluation, a map, and the modalities that have a head."""

    rows: Source
    path: Path
    modalities: tuple[str, ...]


def _relation(maps: MapSource, selection: Selection) -> tuple[str, list[Any]]:
    """The selected rows as ``SELECT …``, with their place on the map, and the parameters."""
    on_map, rest = _divided(selection)
    base, values = selected(maps.rows, rest)
    condition, more = on_map.where(AXES, ())
    places = f"SELECT sample_id, x AS map_x, y AS map_y FROM {parquet([maps.path])}"
    joined = f"(SELECT * FROM {base}) JOIN ({places}) USING (sample_id)"
    return f"SELECT * FROM (SELECT * FROM {joined}) WHERE {condition}", [*values, *more]


def _divided(selection: Selection) -> tuple[Selection, Selection]:
    """What the selection asks of the map, and what of the score table."""
    ranges = tuple(item for item in selection.ranges if item[0] in AXES)
    lassos = tuple(item for item in selection.lassos if item.x in AXES)
    others = tuple(item for item in selection.ranges if item not in ranges)
    kept = tuple(item for item in selection.lassos if item not in lassos)
    return Selection(ranges=ranges, lassos=lassos), replace(selection, ranges=others, lassos=kept)


def map_sizes(maps: MapSource, selection: Selection) -> tuple[int, int]:
    """How many samples of the map are selected, and how many the map has."""
    sql, values = _relation(maps, selection)
    shown = frame(f"SELECT count(*) AS n FROM ({sql})", values)["n"].item()
    total = frame(f"SELECT count(*) AS n FROM {parquet([maps.path])}")["n"].item()
    return int(shown), int(total)


def _key(maps: MapSource, by: str) -> str:
    """What a sample is coloured by, as an SQL expression."""
    if by not in BY:
        raise ConfigError(f"A map cannot be coloured by {by!r}; choose {', '.join(BY)}.")
    if by in ("band", "label"):
        return f"{by}::VARCHAR"
    names = sorted(maps.modalities)
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


def map_points(maps: MapSource, selection: Selection, by: str = "band", limit: int = 5000) -> pd.DataFrame:
    """At most ``limit`` selected samples, a fixed pseudo-random choice if there are more.

    ``sample_id, label, band, balance_score, map_x, map_y, key`` and the texts; ``key`` is what they are coloured by.

    Raises:
        ConfigError: a column or ``by`` that does not exist.
    """
    sql, values = _relation(maps, selection)
    columns = "sample_id, label, band, balance_score, map_x, map_y"
    chosen = f"SELECT {columns}, {_key(maps, by)} AS key FROM ({sql}) ORDER BY hash(sample_id) LIMIT {int(limit)}"
    return _with_texts(maps, chosen, values, "hash(sample_id)")


def map_cells(maps: MapSource, selection: Selection, by: str = "band", bins: int = 100) -> pd.DataFrame:
    """The selected samples counted on a grid over the whole map, cells without any left out.

    ``x, y`` (centres), ``width, height`` (the same for all), ``count, key, share``; ``key`` is what most samples of the
    cell are (of equally many the first by name), ``share`` which part of them.

    Raises:
        ConfigError: a column or ``by`` that does not exist.
    """
    sql, values = _relation(maps, selection)
    cell = "least(floor((map_{0} - low_{0}) / span_{0} * {1}), {2})::INT"
    across, up = (cell.format(axis, int(bins), int(bins) - 1) for axis in "xy")
    extent = ", ".join(f"min({c}) AS low_{c}, greatest(max({c}) - min({c}), 1e-12) AS span_{c}" for c in "xy")
    return frame(
        f"""WITH extent AS (SELECT {extent} FROM {parquet([maps.path])}),
        counted AS (SELECT {across} AS i, {up} AS j, key, count(*) AS n
            FROM (SELECT map_x, map_y, {_key(maps, by)} AS key FROM ({sql})), extent GROUP BY i, j, key)
        SELECT any_value(low_x + (i + 0.5) * span_x / {int(bins)}) AS x,
            any_value(low_y + (j + 0.5) * span_y / {int(bins)}) AS y, sum(n)::BIGINT AS count,
            first(key ORDER BY n DESC, key) AS key, max(n) / sum(n) AS share,
            any_value(span_x / {int(bins)}) AS width, any_value(span_y / {int(bins)}) AS height
        FROM counted, extent GROUP BY i, j ORDER BY j, i""",
        values,
    )


def map_page(maps: MapSource, selection: Selection, limit: int = 24) -> pd.DataFrame:
    """The first selected samples by balance score, lowest first, with all columns and texts."""
    sql, values = _relation(maps, selection)
    order = "balance_score, sample_id"
    return _with_texts(maps, f"{sql} ORDER BY {order} LIMIT {int(limit)}", values, order)


def named_samples(maps: MapSource, sample_ids: list[str], thresholds: tuple[float, float]) -> pd.DataFrame:
    """The rows of some samples with all columns and texts, in the order named; those without a row are left out."""
    sql, values = _relation(maps, Selection(thresholds=thresholds))
    order = "list_position(?, sample_id)"
    chosen = f"SELECT * FROM ({sql}) WHERE list_contains(?, sample_id)"
    return _with_texts(maps, chosen, [*values, sample_ids], order, [sample_ids])


def _with_texts(
    maps: MapSource, chosen: str, values: list[Any], order: str, more: list[Any] | None = None
) -> pd.DataFrame:
    """A few chosen rows joined with their texts, in order; the manifest is read for these rows only."""
    return frame(f"SELECT * FROM {maps.rows.with_texts(f'({chosen})')} ORDER BY {order}", [*values, *(more or [])])


def neighbours(path: Path, sample_id: str, count: int = 12) -> pd.DataFrame:
    """The samples of a map nearest to one of them: ``sample_id, distance``, nearest first, itself left out.

    The distance is Euclidean in the kept principal components, not on the map. All samples are compared, one component
    at a time, so memory is that of a few columns.

    Raises:
        RunError: the map is missing or damaged, or does not have the sample.
        ConfigError: ``count`` is below 1.
    """
    if count < 1:
        raise ConfigError(f"There cannot be {count} neighbours; choose at least 1.")
    try:
        file = pq.ParquetFile(path, memory_map=True)
        ids = file.read(["sample_id"])["sample_id"].combine_chunks()
        found = ids.index(sample_id).as_py()
        if found < 0:
            raise RunError(f"The map {path.name} does not have the sample {sample_id!r}.")
        squared = _squared_distances(file, found)
    except (OSError, KeyError, pa.ArrowException) as error:
        raise RunError(f"The map {path} cannot be read: {error}") from None
    squared[found] = np.inf
    count = min(count, len(squared) - 1)
    near = np.argpartition(squared, count - 1)[:count]
    near = near[np.argsort(squared[near], kind="stable")]
    return pd.DataFrame({"sample_id": ids.take(pa.array(near)).to_pylist(), "distance": np.sqrt(squared[near])})


def _squared_distances(file: pq.ParquetFile, row: int) -> np.ndarray:
    """(n,) float32: from one row to all."""
    total = np.zeros(file.metadata.num_rows, dtype=np.float32)
    for name in (name for name in file.schema_arrow.names if name.startswith("component_")):
        values = file.read([name])[name].to_numpy()
        total += (values - values[row]) ** 2
    return total
