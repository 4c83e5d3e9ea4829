"""Every question asked of score tables: DuckDB SQL over Parquet in, a small frame out."""

from bss_core.queries._colours import COLOURS, cells_sql, coloured_sql
from bss_core.queries._counts import counts, histogram, median, sizes
from bss_core.queries._courses import band_shares, course_ends, most_variable, movers, quantiles, trajectories
from bss_core.queries._ranked import Ranked, ranked
from bss_core.queries._samples import page, place, probabilities, representatives, sample, samples
from bss_core.queries._score_maps import score_cells, score_points
from bss_core.queries._selected import selected, selected_sql
from bss_core.queries._source import Source, check_columns, name_columns, numeric_columns, source

__all__ = [
    "COLOURS", "Ranked", "Source", "band_shares", "cells_sql", "check_columns", "coloured_sql", "counts",
    "course_ends", "histogram", "median", "most_variable", "movers", "name_columns", "numeric_columns", "page", "place",
    "probabilities", "quantiles", "ranked", "representatives", "sample", "samples", "score_cells",
    "score_points", "selected", "selected_sql", "sizes", "source", "trajectories",
]  # fmt: skip
