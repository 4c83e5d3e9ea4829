"""What is written down of a complete epoch: one line of ``events.jsonl`` and one of the log."""

import logging
import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bss_core.engine.trainer import Trainer

__all__ = ["log_epoch", "record_of"]

_log = logging.getLogger(__name__)


def record_of(
    trainer: "Trainer", done: dict[str, Any], found: dict[str, Any], scoring_seconds: float
) -> dict[str, Any]:
    """The event of the epoch that the trainer has just made, before it counts it.

    Args:
        done: ``steps``, ``samples`` drawn, ``seconds`` of training, mean ``loss`` (nats; null if it is not finite).
        found: split → head or prediction rule → metric → value.
        scoring_seconds: of the evaluation before the epoch; 0 without one.
    """
    plan = trainer.sampler.plan
    exposure = plan.exposure(len(trainer.train))
    return {
        "epoch": trainer.epoch + 1,
        **done,
        "scoring_seconds": round(scoring_seconds, 3),
        "learning_rate": trainer.lr_schedule.get_last_lr()[0],
        "loss": done["loss"] if math.isfinite(done["loss"]) else None,
        "metrics": found,
        "schedule": {
            "share": trainer.scheduler.share(trainer.epoch),
            "size": plan.size,
            "effective_sample_size": exposure.effective_sample_size,
            "entropy": exposure.entropy,
            "coverage": exposure.coverage,
        },
    }


def log_epoch(trainer: "Trainer", done: dict[str, Any], validation: dict[str, Any]) -> None:
    """The validation accuracy of every head, and of the prediction rule if it is another."""
    names = dict.fromkeys([*trainer.model.heads, trainer.options.prediction_rule])
    accuracy = ", ".join(f"{name} {validation[name]['accuracy']:.3f}" for name in names if name in validation)
    line = "epoch %d: %d steps, loss %.4f, validation accuracy %s"
    _log.info(line, trainer.epoch, done["steps"], done["loss"], accuracy)
