"""What samples are sorted by: a column of their score table, or a number told of their course over the evaluations."""

from bss_core.errors import ConfigError
from bss_core.queries._source import Source, columns_of, numeric_columns
from bss_core.tables import parquet

__all__ = ["with_sort"]


def with_sort(rows: Source, found: str, sort: str) -> str:
    """Selected rows, ready to follow FROM and to be narrowed by AND, with the column that they are sorted by.

    Args:
        rows: see :func:`bss_core.queries.source`.
        found: the selected rows, likewise ready to follow FROM.
        sort: the column. One of ``dynamics.parquet``, which tells of training samples only, has no value (NULL) for
            any other sample.

    Raises:
        ConfigError: there is no such column.
    """
    own = numeric_columns(rows)
    if sort in own:
        return found
    courses = _course_columns(rows)
    if sort not in courses:
        raise ConfigError(f"Samples cannot be sorted by {sort!r}; columns are {', '.join([*own, *courses])}.")
    course = f'SELECT sample_id, "{sort}" FROM {parquet([rows.known_dynamics])}'
    return f"(SELECT * FROM {found}) LEFT JOIN ({course}) USING (sample_id) WHERE true"


def _course_columns(rows: Source) -> list[str]:
    if rows.dynamics is None:
        return []
    own = numeric_columns(rows)
    return [name for name in columns_of(rows.dynamics)[0] if name not in own]
