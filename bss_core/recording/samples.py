"""What a recorder knows of its samples: which there are, their labels and last ŝ, and what of them has been logged."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from bss_core.errors import ConfigError
from bss_core.evaluations import scores_path
from bss_core.manifest import read_manifest
from bss_core.recording.batch import RecordedBatch
from bss_core.runs import Run
from bss_core.tables import frame, parquet

__all__ = ["Samples", "latest", "read_samples"]


class Samples:
    """The samples of the first evaluation, to which all later ones are held.

    Attributes:
        labels: sample id → label, in the order of the first evaluation; empty before it.
        smoothed: sample id → its last ŝ.
        heads: of the batches so far; None before the first.
        seen: sample id → label, logged since the last evaluation ended, in the order of their first record.
    """

    def __init__(
        self, labels: dict[str, int], smoothed: dict[str, float], heads: list[str] | None, in_data: dict[str, int]
    ) -> None:
        self.labels, self.smoothed, self.heads = labels, smoothed, heads
        self.seen: dict[str, int] = {}
        self._in_data = in_data

    def check(self, batch: RecordedBatch) -> None:
        """Raise a ConfigError for other heads than before, an unknown sample, or a label that changed."""
        heads, known = list(batch.logits), self.labels or self._in_data
        if self.heads is not None and heads != self.heads:
            raise ConfigError(f"The batch has the heads {', '.join(heads)}; those before had {', '.join(self.heads)}.")
        within: dict[str, int] = {}
        for sample_id, label in zip(batch.sample_ids, batch.labels.tolist(), strict=True):
            before = within.get(sample_id, self.seen.get(sample_id, known.get(sample_id)))
            within[sample_id] = label
            if before is None and known:
                where = "the first evaluation" if self.labels else "the data set"
                raise ConfigError(f"Sample {sample_id!r} is not in {where}, which has {len(known)} samples.")
            if before not in (None, label):
                raise ConfigError(f"Sample {sample_id!r} has label {label} now and had {before} before; labels stay.")

    def take(self, batch: RecordedBatch) -> None:
        """Remember that a checked batch was logged."""
        self.heads = list(batch.logits)
        self.seen.update(zip(batch.sample_ids, batch.labels.tolist(), strict=True))

    def previous(self, ids: Iterable[str]) -> np.ndarray | None:
        """(n,) the last ŝ of these samples; None before the first evaluation."""
        return self.scores(ids) if self.labels else None

    def scores(self, ids: Iterable[str]) -> np.ndarray:
        """(n,) the last ŝ of these samples.

        Raises:
            ConfigError: a sample that no evaluation holds.
        """
        names = list(ids)
        for name in names:
            if name not in self.smoothed:
                raise ConfigError(f"Sample {name!r} has no score: no evaluation of this run holds it.")
        return np.array([self.smoothed[name] for name in names])

    def end(self, table: pd.DataFrame) -> tuple[str, ...]:
        """Go on to the next evaluation; returns the samples that this one, in ``table``, lacks."""
        missing = tuple(name for name in self.labels if name not in self.seen)
        names = table["sample_id"]
        self.labels = self.labels or dict(zip(names, table["label"].tolist(), strict=True))
        self.smoothed.update(zip(names, table["smoothed_score"].tolist(), strict=True))
        self.seen = {}
        return missing


def read_samples(run: Run, data: Path | None) -> Samples:
    """What the evaluations of a run tell, or before the first one its data set, if it has one."""
    done = [item.number for item in run.evaluations("training")]
    if not done:
        return Samples({}, {}, None, {} if data is None else _labels_of(data))
    first = frame(f"SELECT * FROM {parquet([scores_path(run.folder, done[0])])}")
    heads = [name.removeprefix("predicted_") for name in first if name.startswith("predicted_")]
    labels = dict(zip(first["sample_id"], first["label"].tolist(), strict=True))
    files = parquet([scores_path(run.folder, number) for number in done])
    last = frame(f"SELECT sample_id, arg_max(smoothed_score, evaluation) AS score FROM {files} GROUP BY sample_id")
    return Samples(labels, dict(zip(last["sample_id"], last["score"].tolist(), strict=True)), heads, {})


def _labels_of(data: Path) -> dict[str, int]:
    rows = read_manifest(data, ["sample_id", "label"]).rows
    return dict(zip(rows["sample_id"], rows["label"].tolist(), strict=True))


def latest(batches: list[RecordedBatch], order: Iterable[str]) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    """Ids, labels and logits of each sample's last record, in the given order of ids; others are left out."""
    ids = [name for batch in batches for name in batch.sample_ids]
    last = {name: row for row, name in enumerate(ids)}
    rows = np.array([last[name] for name in order if name in last])
    labels = np.concatenate([batch.labels for batch in batches])
    logits = {head: np.concatenate([batch.logits[head] for batch in batches])[rows] for head in batches[0].logits}
    return np.array(ids, dtype=object)[rows], labels[rows], logits
