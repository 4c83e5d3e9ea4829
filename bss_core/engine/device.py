"""Which device, number format and seeds a job works with."""

import contextlib
import random
from collections.abc import Iterator

import numpy as np
import torch

from bss_core.errors import ConfigError

__all__ = ["autocast", "choose_device", "choose_precision", "seed_everything"]


def choose_device(name: str) -> torch.device:
    """``auto`` takes a GPU if there is one.

    Raises:
        ConfigError: a GPU is asked for and there is none.
    """
    has_gpu = torch.cuda.is_available()
    if name == "cuda" and not has_gpu:
        raise ConfigError("device = 'cuda' was asked for, but torch finds no GPU here; use auto or cpu.")
    return torch.device("cuda" if name != "cpu" and has_gpu else "cpu")


def choose_precision(name: str, device: torch.device) -> torch.dtype:
    """``auto`` is bfloat16 on a GPU that computes in it, else float32."""
    is_fast = device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)
    return torch.bfloat16 if name == "bfloat16" or (name == "auto" and is_fast) else torch.float32


@contextlib.contextmanager
def autocast(device: torch.device, precision: torch.dtype) -> Iterator[None]:
    """Mixed precision for the forward pass; nothing changes for float32."""
    with torch.autocast(device.type, dtype=torch.bfloat16, enabled=precision == torch.bfloat16):
        yield


def seed_everything(seed: int) -> None:
    """One seed for weights, dropout and augmentation; the order of samples depends on (seed, epoch) by itself."""
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
