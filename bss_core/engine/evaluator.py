"""When a run's training set is scored, from what, and what its scheduler makes of the scores."""

import logging
import time
from collections.abc import Callable

import numpy as np

from bss_core.dynamics import write_dynamics
from bss_core.engine.data import MediaDataset
from bss_core.engine.training_pass import TrainingPass, WholeFirst
from bss_core.evaluations import Evaluation, scores_path, smoothed_scores, write_evaluation
from bss_core.predictions import Predictions
from bss_core.runs import Run
from bss_core.training_options import TrainingOptions

__all__ = ["Evaluator"]

_log = logging.getLogger(__name__)
_SHARE = 0.005  # of the run's time that following the samples may take


class Evaluator:
    """Evaluations of one run: they are numbered k = 0, 1, … in the order of the epochs before which they are due.

    Attributes:
        measurer: what the scores are made of.
        scheduler: what draws from them.
        training_pass: collects the steps' logits if the scores come from there, else None.
    """

    def __init__(
        self, run: Run, options: TrainingOptions, train: MediaDataset, initial_scores: np.ndarray | None = None
    ) -> None:
        """
        Args:
            initial_scores: (n,) scores from outside, which the first evaluation takes for the previous ones.
        """
        self._run, self._options, self._initial = run, options, initial_scores
        self.measurer, self.scheduler = options.build_measurer(), options.build_scheduler()
        self.training_pass: TrainingPass | None = None
        if options.score_source == "training_pass":
            self.training_pass = TrainingPass(train, self.measurer)
            self.scheduler = WholeFirst(self.scheduler)
        self._standing: dict[int, np.ndarray] = {}  # the last ŝ by its number, to spare reading the file
        self._followed, self._cost = -np.inf, 0.0

    def is_due(self, epoch: int) -> bool:
        """Whether the training set is scored at the start of this epoch."""
        if epoch == 0 and self.training_pass:
            return False  # there are no logits yet
        return epoch % self._options.evaluate_every == 0 or self.scheduler.needs_scores_at(epoch)

    def number_at(self, epoch: int) -> int:
        """k of an evaluation at the start of this epoch: how many were due before."""
        return sum(self.is_due(before) for before in range(epoch))

    def standing_scores(self, epoch: int, n: int) -> np.ndarray:
        """(n,) what to draw from at an epoch without an evaluation: the last ŝ, or zeros if there was none yet."""
        number = self.number_at(epoch)
        return self._smoothed(number - 1) if number else np.zeros(n)

    def evaluate(self, epoch: int, predict: Callable[[str], Predictions], is_last: bool = False) -> np.ndarray:
        """Score the training set, write the evaluation and return ŝ, (n,).

        Args:
            predict: the phase's name → predictions; not called when the training steps gave them.
            is_last: of the run; then the samples' dynamics are written in any case.
        """
        number = self.number_at(epoch)
        predictions = self.training_pass.predictions() if self.training_pass else predict(f"scoring {number}")
        scores = self.measurer(predictions)
        previous = self._smoothed(number - 1) if number else self._initial
        smoothed = self.scheduler.smooth(previous, scores.balance_score, epoch)
        chances = self.scheduler.plan(smoothed, epoch).sampling_probabilities(len(smoothed))
        about = Evaluation(number, epoch, measure=self.measurer.as_dict(), source=self._options.score_source)
        write_evaluation(self._run.folder, about, predictions, scores, smoothed, chances)
        self._standing = {number: smoothed}
        self._follow(number, is_last)
        for name in scores.constant:
            _log.warning("evaluation %d: %s is the same for all samples and does not count in the score", number, name)
        low, middle, high = np.quantile(scores.balance_score, (0.05, 0.5, 0.95))
        _log.info("evaluation %d: balance score 5 %% %.2f, median %.2f, 95 %% %.2f", number, low, middle, high)
        return smoothed

    def _smoothed(self, number: int) -> np.ndarray:
        if number not in self._standing:  # the run goes on after a stop
            self._standing = {number: smoothed_scores(self._run.folder, number).to_numpy()}
        return self._standing[number]

    def _follow(self, number: int, is_last: bool) -> None:
        """Write the samples' dynamics, but seldom enough: it reads all evaluations, more with every one."""
        if not number or not (is_last or time.monotonic() - self._followed > self._cost / _SHARE):
            return
        start = time.monotonic()
        write_dynamics(self._run.folder, [scores_path(self._run.folder, k) for k in range(number + 1)])
        self._followed, self._cost = time.monotonic(), time.monotonic() - start
