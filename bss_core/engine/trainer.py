"""The one training loop: score when it is due, draw an epoch, step through it, validate, keep checkpoints.

Methods act at the points of :mod:`bss_core.engine.hooks`; which samples an epoch draws is the scheduler's matter.
"""

import itertools
import logging
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from bss_core.engine import resuming
from bss_core.engine.batch import Batch
from bss_core.engine.checkpoints import save_model
from bss_core.engine.data import MediaDataset, loader
from bss_core.engine.device import autocast, choose_device, choose_precision
from bss_core.engine.epoch_record import log_epoch, record_of
from bss_core.engine.evaluator import Evaluator
from bss_core.engine.hooks import Hooks
from bss_core.engine.measurements import Measurements
from bss_core.engine.model import LateFusion, Outputs
from bss_core.engine.objective import objective
from bss_core.engine.optimisation import build_lr_schedule, build_optimiser
from bss_core.engine.sampler import CurriculumSampler
from bss_core.engine.scoring import predict
from bss_core.errors import ConfigError
from bss_core.metrics import metrics
from bss_core.predictions import Predictions
from bss_core.runs import Run, append_event
from bss_core.training_options import TrainingOptions

__all__ = ["Trainer"]

_log = logging.getLogger(__name__)


class Trainer:
    """Trains one model on one data set into one run folder.

    Attributes:
        model, optimiser, sampler, scheduler, evaluator: what is at work.
        epoch: t, counted from 0; the number of complete epochs (one cut short by ``max_steps`` counts).
        steps: optimiser steps made in complete epochs.
        train, validation: the data sets.
        report: called with (phase, complete epochs, share of the phase done) after every batch; may raise Cancelled.
    """

    def __init__(
        self,
        run: Run,
        options: TrainingOptions,
        model: LateFusion,
        train: MediaDataset,
        validation: MediaDataset,
        hooks: Hooks | None = None,
        report: Callable[[str, int, float], None] = lambda phase, epoch, part: None,
        test: MediaDataset | None = None,
        initial_scores: np.ndarray | None = None,
    ) -> None:
        """
        Args:
            test: looked at in every epoch, and only needed, if ``select_on`` is ``test``.
            initial_scores: (n,) scores from outside to start with.

        Raises:
            ConfigError: an option that this data set, model or machine does not allow.
        """
        self.run, self.options, self.train, self.validation = run, options, train, validation
        self.device = choose_device(options.device)
        self.precision = choose_precision(options.precision, self.device)
        memory_format = torch.channels_last if self.device.type == "cuda" else torch.preserve_format
        self.model = model.to(self.device, memory_format=memory_format)
        self.optimiser = build_optimiser(self.model, options)
        self.lr_schedule = build_lr_schedule(self.optimiser, options)
        self.evaluator = Evaluator(run, options, train, initial_scores)
        Measurements(self.model, self.evaluator.measurer)  # refuses now, not after an epoch, what this model lacks
        self.scheduler = self.evaluator.scheduler
        self.sampler = CurriculumSampler(self.scheduler, len(train), options.seed)
        self.hooks, self.report = hooks or Hooks(), report
        self._watched = _watched(options, validation, test)
        self._loaders: dict[bool, DataLoader] = {}
        self.epoch, self.steps, self.best, self._scoring_seconds = 0, 0, (-1.0, 0), 0.0

    @property
    def is_complete(self) -> bool:
        """Whether all epochs, or all steps, are made."""
        return self.epoch >= self.options.epochs or 0 < self.options.max_steps <= self.steps

    def fit(self) -> None:
        """Train to the end, from wherever the run stands; the final model is scored too."""
        self.hooks.run_started(self)
        if not self.evaluator.is_due(self.epoch):  # resumed between two evaluations, or there are no scores yet
            self.sampler.set_scores(self.evaluator.standing_scores(self.epoch, len(self.train)))
        while not self.is_complete:
            if self.evaluator.is_due(self.epoch):
                self.evaluate()
            self._train_epoch()
        self.evaluate()

    def evaluate(self) -> None:
        """Score the training set as the run's options say and give the sampler ŝ."""
        start = time.perf_counter()
        self.sampler.set_scores(self.evaluator.evaluate(self.epoch, self._score, self.is_complete))
        self._scoring_seconds = time.perf_counter() - start

    def _score(self, phase: str) -> Predictions:
        return self._predict(
            self.train, phase, measurer=self.evaluator.measurer, training_mode=self.options.score_source == "author"
        )

    def _predict(self, dataset: MediaDataset, phase: str, **more: Any) -> Predictions:
        return predict(
            self.model, dataset, self.device, self.precision, self.options.scoring_batch_size, self.options.workers,
            progress=lambda done, total: self.report(phase, self.epoch, done / total), **more,
        )  # fmt: skip

    def _train_epoch(self) -> None:
        start, losses, samples = time.perf_counter(), [], 0
        self.sampler.set_epoch(self.epoch)
        self.hooks.epoch_started(self)
        self.model.train()
        batches = self._batches()
        steps = self._steps_in(batches)
        for step, batch in enumerate(itertools.islice(batches, steps)):
            samples += len(batch)
            batch = self.hooks.batch_drawn(self, batch.to(self.device, non_blocking=True))
            losses.append(self.hooks.update(self, batch).detach())
            self.report("training", self.epoch, (step + 1) / steps)
        loss = torch.stack(losses).double().mean().item()
        if self.evaluator.training_pass:
            self.evaluator.training_pass.end_epoch()
        self._end_epoch(
            {"steps": steps, "samples": samples, "seconds": round(time.perf_counter() - start, 3), "loss": loss}
        )

    def _batches(self) -> DataLoader:
        """The loader of this epoch, kept for the next: its workers, if it has any, stay alive."""
        # the first epoch of a training pass must see every sample
        drop = self.options.drop_last and not (self.epoch == 0 and self.evaluator.training_pass)
        if drop not in self._loaders:
            self._loaders[drop] = loader(
                self.train, self.options.batch_size, self.sampler, self.options.workers, drop_last=drop,
                pin_memory=self.device.type == "cuda",
                generator=torch.Generator(),  # its own, for workers that stay alive draw no new seed and new ones do
            )  # fmt: skip
        return self._loaders[drop]

    def _steps_in(self, batches: DataLoader) -> int:
        if not len(batches):
            raise ConfigError(
                f"drop_last leaves epoch {self.epoch} without a batch: it draws {self.sampler.plan.size} samples and a "
                f"batch has {self.options.batch_size}; lower batch_size or leave drop_last off."
            )
        return min(len(batches), self.options.max_steps - self.steps if self.options.max_steps else len(batches))

    def update(self, batch: Batch) -> Tensor:
        """The ordinary step: forward, loss, backward, step; returns the loss."""
        self.optimiser.zero_grad(set_to_none=True)
        with autocast(self.device, self.precision):
            outputs = self.model(batch.inputs, self.hooks.present(self, batch))
        if self.evaluator.training_pass:
            self.evaluator.training_pass.add(batch, outputs)
        loss = self.hooks.loss(self, outputs, batch)
        loss.backward()
        self.hooks.gradients_ready(self)
        self.optimiser.step()
        return loss

    def objective(self, outputs: Outputs, batch: Batch) -> Tensor:
        """Eq. 4 with the run's α, or the plain sum of all heads' losses."""
        return objective(outputs.logits, batch.labels, self.options.alpha, self.options.loss_weights)

    def parameters_of(self, modality: str) -> list[nn.Parameter]:
        """The parameters of one modality's encoder and head."""
        return [*self.model.encoders[modality].parameters(), *self.model.heads[modality].parameters()]

    def _end_epoch(self, done: dict[str, Any]) -> None:
        found = {split: metrics(self._predict(data, phase)) for split, (phase, data) in self._watched.items()}
        self.hooks.epoch_ended(self, found["validation"])
        record = record_of(self, done, found, self._scoring_seconds)
        self.lr_schedule.step()
        self.epoch, self.steps, self._scoring_seconds = self.epoch + 1, self.steps + done["steps"], 0.0
        # in this order: an epoch that a kill makes us repeat is recorded twice and read once, never lost
        append_event(self.run.folder, record)
        self._keep(found[self.options.select_on][self.options.prediction_rule]["map"])
        log_epoch(self, done, found["validation"])

    def _keep(self, precision: float) -> None:
        """Write checkpoints; ``best`` is by MAP: on a small split it moves in finer steps than accuracy."""
        folder = self.run.folder / "checkpoints"
        names = ["last"]
        if precision > self.best[0]:
            self.best, names = (precision, self.epoch), ["last", "best"]
        for name in names:
            save_model(folder / f"{name}.safetensors", self.model, self.epoch, self.train.info.content_hash)
        resuming.save(self)

    def resume(self) -> bool:
        """Go back to the last complete epoch if the run has one; returns whether it has."""
        return resuming.resume(self)


def _watched(
    options: TrainingOptions, validation: MediaDataset, test: MediaDataset | None
) -> dict[str, tuple[str, MediaDataset]]:
    """Split → (phase, data) of what is predicted after every epoch; the test split only if it selects."""
    if options.select_on != "test":
        return {"validation": ("validating", validation)}
    if test is None:
        raise ConfigError("select_on = 'test' was asked for, but this data set has no test split; use validation.")
    return {"validation": ("validating", validation), "test": ("testing", test)}
