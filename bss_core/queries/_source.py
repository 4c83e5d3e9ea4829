"""Where the rows of an evaluation are, and which columns they have."""

from dataclasses import dataclass
from pathlib import Path

from bss_core import dynamics
from bss_core.errors import ConfigError, RunError
from bss_core.evaluations import scores_path
from bss_core.manifest import FILE as MANIFEST
from bss_core.runs import Run
from bss_core.selection import band_sql
from bss_core.tables import frame, parquet

__all__ = ["Source", "check_columns", "columns_of", "name_columns", "numeric_columns", "source"]


@dataclass(frozen=True)
class Source:
    """Where the rows of one evaluation come from.

    Attributes:
        scores: the score table.
        manifest: the data set's manifest, or None when it is gone.
        texts: the manifest's text columns, for captions and text search.
        dynamics: what became of the samples over the evaluations, or None when that is not written yet.
        run: the run, for what else is known of its samples: their tags, and their places on maps.
    """

    scores: Path
    manifest: Path | None = None
    texts: tuple[str, ...] = ()
    dynamics: Path | None = None
    run: Run | None = None

    @property
    def known_run(self) -> Run:
        """The run.

        Raises:
            ConfigError: the rows were named without their run.
        """
        if self.run is None:
            raise ConfigError(f"Tags and maps are known of a run's samples; {self.scores} was named without its run.")
        return self.run

    @property
    def known_dynamics(self) -> Path:
        """What became of the samples.

        Raises:
            RunError: the run does not have that yet.
        """
        if self.dynamics is None:
            raise dynamics.not_written(self.scores.parent.parent.name)
        return self.dynamics

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
    return Source(path, manifest if manifest.exists() else None, texts, followed if followed.exists() else None, run)


def numeric_columns(rows: Source) -> list[str]:
    """The columns that can be sorted by, ranged over and drawn."""
    return columns_of(rows.scores)[0]


def name_columns(rows: Source) -> list[str]:
    """The columns that hold names, such as ``dominant_modality``."""
    return columns_of(rows.scores)[1]


def columns_of(path: Path) -> tuple[list[str], list[str]]:
    """The columns of a table: those with numbers, and those with names."""
    described = frame(f"DESCRIBE SELECT * FROM {parquet([path])}")
    kinds = dict(zip(described["column_name"], described["column_type"], strict=True))
    names = [name for name, kind in kinds.items() if kind == "VARCHAR"]
    return [name for name in kinds if name not in names], names


def check_columns(names: list[str], known: list[str]) -> None:
    """Raise a ConfigError for the first name that is not among the known ones."""
    for name in names:
        if name not in known:
            raise ConfigError(f"There is no column {name!r}; columns are {', '.join(known)}.")
