"""What became of each sample over the evaluations: one row per sample, from the score tables.

Columns: ``sample_id, label, evaluations`` (how many hold the sample), ``first_score, last_score, change, slope`` (score
per evaluation, least squares), ``variance, lowest, highest, crossings`` (changes of band), ``correctness`` (share of
evaluations in which the multimodal head was right), ``forgetting`` (times it went from right to wrong),
``first_balanced`` (number of the first evaluation in which it was balanced), ``ever_balanced``, ``first_crossing``
(number of the first evaluation in another band than the one before), ``highest_rank_gain`` (most places that it rose
from one evaluation to any later one).

There is no value (NULL) in ``first_balanced`` and ``first_crossing`` if it never happened, in ``correctness`` and
``forgetting`` if a table has no multimodal head, whose answer alone is the model's, and in ``highest_rank_gain`` if a
table has no ranks.
"""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bss_core.courses import Courses
from bss_core.errors import RunError
from bss_core.files import write_table
from bss_core.scores import THRESHOLDS, check_thresholds

__all__ = ["FILE", "not_written", "write_dynamics"]

FILE = "dynamics.parquet"
_NEEDED, _OPTIONAL = ("sample_id", "split", "label", "balance_score"), ("predicted_multimodal", "rank")
_GROUP_ROWS = 2**14  # sorted by id: a reader of one sample fetches one group


def not_written(run_id: str) -> RunError:
    """What to say when it is asked for and a run has none yet."""
    return RunError(f"{run_id} has no {FILE}; it is written after the second evaluation.")


def write_dynamics(run: Path, files: list[Path], thresholds: tuple[float, float] = THRESHOLDS) -> None:
    """Derive ``dynamics.parquet`` of a run from the score tables of its training evaluations, in any order.

    One table is read at a time: the memory needed grows with the samples, not with the evaluations.

    Raises:
        RunError: one of the tables is missing or damaged.
        ConfigError: thresholds that cannot be.
    """
    courses = Courses(check_thresholds(thresholds))
    for number, path in sorted((_number(path), path) for path in files):
        rows = _read(path, _NEEDED, _OPTIONAL)
        courses.add(number, rows.filter(pc.equal(rows["split"], "train")))
    table = courses.table()
    write_table(table.take(pc.sort_indices(table["sample_id"])), run / FILE, _GROUP_ROWS)


def _number(path: Path) -> int:
    """The number of an evaluation, in its first row; −1 of an empty one."""
    return next(iter(_read(path, ("evaluation",))["evaluation"].to_pylist()), -1)


def _read(path: Path, needed: tuple[str, ...], optional: tuple[str, ...] = ()) -> pa.Table:
    try:
        with pq.ParquetFile(path) as file:  # not read_table: it makes columns of folders called key=value
            there = file.schema_arrow.names
            if missing := [name for name in needed if name not in there]:
                raise RunError(f"{path} lacks the column {missing[0]!r}; it has {', '.join(there)}.")
            return file.read([*needed, *(name for name in optional if name in there)])
    except (OSError, UnicodeDecodeError, pa.ArrowException) as error:
        raise RunError(f"The score tables of {path.parent.parent} cannot be read: {path.name}: {error}") from None
