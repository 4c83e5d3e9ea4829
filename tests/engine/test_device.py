"""Which device and number format a job takes, and one seed for everything."""

import random

import numpy as np
import pytest
import torch

from bss_core.engine.device import autocast, choose_device, choose_precision, seed_everything
from bss_core.errors import ConfigError

CPU, GPU = torch.device("cpu"), torch.device("cuda")


@pytest.mark.parametrize(
    ("name", "has_gpu", "expected"), [("auto", False, "cpu"), ("auto", True, "cuda"), ("cpu", True, "cpu")]
)
def test_auto_takes_a_gpu_if_there_is_one(monkeypatch, name, has_gpu, expected):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: has_gpu)
    assert choose_device(name).type == expected


def test_a_gpu_that_is_not_there_is_an_error(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ConfigError, match="'cuda' was asked for, but torch finds no GPU here; use auto or cpu"):
        choose_device("cuda")


@pytest.mark.parametrize(
    ("name", "device", "is_fast", "expected"),
    [
        ("auto", CPU, True, torch.float32),
        ("auto", GPU, True, torch.bfloat16),
        ("auto", GPU, False, torch.float32),
        ("float32", GPU, True, torch.float32),
        ("bfloat16", CPU, False, torch.bfloat16),
    ],
)
def test_precision(monkeypatch, name, device, is_fast, expected):
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: is_fast)
    assert choose_precision(name, device) == expected


@pytest.mark.parametrize("precision", [torch.float32, torch.bfloat16])
def test_autocast_computes_in_the_precision(precision):
    with autocast(CPU, precision):
        product = torch.ones(2, 2) @ torch.ones(2, 2)
    assert product.dtype == precision
    assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == torch.float32


def test_one_seed_sets_every_generator():
    def draw():
        return random.random(), np.random.rand(), torch.rand(1).item()

    seed_everything(4)
    first = draw()
    seed_everything(4)
    assert draw() == first
    seed_everything(5)
    assert not set(draw()) & set(first)
