"""What became of each sample over the evaluations: one row per sample, from the score tables.

Columns: ``sample_id, label, evaluations, first_score, last_score, change, slope`` (score per evaluation, least
squares), ``variance, lowest, highest, crossings`` (changes of band), ``correctness`` (share of evaluations in which the
multimodal head was right), ``forgetting`` (times it went from right to wrong).
"""

from pathlib import Path

import duckdb

from bss_core.errors import RunError
from bss_core.files import write_table
from bss_core.scores import THRESHOLDS, check_thresholds

__all__ = ["FILE", "write_dynamics"]

FILE = "dynamics.parquet"

_QUERY = """
WITH banded AS (
    SELECT sample_id, label, evaluation, balance_score AS s,
           CASE WHEN balance_score >= $high THEN 2 WHEN balance_score >= $low THEN 1 ELSE 0 END AS band,
           (predicted_multimodal = label)::INT AS is_right
    FROM read_parquet($files, hive_partitioning = false, union_by_name = true) WHERE split = 'train'
), followed AS (
    SELECT *, lag(band) OVER w AS band_before, lag(is_right) OVER w AS was_right
    FROM banded WINDOW w AS (PARTITION BY sample_id ORDER BY evaluation)
)
SELECT sample_id, any_value(label) AS label, count(*) AS evaluations,
       first(s ORDER BY evaluation) AS first_score, last(s ORDER BY evaluation) AS last_score,
       last_score - first_score AS change, if(count(*) > 1, regr_slope(s, evaluation), 0) AS slope,
       var_pop(s) AS variance, min(s) AS lowest, max(s) AS highest,
       count(*) FILTER (band <> band_before) AS crossings,
       avg(is_right) AS correctness, count(*) FILTER (was_right = 1 AND is_right = 0) AS forgetting
FROM followed GROUP BY sample_id ORDER BY sample_id
"""


def write_dynamics(run: Path, files: list[Path], thresholds: tuple[float, float] = THRESHOLDS) -> None:
    """Derive ``dynamics.parquet`` of a run from the score tables of its training evaluations, in order.

    Raises:
        RunError: one of the tables is missing or damaged.
        ConfigError: thresholds that cannot be.
    """
    low, high = check_thresholds(thresholds)
    parameters = {"files": [str(path) for path in files], "low": low, "high": high}
    try:
        with duckdb.connect() as connection:
            table = connection.sql(_QUERY, params=parameters).to_arrow_table()
    except duckdb.Error as error:
        raise RunError(f"The score tables of {run} cannot be read: {str(error).splitlines()[0]}") from None
    write_table(table, run / FILE)
