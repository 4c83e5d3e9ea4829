"""The selected samples as a Parquet or CSV file, written by DuckDB without the rows ever passing through Python."""

import json
from pathlib import Path

from app.report.code import literal, sql_code
from app.report.request import Shared
from app.report.words import in_words
from bss_core.errors import ConfigError
from bss_core.tables import frame

__all__ = ["write_rows"]


def write_rows(shared: Shared, path: Path) -> int:
    """Write the rows of :func:`app.report.code.sql_code`; Parquet files say in their metadata what was selected.

    Args:
        shared: which rows.
        path: a new file ending in ``.parquet`` or ``.csv``.

    Returns:
        How many rows were written.

    Raises:
        ConfigError: another ending.
        RunError: a table of the run is gone or damaged.
    """
    forms = {".parquet": f"FORMAT parquet, COMPRESSION zstd, {_metadata(shared)}", ".csv": "FORMAT csv, HEADER true"}
    if path.suffix not in forms:
        raise ConfigError(f"A table ending in {path.suffix!r} was asked for; tables end in {' or '.join(forms)}.")
    query = sql_code(shared, shared.run.folder)
    written = frame(f"COPY ({query}) TO {literal(str(path))} ({forms[path.suffix]})")
    return int(written.iloc[0, 0])


def _metadata(shared: Shared) -> str:
    """As Parquet's own key and value, since a table that was sent to somebody has lost its address."""
    about = {
        "run": shared.run.id, "evaluation": shared.about.number, "epoch": shared.about.epoch,
        "selection": in_words(shared), "sort": shared.sort, "descending": shared.descending,
    }  # fmt: skip
    return f"KV_METADATA {{bss_lens_selection: {literal(json.dumps(about))}}}"
