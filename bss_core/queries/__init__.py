"""Every question asked of score tables: DuckDB SQL over Parquet in, a small frame out."""

from bss_core.queries._colours import COLOURS, cells_sql, coloured_sql
from bss_core.queries._counts import counts, histogram, median, sizes
from bss_core.queries._ranked import Ranked, ranked
from bss_core.queries._samples import page, place, probabilities, representatives, sample, samples
from bss_core.queries._score_maps import score_cells, score_points
from bss_core.queries._selected import selected, selected_sql
from bss_core.queries._source import Source, check_columns, name_columns, numeric_columns, source

__all__ = [
    "COLOURS", "Ranked", "Source", "cells_sql", "check_columns", "coloured_sql", "counts", "histogram", "median",
    "name_columns", "numeric_columns", "page", "place", "probabilities", "ranked", "representatives", "sample",
    "samples", "score_cells", "score_points", "selected", "selected_sql", "sizes", "source",
]  # fmt: skip
