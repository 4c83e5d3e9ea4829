"""Scores without a pass of their own: the logits that the training steps compute anyway, kept per sample.

After every epoch a sample's prediction is the latest that a training step made of it: in training mode, with
augmentation, by the weights of that step. A sample that the epoch did not draw keeps its last values. The first epoch
draws every sample once, in random order, so that all have some.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from bss_core.engine.batch import Batch
from bss_core.engine.data import MediaDataset
from bss_core.engine.gather import Gather
from bss_core.engine.measurements import feature_similarity
from bss_core.engine.model import Outputs
from bss_core.engine.scoring import assembled, keeps_logits
from bss_core.errors import RunError
from bss_core.measurer import Measurer
from bss_core.plans import Plan
from bss_core.predictions import Predictions
from bss_core.schedulers.random_order import RandomOrder

__all__ = ["TrainingPass", "WholeFirst"]

_INDEX = ("index", "")


@dataclass(frozen=True)
class WholeFirst:
    """A scheduler that draws all samples once, in random order, in epoch 0, and from then on what ``then`` plans."""

    then: Any

    def share(self, epoch: float) -> float:
        """1 in epoch 0."""
        return 1.0 if epoch < 1 else self.then.share(epoch)

    def smooth(self, previous: np.ndarray | None, current: np.ndarray, epoch: int | None = None) -> np.ndarray:
        """As ``then``."""
        return self.then.smooth(previous, current, epoch)

    def plan(self, scores: np.ndarray, epoch: int) -> Plan:
        """All samples in epoch 0."""
        return (self.then if epoch else RandomOrder()).plan(scores, epoch)

    def needs_scores_at(self, epoch: int) -> bool:
        """The first scores there are, after epoch 0, are needed; later ones as ``then`` says."""
        return epoch == 1 or (epoch > 1 and self.then.needs_scores_at(epoch))


class TrainingPass:
    """The latest logits of every sample; nothing is copied from the device before the epoch ends.

    Args:
        dataset: the training data.
        measurer: of what can be measured besides, the feature similarity costs no pass of its own.
    """

    def __init__(self, dataset: MediaDataset, measurer: Measurer) -> None:
        self._dataset, self._measurer = dataset, measurer
        self._rows = Gather(every=0)
        self._latest: dict[tuple[str, str], np.ndarray] = {}
        self._is_seen = np.zeros(len(dataset), dtype=bool)

    @torch.no_grad()
    def add(self, batch: Batch, outputs: Outputs) -> None:
        """What a step computed; ``batch.index`` says of which samples."""
        rows = {("logits", head): values for head, values in outputs.logits.items()}
        if "feature_similarity" in self._measurer.measurements:
            rows["measured", "feature_similarity"] = feature_similarity(outputs.features)
        self._rows.add({_INDEX: batch.index, **rows})

    def end_epoch(self) -> None:
        """Bring the epoch's rows to the host; of a sample drawn twice the later row counts."""
        rows = self._rows.take()
        drawn = rows.pop(_INDEX, np.empty(0, dtype=np.int64))
        for key, values in rows.items():
            whole = self._latest.setdefault(key, np.zeros((len(self._is_seen), *values.shape[1:]), values.dtype))
            whole[drawn] = values  # numpy keeps the last of equal positions
        self._is_seen[drawn] = True

    def predictions(self) -> Predictions:
        """Of every sample, as it was last seen.

        Raises:
            RunError: samples that no step has seen, or logits that are not finite.
        """
        if not self._is_seen.all():
            first = self._dataset.sample_ids[int((~self._is_seen).argmax())]
            raise RunError(
                f"score_source = 'training_pass' has no logits of {int((~self._is_seen).sum())} of "
                f"{len(self._is_seen)} samples, first {first!r}: the first epoch must train on every sample."
            )
        logits = {key: values for key, values in self._latest.items() if key[0] == "logits"}
        found = {("probabilities", key[1]): _softmax(values) for key, values in logits.items()}
        measured = {key: values for key, values in self._latest.items() if key[0] == "measured"}
        return assembled(found | measured | (logits if keeps_logits(self._measurer) else {}), self._dataset)

    def state(self) -> dict[str, Any]:
        """What resuming needs, as tensors; between epochs."""
        latest = {"/".join(key): torch.from_numpy(values) for key, values in self._latest.items()}
        return {"latest": latest, "is_seen": torch.from_numpy(self._is_seen)}

    def load_state(self, state: dict[str, Any]) -> None:
        """Go on from :meth:`state`."""
        self._latest = {tuple(key.split("/", 1)): values.numpy() for key, values in state["latest"].items()}
        self._is_seen = state["is_seen"].numpy()


def _softmax(logits: np.ndarray) -> np.ndarray:
    return torch.from_numpy(logits).softmax(dim=1).numpy()
