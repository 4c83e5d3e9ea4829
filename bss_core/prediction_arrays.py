"""Predictions in memory: what every head of a model said about every sample of one evaluation."""

from dataclasses import dataclass, field

import numpy as np

from bss_core.prediction_checks import MULTIMODAL
from bss_core.softmax import cross_entropy

__all__ = ["Predictions"]

_TINY = float(np.finfo(np.float32).tiny)


@dataclass(frozen=True)
class Predictions:
    """One evaluation's predictions, validated by :func:`bss_core.predictions.predictions_from`.

    Attributes:
        sample_ids: (n,) unique ids.
        labels: (n,) class indices in [0, C).
        probabilities: head → (n, C), rows sum to one; modalities sorted by name, ``multimodal`` last if there.
        splits: (n,) split names.
        logits: head → (n, C) as the model gave them, for the heads they were kept of.
        features: modality → (n, d) what its encoder gave, where it was kept.
        measured: name → (n,) what only the model's own pass can tell: ``feature_similarity``, ``gradient_magnitude``,
            ``shapley_<modality>``.
    """

    sample_ids: np.ndarray
    labels: np.ndarray
    probabilities: dict[str, np.ndarray]
    splits: np.ndarray
    logits: dict[str, np.ndarray] = field(default_factory=dict)
    features: dict[str, np.ndarray] = field(default_factory=dict)
    measured: dict[str, np.ndarray] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def heads(self) -> list[str]:
        """All heads, ``multimodal`` last."""
        return list(self.probabilities)

    @property
    def modalities(self) -> list[str]:
        """The heads that see one modality."""
        return [head for head in self.probabilities if head != MULTIMODAL]

    @property
    def row_bytes(self) -> int:
        """The bytes of one sample in all its arrays but the ids: the measure for blocks of rows."""
        arrays = [array for group in (self.probabilities, self.logits, self.features) for array in group.values()]
        return sum(array.shape[1] * array.itemsize for array in arrays)

    def rows(self, part: slice) -> "Predictions":
        """The samples of a slice; views, nothing is copied or checked again."""
        cut = [
            {name: array[part] for name, array in group.items()}
            for group in (self.probabilities, self.logits, self.features, self.measured)
        ]
        return Predictions(self.sample_ids[part], self.labels[part], cut[0], self.splits[part], *cut[1:])

    def true_class(self, head: str) -> np.ndarray:
        """(n,) float64: the probability that ``head`` gives to the label."""
        array = self.probabilities[head]
        places = np.arange(0, array.size, array.shape[1])
        places += self.labels
        return array.ravel().take(places).astype(np.float64)  # quicker than two indices per value

    def losses(self, head: str) -> np.ndarray:
        """(n,) float64 cross-entropy −log p(label) ≥ 0 of one head, in nats.

        With logits it is their exact −log softmax, whatever its size. From probabilities it is at most 87.4: one stored
        as 0 counts as the smallest normal float32.
        """
        if head in self.logits:
            return cross_entropy(self.logits[head], self.labels)
        chances = self.true_class(head)
        np.clip(chances, _TINY, 1.0, out=chances)
        np.log(chances, out=chances)
        return np.negative(chances, out=chances)

    def predicted(self, head: str) -> np.ndarray:
        """(n,) the most probable class of one head; the lowest index wins a tie."""
        return self.probabilities[head].argmax(axis=1)
