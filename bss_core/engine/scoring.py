"""Predictions of a model for a data set: without gradients, and unless asked otherwise in evaluation mode."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from bss_core.engine.batch import Batch
from bss_core.engine.data import MediaDataset, loader
from bss_core.engine.device import autocast
from bss_core.engine.gather import Gather
from bss_core.engine.measurements import Measurements
from bss_core.engine.model import LateFusion, Outputs
from bss_core.errors import RunError
from bss_core.measurer import Measurer
from bss_core.predictions import Predictions, predictions_from

__all__ = ["assembled", "keeps_logits", "predict"]


@torch.no_grad()
def predict(
    model: LateFusion,
    dataset: MediaDataset,
    device: torch.device,
    precision: torch.dtype = torch.float32,
    batch_size: int = 64,
    workers: int = 0,
    progress: Callable[[int, int], None] | None = None,
    measurer: Measurer | None = None,
    training_mode: bool = False,
) -> Predictions:
    """Class probabilities of every head for every sample, in the data set's order.

    Args:
        batch_size: of no influence on the result, but in training mode; 64 keeps small networks in a CPU's cache.
        progress: called with (samples done, samples in all) after each batch.
        measurer: adds what it needs from the model, the Shapley values, and the logits if it works on them.
        training_mode: as the authors' code scores: batch normalisation takes the batch's statistics and updates its
            own, dropout and augmentation act.

    Raises:
        RunError: a head's output is not finite; the message names the sample and the head.
        ConfigError: the measurer needs what this model cannot give.
    """
    measurements = None if measurer is None else Measurements(model, measurer)
    was_training, rows, done = model.training, Gather(), 0
    batches = loader(dataset, batch_size, workers=workers, pin_memory=device.type == "cuda")
    model.train(training_mode)
    try:
        for batch, outputs in _outputs(model, batches, device, precision):
            rows.add(_columns(outputs, keeps_logits(measurer)) | _measured(measurements, batch, outputs))
            done += len(batch)
            if progress:
                progress(done, len(dataset))
    finally:
        model.train(was_training)
    return assembled(rows.take(), dataset)


def keeps_logits(measurer: Measurer | None) -> bool:
    """Whether the measurer works on logits; otherwise the probabilities are enough and half of the memory."""
    return measurer is not None and measurer.as_dict().get("similarity_on") == "logits"


def _outputs(
    model: LateFusion, batches: Any, device: torch.device, precision: torch.dtype
) -> Iterator[tuple[Batch, Outputs]]:
    for batch in batches:
        moved = batch.to(device, non_blocking=True)
        with autocast(device, precision):
            outputs = model(moved.inputs)
        yield moved, outputs


def _columns(outputs: Outputs, with_logits: bool) -> dict[tuple[str, str], Tensor]:
    logits = {head: values.float() for head, values in outputs.logits.items()}
    found = {("probabilities", head): values.softmax(dim=1) for head, values in logits.items()}
    return found | {("logits", head): values for head, values in logits.items() if with_logits}


def _measured(measurements: Measurements | None, batch: Batch, outputs: Outputs) -> dict[tuple[str, str], Tensor]:
    if measurements is None:
        return {}
    found = measurements.tensors(batch.inputs, outputs, batch.labels)
    return {("measured", name): values for name, values in found.items()}


def assembled(rows: dict[tuple[str, str], np.ndarray], dataset: MediaDataset) -> Predictions:
    """Predictions from (kind, name) → rows of the whole data set; kinds are probabilities, logits and measured.

    Raises:
        RunError: probabilities that are not finite.
    """
    parts: dict[str, dict[str, np.ndarray]] = {"probabilities": {}, "logits": {}, "measured": {}}
    for (kind, name), values in rows.items():
        parts[kind][name] = values
    _check_finite(parts["probabilities"], dataset)
    return predictions_from(
        parts["probabilities"], dataset.labels, dataset.sample_ids, dataset.splits,
        logits=parts["logits"], measured=parts["measured"],
    )  # fmt: skip


def _check_finite(collected: dict[str, np.ndarray], dataset: MediaDataset) -> None:
    for head, rows in collected.items():
        bad = ~np.isfinite(rows).all(axis=1)
        if bad.any():
            name = dataset.sample_ids[int(bad.argmax())]
            raise RunError(
                f"The head {head!r} gives no finite prediction for {int(bad.sum())} of {len(dataset)} samples, first "
                f"{name!r}; training has diverged, try a lower learning rate."
            )
