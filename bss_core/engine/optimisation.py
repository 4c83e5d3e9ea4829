"""How the weights move: the optimiser and the learning rate over the epochs."""

import math

import torch
from torch import nn

from bss_core.training_options import TrainingOptions

__all__ = ["build_lr_schedule", "build_optimiser"]


def build_optimiser(model: nn.Module, options: TrainingOptions) -> torch.optim.Optimizer:
    """AdamW, Adam (weight decay as an L2 term in the gradient), or SGD with momentum 0.9, as in the released code."""
    if options.optimizer == "sgd":
        return torch.optim.SGD(
            model.parameters(), options.learning_rate, momentum=0.9, weight_decay=options.weight_decay
        )
    adam = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[options.optimizer]
    return adam(model.parameters(), options.learning_rate, betas=(0.9, 0.999), weight_decay=options.weight_decay)


def build_lr_schedule(optimiser: torch.optim.Optimizer, options: TrainingOptions) -> torch.optim.lr_scheduler.LambdaLR:
    """The factor of the learning rate at each epoch t, counted from 0.

    ``step`` is 0.1^⌊t / lr_step⌋ or, with lr_step = 0, 0.1 from 7/12 of the run on (epoch 70 of 120).
    """
    factors = {
        "constant": lambda epoch: 1.0,
        "cosine": lambda epoch: 0.5 * (1 + math.cos(math.pi * min(1.0, epoch / options.epochs))),
        "step": lambda epoch: 0.1 ** _falls(epoch, options),
    }
    return torch.optim.lr_scheduler.LambdaLR(optimiser, factors[options.lr_schedule])


def _falls(epoch: int, options: TrainingOptions) -> int:
    """How often the learning rate has fallen to a tenth before this epoch."""
    return epoch // options.lr_step if options.lr_step else int(epoch >= options.epochs * 7 / 12)
