"""What leaves the app besides pictures of it: the selected rows as a query that any DuckDB runs, and the run's tags."""

from pathlib import Path
from typing import Any

import pyarrow as pa

from bss_core import annotations, queries
from bss_core.annotations.exports import tags_table
from bss_core.manifest import FILE as MANIFEST
from bss_core.runs import Run
from bss_core.selection import Selection

__all__ = ["rows_sql", "tags", "tags_of"]


def rows_sql(
    run: Run, evaluation: int, selection: Selection, sort: str, tags_file: Path, folder: Path | None
) -> tuple[str, list[Any]]:
    """The selected rows with all columns, ``band``, texts and the column sorted by as a query, and its parameters.

    Args:
        run: the run.
        evaluation: number of one of its evaluations.
        selection: which rows.
        sort: the column that they are to be sorted by, see :func:`bss_core.queries.page`.
        tags_file: the table of the tags, as :func:`tags` gives it; only in the query if the selection asks for tags.
        folder: of the run; without it, paths are those inside the run's folder, so that they hold wherever the run is
            copied to with its data set.

    Raises:
        ConfigError: a column that does not exist.
        RunError: a table of the run is gone or damaged.
    """
    sql, values = queries.selected_sql(queries.source(run, evaluation), selection, tags_file, sort)
    if folder is None:
        sql = _moved(sql, run.data / MANIFEST, Path(run.details()["data"]["folder"]) / MANIFEST)
    return _moved(sql, run.folder, folder or Path()), values


def _moved(sql: str, old: Path, new: Path) -> str:
    """With the paths of a file, or of all files in a folder, exchanged; values are parameters and so not touched."""
    before, after = (str(path).replace("'", "''") for path in (old, new))
    return sql.replace(f"'{before}'", f"'{after}'").replace(f"'{before}/", "'" if new == Path() else f"'{after}/")


def tags(run: Run) -> pa.Table:
    """All tags, see :func:`bss_core.annotations.exports.tags_table`. Not cached."""
    return tags_table(run.folder)


def tags_of(run: Run, sample_ids: list[str]) -> dict[str, list[str]]:
    """Sample → its tags by name, of some samples. Not cached."""
    return annotations.tags_of_samples(run.folder, sample_ids)
