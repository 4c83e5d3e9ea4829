"""The one training loop: score when it is due, draw an epoch, step through it, validate, keep checkpoints.

Methods act at the points of :mod:`bss_core.engine.hooks`; which samples an epoch draws is the scheduler's matter.
"""

import logging
import math
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from bss_core.dynamics import write_dynamics
from bss_core.engine.batch import Batch
from bss_core.engine.checkpoints import load_resume, restore, save_model, save_resume
from bss_core.engine.data import MediaDataset, loader
from bss_core.engine.device import autocast, choose_device, choose_precision
from bss_core.engine.hooks import Hooks
from bss_core.engine.model import LateFusion, Outputs
from bss_core.engine.objective import objective
from bss_core.engine.optimisation import build_lr_schedule, build_optimiser
from bss_core.engine.sampler import CurriculumSampler
from bss_core.engine.scoring import predict
from bss_core.evaluations import Evaluation, scores_path, smoothed_scores, write_evaluation
from bss_core.metrics import metrics
from bss_core.predictions import Predictions
from bss_core.runs import Run, append_event
from bss_core.scores import measure
from bss_core.training_options import TrainingOptions

__all__ = ["Trainer"]

_log = logging.getLogger(__name__)


class Trainer:
    """Trains one model on one data set into one run folder.

    Attributes:
        model, optimiser, sampler, scheduler: what is at work.
        epoch: t, counted from 0; the number of complete epochs.
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
    ) -> None:
        self.run, self.options, self.train, self.validation = run, options, train, validation
        self.device = choose_device(options.device)
        self.precision = choose_precision(options.precision, self.device)
        memory_format = torch.channels_last if self.device.type == "cuda" else torch.preserve_format
        self.model = model.to(self.device, memory_format=memory_format)
        self.optimiser = build_optimiser(self.model, options)
        self.lr_schedule = build_lr_schedule(self.optimiser, options)
        self.scheduler = options.build_scheduler()
        self.sampler = CurriculumSampler(self.scheduler, len(train), options.seed)
        self.hooks, self.report = hooks or Hooks(), report
        self.epoch, self.best = 0, (-1.0, 0)

    def fit(self) -> None:
        """Train to the last epoch, from wherever the run stands; the final model is scored too."""
        self.hooks.run_started(self)
        if self.epoch % self.options.evaluate_every:  # resumed between two evaluations
            self.sampler.set_scores(self._smoothed(self.epoch // self.options.evaluate_every))
        while self.epoch < self.options.epochs:
            if self.epoch % self.options.evaluate_every == 0:
                self.evaluate()
            self._train_epoch()
        self.evaluate()

    def evaluate(self) -> None:
        """Score the training set with the current weights (evaluation k = ⌈t/E⌉) and give the sampler ŝ."""
        number = math.ceil(self.epoch / self.options.evaluate_every)
        predictions = self._predict(self.train, f"scoring {number}")
        scores = measure(predictions)
        previous = self._smoothed(number - 1) if number else None
        smoothed = self.scheduler.smooth(previous, scores.balance_score)
        chances = self.scheduler.plan(smoothed, self.epoch).sampling_probabilities(len(smoothed))
        about = Evaluation(number, self.epoch)
        write_evaluation(self.run.folder, about, predictions, scores, smoothed, chances)
        self.sampler.set_scores(smoothed)
        if number:
            write_dynamics(self.run.folder, [scores_path(self.run.folder, k) for k in range(number + 1)])
        for name in scores.constant:
            _log.warning("evaluation %d: %s is the same for all samples and does not count in the score", number, name)
        low, middle, high = np.quantile(scores.balance_score, (0.05, 0.5, 0.95))
        _log.info("evaluation %d: balance score 5 %% %.2f, median %.2f, 95 %% %.2f", number, low, middle, high)

    def _smoothed(self, number: int) -> np.ndarray:
        return smoothed_scores(self.run.folder, number).to_numpy()

    def _predict(self, dataset: MediaDataset, phase: str) -> Predictions:
        return predict(
            self.model, dataset, self.device, self.precision, workers=self.options.workers,
            progress=lambda done, total: self.report(phase, self.epoch, done / total),
        )  # fmt: skip

    def _train_epoch(self) -> None:
        start, losses = time.perf_counter(), []
        self.sampler.set_epoch(self.epoch)
        self.hooks.epoch_started(self)
        self.model.train()
        batches = loader(
            self.train,
            self.options.batch_size,
            self.sampler,
            self.options.workers,
            pin_memory=self.device.type == "cuda",
        )
        for step, batch in enumerate(batches):
            batch = self.hooks.batch_drawn(self, batch.to(self.device, non_blocking=True))
            losses.append(self.hooks.update(self, batch).detach())
            self.report("training", self.epoch, (step + 1) / len(batches))
        self._end_epoch(torch.stack(losses).double().mean().item(), len(losses), time.perf_counter() - start)

    def update(self, batch: Batch) -> Tensor:
        """The ordinary step: forward, loss, backward, step; returns the loss."""
        self.optimiser.zero_grad(set_to_none=True)
        with autocast(self.device, self.precision):
            outputs = self.model(batch.inputs, self.hooks.present(self, batch))
        loss = self.hooks.loss(self, outputs, batch)
        loss.backward()
        self.hooks.gradients_ready(self)
        self.optimiser.step()
        return loss

    def objective(self, outputs: Outputs, batch: Batch) -> Tensor:
        """Eq. 4 with the run's α."""
        return objective(outputs.logits, batch.labels, self.options.alpha)

    def parameters_of(self, modality: str) -> list[nn.Parameter]:
        """The parameters of one modality's encoder and head."""
        return [*self.model.encoders[modality].parameters(), *self.model.heads[modality].parameters()]

    def _end_epoch(self, loss: float, steps: int, seconds: float) -> None:
        found = metrics(self._predict(self.validation, "validating"))
        self.hooks.epoch_ended(self, found)
        plan = self.sampler.plan
        record = {
            "epoch": self.epoch + 1,
            "steps": steps,
            "samples": plan.size,
            "seconds": round(seconds, 3),
            "learning_rate": self.lr_schedule.get_last_lr()[0],
            "loss": loss if math.isfinite(loss) else None,
            "metrics": {"validation": found},
            "schedule": {
                "share": self.scheduler.share(self.epoch),
                "size": plan.size,
                "effective_sample_size": plan.effective_sample_size(len(self.train)),
            },
        }
        self.lr_schedule.step()
        self.epoch += 1
        # in this order: an epoch that a kill makes us repeat is recorded twice and read once, never lost
        append_event(self.run.folder, record)
        self._keep(found["multimodal"]["map"])
        accuracy = ", ".join(f"{head} {values['accuracy']:.3f}" for head, values in found.items())
        _log.info("epoch %d: %d steps, loss %.4f, validation accuracy %s", self.epoch, steps, loss, accuracy)

    def _keep(self, precision: float) -> None:
        """Write checkpoints; ``best`` is by validation MAP: on a small split it moves in finer steps than accuracy."""
        folder = self.run.folder / "checkpoints"
        names = ["last"]
        if precision > self.best[0]:
            self.best, names = (precision, self.epoch), ["last", "best"]
        for name in names:
            save_model(folder / f"{name}.safetensors", self.model, self.epoch, self.train.info.content_hash)
        save_resume(folder / "resume.pt", self._state())

    def _state(self) -> dict[str, Any]:
        return {
            "epoch": self.epoch,
            "best": self.best,
            "model": self.model.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "lr_schedule": self.lr_schedule.state_dict(),
            "generator": torch.get_rng_state(),
            "gpu_generators": torch.cuda.get_rng_state_all() if self.device.type == "cuda" else [],
        }

    def resume(self) -> bool:
        """Go back to the last complete epoch if the run has one; returns whether it has."""
        path = self.run.folder / "checkpoints" / "resume.pt"
        if not path.exists():
            return False
        state = load_resume(path)
        restore(self.model, state["model"], str(path))
        self.optimiser.load_state_dict(state["optimiser"])
        self.lr_schedule.load_state_dict(state["lr_schedule"])
        torch.set_rng_state(state["generator"])
        if self.device.type == "cuda":
            torch.cuda.set_rng_state_all(state["gpu_generators"])
        self.epoch, self.best = state["epoch"], tuple(state["best"])
        _log.info("resumed after epoch %d", self.epoch)
        return True
