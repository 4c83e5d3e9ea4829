"""Features of a head for every sample of a split, by the weights of a checkpoint, in evaluation mode."""

from collections.abc import Callable
from typing import Any

import torch

from bss_core.engine.checkpoints import load_model
from bss_core.engine.data import MediaDataset, loader
from bss_core.engine.device import autocast, choose_device, choose_precision
from bss_core.engine.gather import Gather
from bss_core.engine.inputs import InputConfig
from bss_core.engine.jobs import check_fits
from bss_core.engine.model import LateFusion, Outputs
from bss_core.manifest import read_manifest
from bss_core.maps.fitting import Vectors
from bss_core.predictions import MULTIMODAL
from bss_core.runs import Run

__all__ = ["checkpoint_features"]

_BATCH = 64


def checkpoint_features(
    run: Run, checkpoint: str, split: str, of: str, device_name: str, step: Callable[[str, int, int], Any]
) -> Vectors:
    """What a head reads of every sample: a modality's feature e^(j), or the fused one (``multimodal``).

    Args:
        step: called with (phase, samples done, samples in all); what it raises ends the work.

    Raises:
        CheckpointError: no such checkpoint, or it was trained on other classes or modalities.
        MediaError: no sample can be decoded.
    """
    device = choose_device(device_name)
    model, _ = load_model(run.folder / "checkpoints" / f"{checkpoint}.safetensors")
    manifest = read_manifest(run.data)
    check_fits(model, manifest, checkpoint)
    data = MediaDataset(manifest.split(split), manifest.info, InputConfig(**model.architecture["inputs"]))
    skipped = data.scan(lambda done, total: step("reading media", done, total))
    values = _features(model.to(device).eval(), data, of, device, step)
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu"
    return Vectors(data.sample_ids.astype(str), values, skipped, name)


@torch.no_grad()
def _features(
    model: LateFusion, data: MediaDataset, of: str, device: torch.device, step: Callable[[str, int, int], Any]
) -> Any:
    """(n, d) float32, in the data set's order."""
    rows, done, precision = Gather(), 0, choose_precision("auto", device)
    for batch in loader(data, _BATCH, pin_memory=device.type == "cuda"):
        moved = batch.to(device, non_blocking=True)
        with autocast(device, precision):
            outputs = model(moved.inputs)
        rows.add({of: _chosen(outputs, of).float()})
        done += len(batch)
        step("computing features", done, len(data))
    return rows.take()[of]


def _chosen(outputs: Outputs, of: str) -> torch.Tensor:
    return outputs.fused if of == MULTIMODAL else outputs.features[of]
