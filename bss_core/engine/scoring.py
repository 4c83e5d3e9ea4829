"""Predictions of a model for a data set, in evaluation mode: no gradients, no augmentation, no change to the model."""

from collections.abc import Callable

import numpy as np
import torch

from bss_core.engine.data import MediaDataset, loader
from bss_core.engine.device import autocast
from bss_core.engine.model import LateFusion
from bss_core.errors import RunError
from bss_core.predictions import Predictions, predictions_from

__all__ = ["predict"]


@torch.inference_mode()
def predict(
    model: LateFusion,
    dataset: MediaDataset,
    device: torch.device,
    precision: torch.dtype = torch.float32,
    batch_size: int = 256,
    workers: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Predictions:
    """Class probabilities of every head for every sample, in the data set's order.

    Args:
        progress: called with (samples done, samples in all) after each batch.

    Raises:
        RunError: a head's output is not finite; the message names the sample and the head.
    """
    was_training = model.training
    model.eval()
    collected: dict[str, np.ndarray] = {}
    done = 0
    batches = loader(dataset, batch_size, workers=workers, pin_memory=device.type == "cuda")
    for batch in batches:
        inputs = batch.to(device, non_blocking=True).inputs
        with autocast(device, precision):
            logits = model(inputs).logits
        for head, values in logits.items():
            rows = values.float().softmax(dim=1).cpu().numpy()
            collected.setdefault(head, np.empty((len(dataset), rows.shape[1]), np.float32))[done : done + len(rows)] = (
                rows
            )
        done += len(batch)
        if progress:
            progress(done, len(dataset))
    model.train(was_training)
    _check_finite(collected, dataset)
    return predictions_from(collected, dataset.labels, dataset.sample_ids, dataset.splits)


def _check_finite(collected: dict[str, np.ndarray], dataset: MediaDataset) -> None:
    for head, rows in collected.items():
        bad = ~np.isfinite(rows).all(axis=1)
        if bad.any():
            name = dataset.sample_ids[int(bad.argmax())]
            raise RunError(
                f"The head {head!r} gives no finite prediction for {int(bad.sum())} of {len(dataset)} samples, first "
                f"{name!r}; training has diverged, try a lower learning rate."
            )
