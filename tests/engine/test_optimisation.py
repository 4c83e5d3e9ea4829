"""The optimiser's settings, and the learning rate at chosen epochs, by hand."""

import pytest
import torch

from bss_core.engine.optimisation import build_lr_schedule, build_optimiser
from bss_core.training_options import training_options


def rates(epochs, **given):
    """The learning rate of every epoch."""
    optimiser, schedule = made(epochs=epochs, **given)
    found = []
    for _ in range(epochs):
        found.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        schedule.step()
    return found


def made(**given):
    options = training_options(given)
    optimiser = build_optimiser(torch.nn.Linear(2, 1), options)
    return optimiser, build_lr_schedule(optimiser, options)


def test_the_papers_optimiser():
    optimiser, _ = made(optimizer="sgd", learning_rate=0.01, weight_decay=0.0001)
    assert isinstance(optimiser, torch.optim.SGD)
    group = optimiser.param_groups[0]
    assert (group["lr"], group["momentum"], group["weight_decay"], group["nesterov"]) == (0.01, 0.9, 0.0001, False)


def test_the_default_optimiser():
    optimiser, _ = made(learning_rate=0.5, weight_decay=0.25)
    assert isinstance(optimiser, torch.optim.AdamW)
    assert [optimiser.param_groups[0][name] for name in ("lr", "weight_decay")] == [0.5, 0.25]


def test_adam_decays_through_the_gradient():
    optimiser, _ = made(optimizer="adam", learning_rate=0.00001, weight_decay=0.0001)
    assert type(optimiser) is torch.optim.Adam
    group = optimiser.param_groups[0]
    assert (group["lr"], group["betas"], group["weight_decay"]) == (0.00001, (0.9, 0.999), 0.0001)
    assert group["decoupled_weight_decay"] is False


def test_every_parameter_moves():
    optimiser, _ = made()
    assert [tuple(values.shape) for values in optimiser.param_groups[0]["params"]] == [(1, 2), (1,)]


def test_cosine():
    # (1 + cos(π t / 4)) / 2 at t = 0 … 3: half at half the run
    assert rates(4, lr_schedule="cosine", learning_rate=2.0) == pytest.approx([2.0, 1.70710678, 1.0, 0.29289322])


def test_step_is_a_tenth_from_seven_twelfths_on():
    found = rates(120, lr_schedule="step", learning_rate=0.01)  # the paper's: after 70 of 120 epochs
    assert found == pytest.approx([0.01] * 70 + [0.001] * 50)
    assert rates(5, lr_schedule="step", learning_rate=1.0) == pytest.approx([1, 1, 1, 0.1, 0.1])  # 5 · 7/12 = 2.9


def test_steps_of_a_given_length():
    found = rates(150, lr_schedule="step", lr_step=70, learning_rate=0.1)
    assert found == pytest.approx([0.1] * 70 + [0.01] * 70 + [0.001] * 10)
    assert rates(3, lr_schedule="step", lr_step=1, learning_rate=1.0) == pytest.approx([1, 0.1, 0.01])
    assert rates(3, lr_schedule="step", lr_step=3, learning_rate=1.0) == [1, 1, 1]


def test_steps_equal_torchs_own_step_schedule():
    optimiser = torch.optim.SGD(torch.nn.Linear(2, 1).parameters(), 0.1)
    reference, expected = torch.optim.lr_scheduler.StepLR(optimiser, step_size=4, gamma=0.1), []
    for _ in range(10):
        expected.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        reference.step()
    assert rates(10, lr_schedule="step", lr_step=4, learning_rate=0.1, optimizer="sgd") == pytest.approx(expected)


def test_the_length_of_steps_matters_to_no_other_schedule():
    assert rates(3, lr_schedule="constant", lr_step=1, learning_rate=0.5) == [0.5, 0.5, 0.5]


def test_constant():
    assert rates(3, lr_schedule="constant", learning_rate=0.5) == [0.5, 0.5, 0.5]


def test_after_the_run_the_cosine_stays_at_zero():
    optimiser, schedule = made(epochs=2, lr_schedule="cosine")
    for _ in range(4):
        optimiser.step()
        schedule.step()
    assert optimiser.param_groups[0]["lr"] == 0
