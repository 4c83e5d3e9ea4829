"""Pretrained weights from a local file: read without pickle, loaded strictly, never downloaded."""

from pathlib import Path
from pickle import UnpicklingError

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from bss_core.errors import CheckpointError

__all__ = ["load_weights", "read_weights"]


def read_weights(path: str) -> dict[str, Tensor]:
    """The tensors of a ``.safetensors`` file, or of a state dict that ``torch.save`` wrote; a ``module.`` prefix is
    cut.

    Raises:
        CheckpointError: no such file, a damaged one, or one with other things than tensors.
    """
    if not Path(path).is_file():
        raise CheckpointError(f"There is no weights file {path}; give a local .safetensors file or a saved state dict.")
    try:
        state = load_file(path) if path.endswith(".safetensors") else torch.load(path, "cpu", weights_only=True)
    except (OSError, RuntimeError, ValueError, EOFError, SafetensorError, UnpicklingError) as error:
        raise CheckpointError(f"{path} cannot be read as weights: {str(error).splitlines()[0]}") from error
    state = state.get("state_dict", state) if isinstance(state, dict) else state
    if not isinstance(state, dict) or not state or not all(isinstance(values, Tensor) for values in state.values()):
        raise CheckpointError(f"{path} holds no state dict: a mapping of names to tensors was expected.")
    return {name.removeprefix("module."): values for name, values in state.items()}


def load_weights(module: nn.Module, state: dict[str, Tensor], path: str, spare: tuple[str, ...] = ()) -> None:
    """Load ``state`` into ``module``; every tensor must fit, but names that start with one of ``spare`` are left out.

    Raises:
        CheckpointError: a tensor is missing, unknown or of another shape; the message names the first.
    """
    state = {name: values for name, values in state.items() if not name.startswith(spare or ("\0",))}
    own = module.state_dict()
    for name in sorted(set(own) | set(state)):
        found = tuple(state[name].shape) if name in state else "missing"
        expected = tuple(own[name].shape) if name in own else "none"
        if found != expected:
            raise CheckpointError(f"{path} does not fit: tensor {name!r} is {found}, the model expects {expected}.")
    module.load_state_dict(state)
