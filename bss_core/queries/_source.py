"""Where the rows of an evaluation are, which columns they have, and the selected ones as SQL."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bss_core import dynamics
from bss_core.errors import ConfigError, RunError
from bss_core.evaluations import scores_path
from bss_core.manifest import FILE as MANIFEST
from bss_core.runs import Run
from bss_core.selection import Selection, band_sql
from bss_core.tables import frame, parquet

__all__ = ["Source", "check_columns", "name_columns", "numeric_columns", "selected", "source"]


@dataclass(frozen=True)
class Source:
    """Where the rows of one evaluation come from.

    Attributes:
        scores: the score table.
        manifest: the data set's manifest, or None when it is gone.
        texts: the manifest's text columns, for captions and text search.
        dynamics: what became of the samples over the evaluations, or None when that is not written yet.
    """

    scores: Path
    manifest: Path | None = None
    texts: tuple[str, ...] = ()
    dynamics: Path | None = None

    def sql(self, thresholds: tuple[float, float], with_texts: bool = False) -> str:
        """The rows with their band, on request joined with their texts; media columns are never touched."""
        scores = f"SELECT *, {band_sql(thresholds)} AS band FROM {parquet([self.scores])}"
        return self.with_texts(f"({scores})") if with_texts else f"({scores})"

    def with_texts(self, rows: str) -> str:
        """A relation, named ``shown``, joined with the texts of its samples if there are any."""
        if self.manifest is None or not self.texts:
            return f"{rows} AS shown"
        names = ", ".join(f'"{name}"' for name in self.texts)
        texts = f"SELECT sample_id, {names} FROM {parquet([self.manifest])}"
        return f"(SELECT * FROM {rows} LEFT JOIN ({texts}) USING (sample_id)) AS shown"


def source(run: Run, evaluation: int) -> Source:
    """The source of one evaluation of a run.

    Raises:
        RunError: the run has no such evaluation; the message lists those it has.
    """
    path = scores_path(run.folder, evaluation)
    if not path.exists():
        found = ", ".join(str(item.number) for item in run.evaluations()) or "none yet"
        raise RunError(f"{run.id} has no evaluation {evaluation}; it has {found}.")
    manifest, followed = run.data / MANIFEST, run.folder / dynamics.FILE
    texts = tuple(name for name, kind in run.modalities.items() if kind == "text")
    return Source(path, manifest if manifest.exists() else None, texts, followed if followed.exists() else None)


def numeric_columns(rows: Source) -> list[str]:
    """The columns that can be sorted by, ranged over and drawn."""
    return _columns(rows.scores)[0]


def name_columns(rows: Source) -> list[str]:
    """The columns that hold names, such as ``dominant_modality``."""
    return _columns(rows.scores)[1]


def _columns(path: Path) -> tuple[list[str], list[str]]:
    described = frame(f"DESCRIBE SELECT * FROM {parquet([path])}")
    kinds = dict(zip(described["column_name"], described["column_type"], strict=True))
    names = [name for name, kind in kinds.items() if kind == "VARCHAR"]
    return [name for name in kinds if name not in names], names


def check_columns(names: list[str], known: list[str]) -> None:
    """Raise a ConfigError for the first name that is not among the known ones."""
    for name in names:
        if name not in known:
            raise ConfigError(f"There is no column {name!r}; columns are {', '.join(known)}.")


def selected(rows: Source, selection: Selection) -> tuple[str, list[Any]]:
    """The selected rows, ready to follow FROM and to be narrowed by AND, and the parameters; texts only if searched.

    Raises:
        ConfigError: a column or band that does not exist.
        RunError: the selection asks for the samples' history, and the run has none yet.
    """
    numbers, names = _columns(rows.scores)
    condition, values = selection.where(numbers, rows.texts if rows.manifest else (), names)
    if selection.history:
        followed, more = _followed(rows, selection)
        condition, values = f"{condition} AND sample_id IN ({followed})", [*values, *more]
    return f"{rows.sql(selection.thresholds, bool(selection.text))} WHERE {condition}", values


def _followed(rows: Source, selection: Selection) -> tuple[str, list[Any]]:
    if rows.dynamics is None:
        raise RunError(
            f"{rows.scores.parent.parent.name} has no {dynamics.FILE}; it is written after the second evaluation."
        )
    numbers, _ = _columns(rows.dynamics)
    condition, values = selection.where_history(numbers)
    return f"SELECT sample_id FROM {parquet([rows.dynamics])} WHERE {condition}", values
