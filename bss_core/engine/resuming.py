"""Everything that a run needs to go on after its last complete epoch as if it had not stopped."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from bss_core.engine.checkpoints import load_resume, restore, save_resume

if TYPE_CHECKING:
    from bss_core.engine.trainer import Trainer

__all__ = ["resume", "save"]

_log = logging.getLogger(__name__)


def save(trainer: "Trainer") -> None:
    """Write ``checkpoints/resume.pt``: weights, optimiser, schedule, random generators and collected logits."""
    save_resume(_path(trainer), _state(trainer))


def _path(trainer: "Trainer") -> Path:
    return trainer.run.folder / "checkpoints" / "resume.pt"


def _state(trainer: "Trainer") -> dict[str, Any]:
    collected = trainer.evaluator.training_pass
    return {
        "epoch": trainer.epoch,
        "best": trainer.best,
        "model": trainer.model.state_dict(),
        "optimiser": trainer.optimiser.state_dict(),
        "lr_schedule": trainer.lr_schedule.state_dict(),
        "generator": torch.get_rng_state(),
        "gpu_generators": torch.cuda.get_rng_state_all() if trainer.device.type == "cuda" else [],
        **({"training_pass": collected.state()} if collected else {}),
    }


def resume(trainer: "Trainer") -> bool:
    """Go back to the last complete epoch if the run has one; returns whether it has."""
    path = _path(trainer)
    if not path.exists():
        return False
    state = load_resume(path)
    restore(trainer.model, state["model"], str(path))
    trainer.optimiser.load_state_dict(state["optimiser"])
    trainer.lr_schedule.load_state_dict(state["lr_schedule"])
    torch.set_rng_state(state["generator"])
    if trainer.device.type == "cuda":
        torch.cuda.set_rng_state_all(state["gpu_generators"])
    if trainer.evaluator.training_pass:
        trainer.evaluator.training_pass.load_state(state["training_pass"])
    trainer.epoch, trainer.best = state["epoch"], tuple(state["best"])
    # every complete epoch has its line before its state is written
    trainer.steps = sum(event["steps"] for event in trainer.run.events() if event["epoch"] <= trainer.epoch)
    _log.info("resumed after epoch %d", trainer.epoch)
    return True
