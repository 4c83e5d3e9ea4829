"""The training loss against hand-computed numbers and a naive reference."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from bss_core.engine.objective import objective, per_sample_losses
from bss_core.errors import ConfigError

LOG2, LOG3 = math.log(2), math.log(3)


def hand_made():
    """Two samples, two classes; −log p of the truth: audio ln 2 twice, image ln 4/3 and ln 4, fused ln 4 and ln 4/3."""
    logits = {
        "audio": torch.zeros(2, 2),
        "image": torch.tensor([[LOG3, 0.0], [LOG3, 0.0]]),
        "multimodal": torch.tensor([[0.0, LOG3], [0.0, LOG3]]),
    }
    return logits, torch.tensor([0, 1])


def test_per_sample_losses_by_hand():
    losses = per_sample_losses(*hand_made())
    assert losses["audio"].tolist() == pytest.approx([LOG2, LOG2])
    assert losses["image"].tolist() == pytest.approx([math.log(4 / 3), math.log(4)])
    assert losses["multimodal"].tolist() == pytest.approx([math.log(4), math.log(4 / 3)])


@pytest.mark.parametrize(
    ("alpha", "expected"),
    [
        (0.0, math.log(16 / 3) / 2),  # the multimodal mean alone
        (1.0, LOG2 + math.log(16 / 3) / 2),  # the unimodal means alone, added
        (0.9, 0.1 * math.log(16 / 3) / 2 + 0.9 * (LOG2 + math.log(16 / 3) / 2)),
    ],
)
def test_objective_by_hand(alpha, expected):
    assert objective(*hand_made(), alpha).item() == pytest.approx(expected, rel=1e-6)


def test_plain_sum_by_hand():
    # −log p added over heads and averaged over samples: ln 2 + (ln 16/3)/2 + (ln 16/3)/2
    assert objective(*hand_made(), 0.9, "sum").item() == pytest.approx(LOG2 + math.log(16 / 3), rel=1e-6)


@given(st.integers(2, 4), st.floats(0, 1), st.integers(0, 999))
def test_the_plain_sum_is_twice_the_loss_at_one_half_whatever_alpha_is(modalities, alpha, seed):
    generator = torch.Generator().manual_seed(seed)
    heads = [f"m{number}" for number in range(modalities)] + ["multimodal"]
    logits = {head: torch.randn(5, 3, generator=generator, dtype=torch.float64) for head in heads}
    labels = torch.randint(3, (5,), generator=generator)
    found = objective(logits, labels, alpha, weights="sum").item()
    assert found == pytest.approx(2 * objective(logits, labels, 0.5).item(), rel=1e-6)


@given(st.integers(1, 6), st.integers(2, 5), st.integers(2, 4), st.floats(0, 1), st.integers(0, 999))
def test_objective_equals_a_loop_over_samples(samples, classes, modalities, alpha, seed):
    generator = torch.Generator().manual_seed(seed)
    heads = [f"m{number}" for number in range(modalities)] + ["multimodal"]
    logits = {head: torch.randn(samples, classes, generator=generator) * 3 for head in heads}
    labels = torch.randint(classes, (samples,), generator=generator)
    expected = 0.0
    for head, values in logits.items():
        for row, label in zip(values.double().tolist(), labels.tolist(), strict=True):
            loss = math.log(sum(math.exp(value) for value in row)) - row[label]
            expected += (1 - alpha if head == "multimodal" else alpha) * loss / samples
    assert objective(logits, labels, alpha).item() == pytest.approx(expected, abs=1e-4)


def test_losses_are_float32_and_finite_under_half_precision():
    logits = {"audio": torch.tensor([[60000.0, -60000.0]], dtype=torch.float16)}
    loss = per_sample_losses(logits, torch.tensor([1]))["audio"]
    assert loss.dtype == torch.float32
    assert loss.item() == pytest.approx(120000, rel=1e-3)


def test_alpha_zero_leaves_the_unimodal_heads_without_gradient():
    logits, labels = hand_made()
    logits = {head: values.requires_grad_() for head, values in logits.items()}
    objective(logits, labels, 0.0).backward()
    assert logits["audio"].grad.abs().sum() == 0
    assert logits["multimodal"].grad.abs().sum() > 0


@pytest.mark.parametrize("alpha", [-0.1, 1.1, float("nan")])
def test_alpha_out_of_range_is_refused(alpha):
    with pytest.raises(ConfigError, match="alpha = .* out of range"):
        objective(*hand_made(), alpha)


@pytest.mark.parametrize("weights", ["alpha", "sum"])
def test_a_missing_multimodal_head_is_named(weights):
    with pytest.raises(ConfigError, match="'multimodal'; there are audio"):
        objective({"audio": torch.zeros(1, 2)}, torch.tensor([0]), 0.5, weights)


def test_other_weights_are_refused():
    with pytest.raises(ConfigError, match="no loss weights 'mean'; there are alpha, sum"):
        objective(*hand_made(), 0.5, "mean")
