"""Fusion members: the contract for each, and their formulas."""

import pytest
import torch

from bss_core.registry import build, card, members

DIMS = {"image": 4, "audio": 3, "text": 5}


def features(dims, samples=2):
    generator = torch.Generator().manual_seed(0)
    return {name: torch.randn(samples, width, generator=generator, requires_grad=True) for name, width in dims.items()}


@pytest.mark.parametrize("dims", [DIMS, {"a": 4, "b": 4}], ids=["unequal", "equal"])
@pytest.mark.parametrize("name", members("fusion"))
def test_contract(name, dims):
    torch.manual_seed(0)
    fusion = build("fusion", name, dims=dims)
    inputs = features(dims)
    fused = fusion(inputs)
    assert fused.shape == (2, fusion.out_dim)
    assert torch.equal(fused, fusion(dict(reversed(inputs.items()))))
    fused.square().sum().backward()
    assert all(values.grad.abs().sum() > 0 for values in inputs.values())
    assert "Source:" in card("fusion", name)


@pytest.mark.parametrize("name", members("fusion"))
def test_the_order_of_dims_does_not_change_the_weights(name):
    torch.manual_seed(0)
    one = build("fusion", name, dims=DIMS)
    torch.manual_seed(0)
    other = build("fusion", name, dims=dict(reversed(DIMS.items())))
    assert torch.equal(one(features(DIMS)), other(features(DIMS)))


def test_concat_is_in_sorted_order():
    fused = build("fusion", "concat", dims={"b": 1, "a": 2})(
        {"b": torch.tensor([[3.0]]), "a": torch.tensor([[1.0, 2.0]])}
    )
    assert fused.tolist() == [[1.0, 2.0, 3.0]]


def test_sum_of_equal_widths_has_no_parameters():
    fusion = build("fusion", "sum", dims={"a": 2, "b": 2})
    assert fusion({"a": torch.tensor([[1.0, 2.0]]), "b": torch.tensor([[10.0, 20.0]])}).tolist() == [[11.0, 22.0]]
    assert not list(fusion.parameters())


def test_sum_of_unequal_widths_projects_and_an_absent_modality_adds_nothing():
    fusion = build("fusion", "sum", dims={"a": 2, "b": 3})
    assert fusion.out_dim == 3
    given = torch.tensor([[1.0, -2.0]])
    fused = fusion({"a": given, "b": torch.zeros(1, 3)})
    assert torch.allclose(fused, given @ fusion.maps[0].weight.T)
