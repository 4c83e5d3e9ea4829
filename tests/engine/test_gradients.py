"""Gradient magnitudes against one backward pass per sample, in every mode a caller may be in."""

import copy

import pytest
import torch
import torch.nn.functional as F  # noqa: N812 (torch's own convention)
from torch import nn

from bss_core.engine import gradients
from bss_core.engine.gradients import exact_gradient_magnitude, last_layer_gradient_magnitude
from bss_core.engine.model import Outputs
from bss_core.engine.objective import per_sample_losses
from bss_core.errors import ConfigError
from tests.engine.small_batches import random_batch, small_fusion_model

LOSSES = ["multimodal", "total"]


def one_by_one(model, inputs, labels, loss, layers=("",)):
    """The reference: batches of one sample, an ordinary backward pass, the norms of the tensors' gradients added up."""
    found = []
    for row in range(len(labels)):
        model.zero_grad()
        logits = model({name: values[row : row + 1] for name, values in inputs.items()}).logits
        losses = per_sample_losses(logits, labels[row : row + 1])
        (losses["multimodal"] if loss == "multimodal" else sum(losses.values())).sum().backward()
        learned = [value.grad for name, value in model.named_parameters() if name.startswith(layers)]
        found.append(sum(value.norm() for value in learned if value is not None))
    model.zero_grad()
    return torch.stack(found)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("fusion", ["concat", "sum"])
def test_exact_is_the_backward_pass_of_every_sample(loss, fusion):
    model = small_fusion_model(fusion=fusion)
    inputs, labels = random_batch()
    expected = one_by_one(model, inputs, labels, loss)
    torch.testing.assert_close(exact_gradient_magnitude(model, inputs, labels, loss), expected, rtol=1e-5, atol=0)


@pytest.mark.parametrize("loss", LOSSES)
def test_exact_agrees_in_double_precision(loss, monkeypatch):
    model = small_fusion_model(is_double=True)
    # the objective's losses are float32 by design; here they are to have all digits
    monkeypatch.setattr(torch.Tensor, "float", torch.Tensor.double)
    inputs, labels = random_batch()
    expected = one_by_one(model, inputs, labels, loss)
    found = exact_gradient_magnitude(model, inputs, labels, loss)
    torch.testing.assert_close(found, expected, rtol=1e-11, atol=0)


@pytest.mark.parametrize("loss", LOSSES)
def test_the_last_layer_is_the_gradient_of_the_heads_alone(loss):
    model = small_fusion_model()
    inputs, labels = random_batch()
    with torch.no_grad():
        found = last_layer_gradient_magnitude(model(inputs), labels, loss)
    expected = one_by_one(model, inputs, labels, loss, layers=("heads",))
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-6)
    assert (found < exact_gradient_magnitude(model, inputs, labels, loss)).all()


def test_the_last_layer_by_hand():
    # p = (3/4, 1/4), label 0: ‖p − y‖ = √2/4; ‖e‖ = 5 fused and 1 for the modality, whose p = (1/2, 1/2): √2/2
    logits = {"sound": torch.zeros(1, 2), "multimodal": torch.tensor([[3.0, 1.0]]).log()}
    outputs = Outputs(logits, {"sound": torch.tensor([[0.0, 1.0]])}, torch.tensor([[3.0, 4.0]]))
    labels = torch.tensor([0])
    assert last_layer_gradient_magnitude(outputs, labels, "multimodal").item() == pytest.approx(2**0.5 / 4 * 6)
    assert last_layer_gradient_magnitude(outputs, labels, "total").item() == pytest.approx(2**0.5 * (1.5 + 1))


def test_a_sample_alone_has_the_magnitude_it_has_in_a_batch(monkeypatch):
    model = small_fusion_model()
    inputs, labels = random_batch()
    together = exact_gradient_magnitude(model, inputs, labels, "total")
    monkeypatch.setattr(gradients, "_MEMORY_ON_CPU", 1)  # one sample at once
    torch.testing.assert_close(exact_gradient_magnitude(model, inputs, labels, "total"), together, rtol=1e-5, atol=0)


