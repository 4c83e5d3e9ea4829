"""A logger for users' own training loops: batches of logits in, a run folder out that the app opens like any other.

>>> with bss.Recorder("runs/mine", classes=names) as recorder:  # doctest: +SKIP
...     recorder.log_batch(ids, {"audio": logits_a, "image": logits_i, "multimodal": logits_m}, labels)
...     recorder.end_evaluation(epoch=3)

Batches are appended to ``recording/evaluation=000.journal`` and become an evaluation of the run when it ends; a process
that dies loses nothing that was appended, and a recorder opened on the folder later goes on where it was. Batches in
main memory are appended at once. Tensors on an accelerator are kept there and copied ``flush_every`` batches at a
time: reading one would make the device finish all its work first, in every step. A kill loses at most those, and they
must not be changed in place until then. Where several processes train one model, one of them records.
"""

import math
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pandas as pd

from bss_core.config import Option
from bss_core.errors import ConfigError
from bss_core.evaluations import Evaluation
from bss_core.predictions import predictions_from
from bss_core.recording.batch import lies_elsewhere, recorded_batch
from bss_core.recording.journal import Journal
from bss_core.recording.runs import SOURCE, check_heads, describe_samples, open_recorded_run, recipe, record_training
from bss_core.recording.samples import latest, read_samples
from bss_core.runs import append_event

__all__ = ["Recorded", "Recorder"]


@dataclass(frozen=True)
class Recorded:
    """One evaluation, as it was written.

    Attributes:
        number: k, counted from 0 in the run.
        epoch: epochs trained before it.
        table: one row per sample: ``sample_id, label, balance_score, smoothed_score``.
        missing: samples of the first evaluation of which nothing was logged in this one.
    """

    number: int
    epoch: int
    table: pd.DataFrame
    missing: tuple[str, ...] = ()


