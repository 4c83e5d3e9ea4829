"""First weights: their spread against the formulas, what is left alone, and that a seed decides them."""

import math

import pytest
import torch
from torch import nn

from bss_core.config import describe
from bss_core.engine.initialisation import KINDS, initialise
from bss_core.errors import ConfigError
from bss_core.training_options import TrainingOptions
from tests.engine.small_runs import small_model


def seeded(model, kind="xavier", seed=0):
    torch.manual_seed(seed)
    initialise(model, kind)
    return model


class Loaded(nn.Module):
    """An encoder with a weights file, as the option ``weights`` of the real ones says."""

    def __init__(self, weights):
        super().__init__()
        self.weights, self.layer = weights, nn.Linear(3, 3)


def values(module):
    return {name: tensor.clone() for name, tensor in module.state_dict().items()}


def unchanged(before, module):
    return all(torch.equal(tensor, before[name]) for name, tensor in module.state_dict().items())


def test_the_kinds_are_those_of_the_option():
    assert next(item.choices for item in describe(TrainingOptions) if item.name == "weight_init") == KINDS


def test_linear_layers_are_xavier_normal_with_no_bias():
    layer = seeded(nn.Linear(300, 500))
    assert layer.weight.std().item() == pytest.approx(math.sqrt(2 / (300 + 500)), rel=0.02)
    assert layer.weight.mean().item() == pytest.approx(0, abs=1e-3)
    assert layer.weight.abs().max().item() > 3.5 * math.sqrt(2 / 800)  # a uniform one would end at √3 deviations
    assert not layer.bias.any()


def test_convolutions_are_kaiming_normal_by_fan_out():
    layer = seeded(nn.Conv2d(16, 64, 3))
    assert layer.weight.std().item() == pytest.approx(math.sqrt(2 / (64 * 9)), rel=0.03)
    assert layer.weight.abs().max().item() > 3 * math.sqrt(2 / (64 * 9))


def test_batch_normalisation_starts_as_the_identity():
    layer = nn.BatchNorm2d(4)
    nn.init.constant_(layer.weight, 7.0)
    nn.init.constant_(layer.bias, 7.0)
    seeded(layer)
    assert (layer.weight.tolist(), layer.bias.tolist()) == ([1.0] * 4, [0.0] * 4)


@pytest.mark.parametrize("layer", [nn.Conv1d(2, 3, 3), nn.Conv3d(2, 3, 3), nn.Embedding(5, 4), nn.BatchNorm1d(4)])
def test_other_layers_keep_what_they_have(layer):
    before = values(layer)
    assert unchanged(before, seeded(layer))


def test_layers_without_bias_or_scale_are_no_trouble():
    seeded(nn.Sequential(nn.Linear(2, 2, bias=False), nn.BatchNorm2d(2, affine=False), nn.Conv2d(2, 2, 1, bias=False)))


def test_what_came_from_a_file_is_left_alone():
    model = nn.ModuleDict({"loaded": Loaded("weights.safetensors"), "fresh": Loaded("")})
    before = values(model)
    seeded(model)
    assert unchanged({name.removeprefix("loaded."): tensor for name, tensor in before.items()}, model["loaded"])
    assert not torch.equal(before["fresh.layer.weight"], model["fresh"].layer.weight)


def test_the_default_changes_nothing_and_draws_nothing():
    layer = nn.Linear(3, 3)
    before, generator = values(layer), torch.get_rng_state()
    initialise(layer, "default")
    assert unchanged(before, layer)
    assert torch.equal(torch.get_rng_state(), generator)


def test_a_whole_model_by_its_seed(tiny_data):
    model = small_model(tiny_data)
    before = values(model)
    first, again, other = (values(seeded(model, seed=seed)) for seed in (1, 1, 2))
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["heads.multimodal.weight"], other["heads.multimodal.weight"])
    changed = {name for name in first if not torch.equal(first[name], before[name])}
    assert {f"heads.{head}.{kind}" for head in model.heads for kind in ("weight", "bias")} <= changed


def test_an_unknown_kind_is_refused():
    with pytest.raises(ConfigError, match="no weight_init 'ones'; there are default, xavier"):
        initialise(nn.Linear(1, 1), "ones")
