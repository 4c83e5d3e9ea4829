"""The named points of the training loop, where a rebalancing method acts without copying the loop.

::

    run_started
    for each epoch:
        epoch_started                    # re-scoring is done, the sampler knows the epoch; may look at the data
        for each batch:
            batch = batch_drawn(batch)   # may change, drop or repeat samples; batch.index says which they are
            update(batch)                # may replace everything down to the step: several passes, alternating steps
                present(batch)           # modality → which samples it sees: per-modality batch sizes, masked forwards
                loss(outputs, batch)     # the objective plus the method's terms, from logits and features
                gradients_ready          # after backward: trainer.parameters_of(modality) to scale or project
                (optimiser step)
        epoch_ended(metrics)             # validation metrics, before checkpoints are written

A member of the family ``rebalance`` subclasses :class:`Hooks` and overrides what it needs. Every default does nothing.
"""

from typing import TYPE_CHECKING, Any

from torch import Tensor

if TYPE_CHECKING:
    from bss_core.engine.batch import Batch
    from bss_core.engine.model import Outputs
    from bss_core.engine.trainer import Trainer

__all__ = ["Hooks"]


class Hooks:
    """All points, doing nothing."""

    def run_started(self, trainer: "Trainer") -> None:
        """Before the first epoch (also of a resumed run)."""

    def epoch_started(self, trainer: "Trainer") -> None:
        """Before the first batch; ``trainer.epoch`` is t."""

    def batch_drawn(self, trainer: "Trainer", batch: "Batch") -> "Batch":
        """The batch to train on."""
        return batch

    def update(self, trainer: "Trainer", batch: "Batch") -> Tensor:
        """One step of the optimiser; returns the loss, a scalar."""
        return trainer.update(batch)

    def present(self, trainer: "Trainer", batch: "Batch") -> dict[str, Tensor] | None:
        """Modality → bool (B,): which samples it sees; None or a missing modality means all."""
        return None

    def loss(self, trainer: "Trainer", outputs: "Outputs", batch: "Batch") -> Tensor:
        """What is minimised, a scalar."""
        return trainer.objective(outputs, batch)

    def gradients_ready(self, trainer: "Trainer") -> None:
        """Between backward and step."""

    def epoch_ended(self, trainer: "Trainer", metrics: dict[str, Any]) -> None:
        """After the last batch, with the validation metrics: head or prediction rule → metric → value."""