def test_memory_bounds_the_samples_differentiated_at_once(monkeypatch):
    weights = {"first": torch.zeros(10), "second": torch.zeros(15)}  # 100 bytes
    monkeypatch.setattr(gradients, "_MEMORY_ON_CPU", 350)
    assert gradients._samples_at_once(weights) == 3
    assert gradients._samples_at_once({}) == 350


@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode, torch.enable_grad])
def test_the_caller_may_be_in_any_mode(mode):
    model = small_fusion_model()
    inputs, labels = random_batch()
    expected = exact_gradient_magnitude(model, inputs, labels, "total")
    with mode(), torch.autocast("cpu", dtype=torch.bfloat16):
        copied = {name: values.clone() for name, values in inputs.items()}  # made in that mode, as a loader does
        found = exact_gradient_magnitude(model, copied, labels.clone(), "total")
    assert torch.equal(found, expected)


def test_a_model_in_training_is_measured_as_in_evaluation_and_left_as_it_was():
    model = small_fusion_model()
    inputs, labels = random_batch()
    expected = exact_gradient_magnitude(model, inputs, labels, "multimodal")
    before = copy.deepcopy(model.train().state_dict())
    assert torch.equal(exact_gradient_magnitude(model, inputs, labels, "multimodal"), expected)
    assert model.training
    assert all(torch.equal(values, before[name]) for name, values in model.state_dict().items())
    assert all(value.grad is None and value.requires_grad for value in model.parameters())


def test_frozen_tensors_do_not_count():
    model = small_fusion_model()
    inputs, labels = random_batch()
    for value in model.encoders.parameters():
        value.requires_grad_(False)
    found = exact_gradient_magnitude(model, inputs, labels, "multimodal")
    expected = last_layer_gradient_magnitude(model(inputs), labels, "multimodal")
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-6)


class _Attention(nn.Module):
    """An encoder as transformers have it: the values attend to each other."""

    out_dim = 8

    def __init__(self) -> None:
        super().__init__()
        self.maps = nn.Linear(1, 3 * self.out_dim)

    def forward(self, values):
        queries, keys, found = self.maps(values[:, None, :, None]).chunk(3, dim=-1)
        return F.scaled_dot_product_attention(queries, keys, found).mean(dim=(1, 2))


def test_attention_can_be_differentiated_sample_by_sample():
    model = small_fusion_model(("numbers", "picture"))
    model.encoders["numbers"] = _Attention().eval()
    inputs, labels = random_batch()
    expected = one_by_one(model, inputs, labels, "total")
    torch.testing.assert_close(exact_gradient_magnitude(model, inputs, labels, "total"), expected, rtol=1e-5, atol=0)


class _ByValue(nn.Module):
    """An encoder whose path depends on the values, which no batch of gradients can follow."""

    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, values):
        return self.inner(values) if values.sum() > 0 else self.inner(-values)


def test_a_network_that_cannot_be_vectorised_is_refused_with_the_way_out():
    model = small_fusion_model(("numbers", "picture")).train()
    model.encoders["numbers"] = _ByValue(model.encoders["numbers"])
    inputs, labels = random_batch()
    with pytest.raises(ConfigError, match=r"gradient_method = exact does not work .*use gradient_method = last_layer"):
        exact_gradient_magnitude(model, inputs, labels, "multimodal")
    assert model.training


@pytest.mark.gpu
@pytest.mark.parametrize("loss", LOSSES)
def test_a_gpu_finds_what_the_cpu_finds(loss):
    model = small_fusion_model()
    inputs, labels = random_batch()
    expected = exact_gradient_magnitude(model, inputs, labels, loss)
    moved = {name: values.cuda() for name, values in inputs.items()}
    found = exact_gradient_magnitude(model.cuda(), moved, labels.cuda(), loss)
    torch.testing.assert_close(found.cpu(), expected, rtol=2e-2, atol=0)  # tf32 has 10 bits of mantissa
