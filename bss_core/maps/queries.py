"""Questions about a map of samples: its points and cells with the colours of an evaluation, and nearest neighbours.

A map's columns ``map_x`` and ``map_y`` stand beside those of the score table. Rows are the samples that both the map
and the evaluation have.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from bss_core.errors import ConfigError, RunError
from bss_core.queries import Source, cells_sql, coloured_sql, selected
from bss_core.selection import Selection
from bss_core.tables import frame, parquet

__all__ = ["MapSource", "map_cells", "map_points", "map_sizes", "named_samples", "neighbours"]


@dataclass(frozen=True)
class MapSource:
    """Where the rows come from: an evaluation, a map, and the modalities that have a head."""

    rows: Source
    path: Path
    modalities: tuple[str, ...]


def _relation(maps: MapSource, selection: Selection) -> tuple[str, list[Any]]:
    """The selected rows as ``SELECT …``, with their place on the map, and the parameters."""
    base, values = selected(maps.rows, selection)
    places = f"SELECT sample_id, x AS map_x, y AS map_y FROM {parquet([maps.path])}"
    joined = f"(SELECT * FROM {base}) JOIN ({places}) USING (sample_id)"
    return f"SELECT * FROM {joined}", values


def map_sizes(maps: MapSource, selection: Selection) -> tuple[int, int]:
    """How many samples of the map are selected, and how many the map has."""
    sql, values = _relation(maps, selection)
    shown = frame(f"SELECT count(*) AS n FROM ({sql})", values)["n"].item()
    total = frame(f"SELECT count(*) AS n FROM {parquet([maps.path])}")["n"].item()
    return int(shown), int(total)


def map_points(
    maps: MapSource, selection: Selection, by: str = "band", limit: int = 5000, before: Path | None = None
) -> pd.DataFrame:
    """At most ``limit`` selected samples, a fixed pseudo-random choice if there are more.

    ``sample_id, label, band, balance_score, x, y, key`` and the texts; ``key`` is what they are coloured by, see
    :func:`bss_core.queries.coloured_sql`, which ``before`` is for.

    Raises:
        ConfigError: a column or ``by`` that does not exist.
    """
    sql, values = _relation(maps, selection)
    columns = "sample_id, label, band, balance_score, map_x AS x, map_y AS y, key"
    coloured = coloured_sql(sql, by, maps.modalities, before)
    chosen = f"SELECT {columns} FROM ({coloured}) ORDER BY hash(sample_id) LIMIT {int(limit)}"
    return _with_texts(maps, chosen, values, "hash(sample_id)")


def map_cells(
    maps: MapSource, selection: Selection, by: str = "band", bins: int = 100, before: Path | None = None
) -> pd.DataFrame:
    """The selected samples counted on a grid over the whole map, see :func:`bss_core.queries.cells_sql`.

    Raises:
        ConfigError: a column or ``by`` that does not exist.
    """
    sql, values = _relation(maps, selection)
    rows = f"SELECT map_x AS x, map_y AS y, key FROM ({coloured_sql(sql, by, maps.modalities, before)})"
    return frame(cells_sql(rows, f"SELECT x, y FROM {parquet([maps.path])}", by, bins), values)


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
