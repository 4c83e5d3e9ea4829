"""Shapley values: by hand, against all orders of arrival, and their axioms."""

from itertools import combinations, permutations

import numpy as np
import pytest
import torch

from bss_core.engine.shapley import shapley_values, shapley_weights
from tests.engine.small_batches import MODALITIES, random_batch, small_fusion_model


def values_of(model, inputs, labels):
    """v(S) of every set of modalities by a masked forward pass of the whole model: frozenset → (B,)."""
    found = {}
    for size in range(len(model.modalities) + 1):
        for members in combinations(model.modalities, size):
            present = {name: torch.full((len(labels),), name in members) for name in model.modalities}
            with torch.no_grad():
                probabilities = model(inputs, present).logits["multimodal"].double().softmax(dim=1)
            found[frozenset(members)] = probabilities[torch.arange(len(labels)), labels].numpy()
    return found


def by_arrival(model, values):
    """The mean gain over all orders in which the modalities may arrive: modality → (B,)."""
    gains = {name: [] for name in model.modalities}
    for order in permutations(model.modalities):
        for place, name in enumerate(order):
            gains[name].append(values[frozenset(order[: place + 1])] - values[frozenset(order[:place])])
    return {name: np.mean(each, axis=0) for name, each in gains.items()}


def shapley(model, inputs, labels):
    with torch.no_grad():
        return shapley_values(model, model.encode(inputs), labels, shapley_weights(len(model.modalities))).numpy()


def test_the_weights_of_two_modalities_by_hand():
    # columns: ∅, {second}, {first}, {first, second}
    assert shapley_weights(2).tolist() == [[-0.5, -0.5, 0.5, 0.5], [-0.5, 0.5, -0.5, 0.5]]


def test_the_weights_of_three_modalities_by_hand():
    # ∅, 3, 2, 23, 1, 13, 12, 123: a third for no or all companions, a sixth for one of two
    first = np.array([-2, -1, -1, -2, 2, 1, 1, 2]) / 6
    np.testing.assert_allclose(shapley_weights(3)[0].numpy(), first, rtol=1e-15)


@pytest.mark.parametrize("count", range(1, 7))
def test_everyone_shares_the_whole_and_no_more(count):
    weights = shapley_weights(count).numpy()
    whole = np.zeros(2**count)
    whole[-1], whole[0] = 1, -1
    np.testing.assert_allclose(weights.sum(axis=0), whole, atol=1e-14)
    np.testing.assert_allclose(weights.sum(axis=1), 0, atol=1e-14)  # a constant v is nobody's merit


@pytest.mark.parametrize("fusion", ["concat", "sum"])
@pytest.mark.parametrize("modalities", [("picture", "sound"), ("numbers", "picture", "words"), tuple(MODALITIES)])
def test_it_is_the_mean_gain_over_all_orders_of_arrival(modalities, fusion):
    model = small_fusion_model(modalities, fusion)
    inputs, labels = random_batch()
    values = values_of(model, inputs, labels)
    expected = by_arrival(model, values)
    found = shapley(model, inputs, labels)
    np.testing.assert_allclose(found, [expected[name] for name in model.modalities], atol=1e-6)
    gained = values[frozenset(model.modalities)] - values[frozenset()]
    np.testing.assert_allclose(found.sum(axis=0), gained, atol=1e-6)
    assert np.abs(found).max() > 1e-3, "an untrained network without any preference would prove nothing"


def test_a_modality_that_says_nothing_gets_nothing():
    model = small_fusion_model()
    inputs, labels = random_batch()  # the last text is empty: its feature is zero
    found = dict(zip(model.modalities, shapley(model, inputs, labels), strict=True))
    assert found["words"][-1] == pytest.approx(0, abs=1e-7)
    assert abs(found["words"][0]) > 1e-4


def test_half_precision_features_are_weighed_in_single_precision():
    model = small_fusion_model()
    inputs, labels = random_batch()
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        features = model.encode(inputs)
        assert torch.bfloat16 in {values.dtype for values in features.values()}
        found = shapley_values(model, features, labels, shapley_weights(4))
    singles = {name: values.float() for name, values in features.items()}
    assert torch.equal(found, shapley_values(model, singles, labels, shapley_weights(4)))
