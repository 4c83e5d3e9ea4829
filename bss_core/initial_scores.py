"""Scores from outside that a run starts with: a table, or the last training evaluation of another run."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from bss_core.errors import RunError
from bss_core.evaluations import scores_path
from bss_core.runs import FILE, open_run

__all__ = ["aligned_scores", "read_initial_scores"]

_COLUMNS = ("balance_score", "smoothed_score")  # the first that is there


def read_initial_scores(path: Path, content_hash: str) -> pd.Series:
    """Scores by sample_id, high = balanced.

    Args:
        path: a Parquet or CSV file with ``sample_id`` and ``balance_score`` (or ``smoothed_score``), or a run folder:
            the ``balance_score`` of its last training evaluation.
        content_hash: the data set's; a run of another data set is refused.

    Raises:
        RunError: no such file or run, another data set, columns that are missing, ids that occur twice, scores that
            are no finite numbers; the message names the first sample.
    """
    file = _last_evaluation(path, content_hash) if (path / FILE).is_file() else path
    table = _read(file)
    names = [name for name in _COLUMNS if name in table.column_names]
    if "sample_id" not in table.column_names or not names:
        raise RunError(
            f"{file} has the columns {', '.join(table.column_names)}; expected sample_id and balance_score (or "
            "smoothed_score)."
        )
    ids = [str(one) for one in table["sample_id"].to_pylist()]
    return _checked(pd.Series(_numbers(table[names[0]], f"{names[0]} in {file}"), index=ids), file)


def aligned_scores(scores: pd.Series, sample_ids: np.ndarray) -> np.ndarray:
    """(n,) float64: the scores in the order of ``sample_ids``; further samples in the table are left out.

    Raises:
        RunError: samples without a score; the message says how many and names the first.
    """
    missing = ~pd.Index(sample_ids).isin(scores.index)
    if missing.any():
        raise RunError(
            f"The initial scores lack {int(missing.sum())} of {len(sample_ids)} training samples, first "
            f"{sample_ids[int(missing.argmax())]!r}; give every sample of the training split a score."
        )
    return scores.loc[sample_ids].to_numpy(dtype=np.float64)


def _last_evaluation(folder: Path, content_hash: str) -> Path:
    run = open_run(folder)
    if run.details()["data"].get("content_hash") != content_hash:
        raise RunError(
            f"The run {run.id} was made with another data set ({run.details()['data'].get('name', 'unnamed')!r}, or "
            "another version of this one); initial scores must be those of the same samples."
        )
    evaluations = run.evaluations("training")
    if not evaluations:
        raise RunError(f"The run {run.id} has no training evaluation yet; initial scores need one.")
    return scores_path(folder, evaluations[-1].number)


def _read(file: Path) -> pa.Table:
    if not file.is_file():
        raise RunError(f"There are no initial scores in {file}: it is neither a Parquet or CSV file nor a run folder.")
    readers = {".parquet": pq.read_table, ".csv": _read_csv}
    if file.suffix.lower() not in readers:
        raise RunError(f"{file} holds no initial scores that can be read: expected .parquet, .csv or a run folder.")
    try:
        return readers[file.suffix.lower()](file)
    except (OSError, pa.ArrowException) as error:
        raise RunError(f"The initial scores {file} cannot be read: {str(error).splitlines()[0]}") from None


def _read_csv(file: Path) -> pa.Table:
    # ids stay text: 007 is not 7
    return pc.read_csv(file, convert_options=pc.ConvertOptions(column_types={"sample_id": pa.string()}))


def _numbers(column: pa.ChunkedArray, name: str) -> np.ndarray:
    if not (pa.types.is_floating(column.type) or pa.types.is_integer(column.type)):
        raise RunError(f"{name} holds {column.type}; expected one number per sample.")
    return column.to_numpy().astype(np.float64)


def _checked(scores: pd.Series, file: Path) -> pd.Series:
    twice = scores.index.duplicated()
    if twice.any():
        first = scores.index[int(twice.argmax())]
        raise RunError(f"{file} names {int(twice.sum())} samples more than once, first {first!r}; give one score each.")
    bad = ~np.isfinite(scores.to_numpy())
    if bad.any():
        first = scores.index[int(bad.argmax())]
        raise RunError(
            f"{file} has {int(bad.sum())} scores that are not finite, first that of {first!r}; give finite numbers."
        )
    return scores
