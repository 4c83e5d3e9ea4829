"""Options of a run that do not go together: refused with one sentence, or allowed and warned of."""

from typing import TYPE_CHECKING, Any

from bss_core.errors import ConfigError

if TYPE_CHECKING:
    from bss_core.training_options import TrainingOptions

__all__ = ["check_together", "warnings_of"]


def check_together(options: "TrainingOptions") -> None:
    """Refuse what cannot work.

    Raises:
        ConfigError: scores of the training pass that would be needed before there is one, or that such a pass cannot
            measure.
    """
    scheduler = options.build_scheduler()
    if options.score_source != "training_pass":
        return
    if hasattr(scheduler, "burn_in") and scheduler.needs_scores_at(0) and not options.initial_scores:
        raise ConfigError(
            f"With score_source = training_pass there are no scores before the first epoch, and {options.scheduler} "
            "with burn_in = 0 ranks by them; set burn_in to 1 or more, give initial_scores, or take score_source = "
            "evaluation_pass."
        )
    if "gradient_magnitude" in options.build_measurer().measurements:
        raise ConfigError(
            "With score_source = training_pass only what the forward pass computes can be measured, and "
            "gradient_magnitude needs a pass of its own; take score_source = evaluation_pass, or another difficulty."
        )


def warnings_of(options: "TrainingOptions", samples: int | None = None) -> list[str]:
    """What the user should know before the run, one sentence each; empty if all is as one would expect.

    Args:
        options: as :func:`bss_core.training_options.training_options` returns them.
        samples: n, the size of the training split; without it nothing is said of left-out samples.
    """
    scheduler = options.build_scheduler()
    return [
        *_of_protocol(options),
        *_of_scores(options, scheduler),
        *_of_pool(options, scheduler),
        *(_of_batches(options, scheduler, samples) if samples and options.drop_last else []),
    ]


def _of_protocol(options: "TrainingOptions") -> list[str]:
    found = []
    if options.select_on == "test":
        found.append(
            "select_on = test keeps the weights that do best on the test split, so the test results are biased "
            "upwards; take validation for results to compare."
        )
    if options.lr_schedule == "step" and options.lr_step >= options.epochs:
        found.append(
            f"The learning rate never falls: its first fall would come after {options.lr_step} epochs, and the run has "
            f"{options.epochs}."
        )
    return found


def _of_scores(options: "TrainingOptions", scheduler: Any) -> list[str]:
    found = []
    every = getattr(scheduler, "evaluate_every", 0)
    if every >= options.epochs > 1:
        found.append(
            f"The scores of the first epoch serve for the whole run: evaluate_every = {every} is not below its "
            f"{options.epochs} epochs."
        )
    burn_in, beta = getattr(scheduler, "burn_in", 0), getattr(scheduler, "beta", 0.0)
    if options.initial_scores and (burn_in or beta == 1):
        reason = f"the ranking is made after burn_in = {burn_in} epochs" if burn_in else "beta = 1 forgets them at once"
        found.append(f"initial_scores have no effect: {reason}.")
    if options.score_source == "author":
        found.append(
            "score_source = author scores in training mode, where BatchNorm mixes the samples of a batch: the scores "
            "depend on the order of the data and mean little where it is sorted by class."
        )
    return found


def _of_pool(options: "TrainingOptions", scheduler: Any) -> list[str]:
    burn_in, last = getattr(scheduler, "burn_in", 0), scheduler.share(options.epochs - 1)
    if burn_in >= options.epochs:
        return [f"No ranking is ever used: burn_in = {burn_in} is not below the {options.epochs} epochs of the run."]
    if last < 1:
        reranks = getattr(scheduler, "rerank_every", 0) > 0
        left = "the samples at the end of its last ranking are left out" if reranks else "the rest is never drawn"
        return [
            f"The pool never reaches the whole training set: with t_grow = {scheduler.t_grow} it ends at λ = "
            f"{last:.3f} in the last of {options.epochs} epochs, and {left}."
        ]
    return []


def _of_batches(options: "TrainingOptions", scheduler: Any, samples: int) -> list[str]:
    """What drop_last leaves out of the smallest epoch and of a full one."""
    size = options.batch_size
    smallest = min(int(samples * scheduler.share(epoch)) for epoch in range(options.epochs))
    if smallest < size:
        return [
            f"drop_last leaves out everything of the smallest epoch: it draws {smallest} samples, fewer than a batch "
            f"of {size}."
        ]
    if samples % size:
        return [f"drop_last leaves out the last {samples % size} of {samples} samples in an epoch that draws all."]
    return []
