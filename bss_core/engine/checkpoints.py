"""Checkpoints: weights as safetensors with the architecture in their metadata, and the state that resuming needs.

``checkpoints/best.safetensors`` and ``last.safetensors`` can be read by anyone; ``resume.pt`` (weights, optimiser,
schedule and random generators in one file, so that a kill never leaves halves of two epochs) only while the run is not
finished. Nothing that is loaded can carry code.
"""

import io
import json
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from bss_core.engine.model import LateFusion, from_architecture
from bss_core.errors import CheckpointError, ConfigError
from bss_core.files import write_bytes

__all__ = ["load_model", "load_resume", "read_checkpoint", "restore", "save_model", "save_resume"]

_KEY = "bss_lens"


def save_model(path: Path, model: LateFusion, epoch: int, data_hash: str) -> None:
    """Write the weights atomically with what rebuilding the model takes."""
    about = {"architecture": model.architecture, "epoch": epoch, "data_hash": data_hash}
    weights = {name: tensor.detach().cpu().contiguous() for name, tensor in model.state_dict().items()}
    write_bytes(path, save(weights, metadata={_KEY: json.dumps(about)}))


def read_checkpoint(path: Path) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
    """Weights and what is known about them (``architecture``, ``epoch``, ``data_hash``).

    Raises:
        CheckpointError: missing, damaged, or not written by this project.
    """
    if not path.is_file():
        raise CheckpointError(f"There is no checkpoint {path}.")
    try:
        with safe_open(path, framework="pt") as file:
            about = json.loads((file.metadata() or {}).get(_KEY, "{}"))
            weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - the file is no dict
    except (SafetensorError, OSError, ValueError) as error:
        raise CheckpointError(f"The checkpoint {path} is damaged: {error}") from None
    if "architecture" not in about:
        raise CheckpointError(
            f"{path} holds weights but not the architecture; it was not written by a training run here."
        )
    return weights, about


def load_model(path: Path) -> tuple[LateFusion, dict[str, Any]]:
    """The model of a checkpoint with its weights, in evaluation mode, and what is known about it.

    Raises:
        CheckpointError: as :func:`read_checkpoint`, or its description does not lead to a model that fits the weights.
    """
    weights, about = read_checkpoint(path)
    try:
        model = from_architecture(about["architecture"])
    except (ConfigError, KeyError, TypeError, AttributeError) as error:
        raise CheckpointError(f"{path} describes no model that can be built here: {error}") from None
    restore(model, weights, str(path))
    return model.eval(), about


def restore(model: LateFusion, weights: dict[str, torch.Tensor], origin: str) -> None:
    """Fill a model with weights.

    Raises:
        CheckpointError: a tensor is missing, unexpected or of another shape; the message names the first such tensor.
    """
    expected = {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}
    found = {name: tuple(tensor.shape) for name, tensor in weights.items()}
    for name in sorted(expected.keys() | found.keys()):
        if expected.get(name) != found.get(name):
            raise CheckpointError(
                f"{origin} does not fit this architecture: tensor {name!r} has shape "
                f"{found.get(name, 'none (missing)')} in the file, "
                f"{expected.get(name, 'none (not part of the model)')} in the model."
            )
    model.load_state_dict(weights)


def save_resume(path: Path, state: dict[str, Any]) -> None:
    """Write everything that resuming needs, atomically."""
    buffer = io.BytesIO()
    torch.save(state, buffer)
    write_bytes(path, buffer.getvalue())


def load_resume(path: Path) -> dict[str, Any]:
    """Read it back; only tensors and plain values, never code.

    Raises:
        CheckpointError: the file is damaged.
    """
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # a damaged file makes torch raise any of a dozen types
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise CheckpointError(f"The state {path} cannot be read: {reason}") from None
