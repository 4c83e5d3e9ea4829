"""Every question asked of score tables: DuckDB SQL over Parquet in, a small frame out."""

from bss_core.queries._counts import counts, density, histogram, sizes
from bss_core.queries._courses import band_shares, most_variable, movers, quantiles, trajectories
from bss_core.queries._samples import page, place, points, probabilities, representatives, sample
from bss_core.queries._source import Source, name_columns, numeric_columns, source

__all__ = [
    "Source", "band_shares", "counts", "density", "histogram", "most_variable", "movers", "name_columns",
    "numeric_columns", "page", "place", "points", "probabilities", "quantiles", "representatives", "sample", "sizes",
    "source", "trajectories",
]  # fmt: skip
