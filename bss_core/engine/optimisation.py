"""How the weights move: the optimiser and the learning rate over the epochs."""

import math

import torch
from torch import nn

from bss_core.training_options import TrainingOptions

__all__ = ["build_lr_schedule", "build_optimiser"]


def build_optimiser(model: nn.Module, options: TrainingOptions) -> torch.optim.Optimizer:
    """AdamW, or SGD with the paper's momentum of 0.9."""
    if options.optimizer == "sgd":
        return torch.optim.SGD(
            model.parameters(), options.learning_rate, momentum=0.9, weight_decay=options.weight_decay
        )
    return torch.optim.AdamW(model.parameters(), options.learning_rate, weight_decay=options.weight_decay)


def build_lr_schedule(optimiser: torch.optim.Optimizer, options: TrainingOptions) -> torch.optim.lr_scheduler.LambdaLR:
    """The factor of the learning rate at each epoch."""
    factors = {
        "constant": lambda epoch: 1.0,
        "cosine": lambda epoch: 0.5 * (1 + math.cos(math.pi * min(1.0, epoch / options.epochs))),
        "step": lambda epoch: 0.1 if epoch >= options.epochs * 7 / 12 else 1.0,
    }
    return torch.optim.lr_scheduler.LambdaLR(optimiser, factors[options.lr_schedule])