class Recorder:
    """Records the training samples' logits of one run; use it in a ``with`` block, or call :meth:`close`.

    Args:
        folder: of the run; a run recorded before is continued.
        classes: class names in the order of labels; with ``data`` they may be left out.
        data: folder of a data set (with manifest.parquet), so that the app shows pictures, sounds and texts; sample
            ids and heads are then those of the manifest.
        measure: flat options of the measurer, such as ``{"similarity": "none"}``; by default both criteria (Eq. 7).
        scheduler: a scheduler, or the name of one, that smooths the scores and whose sampling probabilities are
            written; by default BSS-L, whose momentum is Eq. 10.
        flush_every: batches of an accelerator's tensors that are copied at a time, ≥ 1; 1 if the model's outputs are
            overwritten by its next step, as those of a CUDA graph are.
        options: of a scheduler that is named, such as ``beta=0.3``.

    Raises:
        ConfigError: an option that does not exist or is out of range.
        RunError: the folder holds another kind of run, one recorded with other options, or one that is being
            recorded.
    """

    def __init__(
        self,
        folder: str | Path,
        classes: Sequence[str] | None = None,
        *,
        data: str | Path | None = None,
        measure: Mapping[str, Any] | None = None,
        scheduler: Any = "learned",
        flush_every: int = 32,
        **options: Any,
    ) -> None:
        self._flush_every = Option("flush_every", int, 32, "", min=1).check(flush_every)
        self._made = recipe(measure, scheduler, options)
        data = None if data is None else Path(data)
        self.run, self._data = open_recorded_run(Path(folder), self._made, classes, data)
        self.run.state.own(os.getpid())
        self.run.state.update(status="running", error="")
        self._classes, self._samples = len(self.run.classes), read_samples(self.run, self._data)
        self._waiting: list[tuple[Any, Mapping[str, Any], Any]] = []
        self.number = max((item.number for item in self.run.evaluations("training")), default=-1) + 1
        self._journal = self._open_journal()
        for batch in self._journal.batches():
            self._samples.take(batch)

    def _open_journal(self) -> Journal:
        """The journal of the next evaluation; one that a kill left of an evaluation that is complete goes."""
        folder, name = self.run.folder / "recording", f"evaluation={self.number:03d}.journal"
        for path in folder.glob("evaluation=*.journal"):
            if path.name != name:
                path.unlink()
        return Journal(folder / name)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is None:
            self.close()
        elif issubclass(kind, KeyboardInterrupt):
            self._end("cancelled")
        else:
            self._end("failed", f"{kind.__name__}: {error}")

    def close(self) -> None:
        """Write what waits and mark the run finished; batches after the last evaluation stay in the journal."""
        self.flush()
        self._end("finished")

    def _end(self, status: str, error: str = "") -> None:
        self._journal.close()
        self.run.state.update(status=status, error=error)

    @property
    def pending(self) -> int:
        """Samples logged since the last evaluation ended, those taken over from a killed process included."""
        self.flush()
        return len(self._samples.seen)

    def log_batch(self, ids: Any, logits: Mapping[str, Any], labels: Any) -> None:
        """Log B training samples; of one logged twice before the evaluation ends, the later logits count.

        Args:
            ids: B texts or whole numbers, the same for a sample in every evaluation.
            logits: head → (B, C) as the model gave them: one head per modality (at least two), and ``multimodal`` if
                the model has it. Arrays, or tensors of any library on any device; gradients are not touched.
            labels: (B,) class indices.

        Raises:
            ConfigError: what cannot be; names sample and head. Nothing of the batch is written then. For tensors on
                an accelerator this comes with the flush, up to ``flush_every`` batches later.
            RunError: the disk is full.
        """
        # Detached, so that no waiting batch keeps its graph and with it all activations in memory.
        held = {head: value.detach() if hasattr(value, "detach") else value for head, value in logits.items()}
        self._waiting.append((ids, held, labels))
        if len(self._waiting) >= self._flush_every or not any(map(lies_elsewhere, (ids, labels, *held.values()))):
            self.flush()

    def flush(self) -> None:
        """Append the batches that wait on an accelerator to the journal."""
        while self._waiting:
            ids, logits, labels = self._waiting.pop(0)
            batch = recorded_batch(ids, logits, labels, self._classes)
            if self._samples.heads is None:
                check_heads(list(batch.logits), self._data)
            self._samples.check(batch)
            self._journal.append(batch)
            self._samples.take(batch)

    def end_evaluation(self, epoch: int) -> Recorded:
        """Score what was logged since the last evaluation and write it as the run's next one.

        Args:
            epoch: epochs trained before, ≥ 0.

        Raises:
            ConfigError: nothing was logged, or an epoch below 0.
        """
        epoch = Option("epoch", int, 0, "", min=0).check(epoch)
        self.flush()
        seen, labels = self._samples.seen, self._samples.labels
        if not seen:
            raise ConfigError(f"Nothing was logged for evaluation {self.number}; call log_batch first.")
        ids, targets, logits = latest(self._journal.batches(), labels or seen)
        predictions = predictions_from(labels=targets, sample_ids=ids, logits=logits)
        if not labels:
            describe_samples(self.run, seen, predictions.heads, self._data)
        about = Evaluation(self.number, epoch, measure=self._made.measurer.as_dict(), source=SOURCE)
        table = record_training(self.run, self._made, about, predictions, self._samples.previous(ids))
        self._journal.remove()
        self.number += 1
        self._journal = self._open_journal()
        return Recorded(about.number, epoch, table, self._samples.end(table))

    def smoothed_scores(self, ids: Iterable[Any]) -> Any:
        """(n,) float64: the last ŝ of these samples, in their order, as a sampler's ``set_scores`` takes them.

        Raises:
            ConfigError: a sample that no evaluation holds.
        """
        return self._samples.scores(str(sample_id) for sample_id in ids)

    def log_epoch(
        self,
        epoch: int,
        loss: float | None = None,
        metrics: Mapping[str, Mapping[str, Mapping[str, float]]] | None = None,
        **facts: float,
    ) -> None:
        """Record how an epoch went, for the Overview page.

        Args:
            epoch: epochs trained, this one included, ≥ 1.
            loss: mean training loss; one that is not finite is recorded as missing.
            metrics: split → head → metric → value, as :func:`bss_core.metrics.metrics` gives them for each split.
            facts: such as ``steps``, ``samples``, ``seconds``, ``learning_rate``.

        Raises:
            ConfigError: an epoch below 1.
        """
        epoch = Option("epoch", int, 1, "", min=1).check(epoch)
        append_event(self.run.folder, _finite({"epoch": epoch, "loss": loss, "metrics": metrics or {}, **facts}))


def _finite(value: Any) -> Any:
    """The value as JSON has it: numbers that are not finite as null, all mappings as objects."""
    if isinstance(value, Mapping):
        return {str(key): _finite(item) for key, item in value.items()}
    if value is None or isinstance(value, str | bool | int):
        return value
    return float(value) if math.isfinite(float(value)) else None
