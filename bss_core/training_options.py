"""Everything a training run can be told, in one dataclass that the command line, the Train page and run.json share."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from bss_core.config import checked_options, option
from bss_core.errors import ConfigError
from bss_core.measurer import Measurer, build_measurer
from bss_core.presets import PRESET_NOTES, PRESETS, over_preset, preset_options
from bss_core.registry import build, members
from bss_core.training_checks import check_together, warnings_of

__all__ = ["PRESETS", "PRESET_NOTES", "TrainingOptions", "preset_options", "training_options", "warnings_of"]


@dataclass(frozen=True)
class TrainingOptions:
    """The options of one run; the released code runs 120 epochs on a GPU, the defaults are for a short run on a CPU."""

    data: str = option("assets/stamps", "folder of the data set (with manifest.parquet)")
    scheduler: str = option("learned", "how samples are ordered or drawn; see `list schedulers`")
    scheduler_options: dict = option({}, "options of the scheduler")
    measure: dict = option(
        {}, "what the balance score is made of: similarity, difficulty, normaliser and their options"
    )
    score_source: str = option(
        "evaluation_pass",
        "where scores come from: evaluation_pass scores in evaluation mode before the epoch, author in training mode "
        "with augmentation, as the released code does, training_pass keeps what the epoch's own steps computed",
        choices=("evaluation_pass", "author", "training_pass"),
        paper="not stated; code author",
    )
    initial_scores: str = option(
        "",
        "scores to start from instead of the run's own first ones: a Parquet or CSV file with sample_id and "
        "balance_score or smoothed_score, or a run's folder",
        paper="none",
    )
    preset: str = option("paper", "named set of formulas and values", choices=tuple(PRESETS))
    epochs: int = option(12, "length of the run", min=1, max=100_000, unit="epochs", paper="code 120")
    batch_size: int = option(8, "samples per step", min=2, max=65_536, unit="samples", paper="code 32; NVGesture 2")
    learning_rate: float = option(0.002, "step size at the start", above=0.0, max=10.0, paper="code 0.01 with SGD")
    optimizer: str = option(
        "adamw", "how the weights move", choices=("adamw", "adam", "sgd"), paper="code sgd, momentum 0.9"
    )
    weight_decay: float = option(0.0001, "pull of the weights towards zero", min=0.0, max=1.0, paper="code 0.0001")
    lr_schedule: str = option(
        "cosine",
        "step size over the epochs: constant, cosine to zero, or falling to a tenth (step)",
        choices=("constant", "cosine", "step"),
        paper="code step: a tenth after 70 of 120 epochs",
    )
    lr_step: int = option(
        0,
        "epochs between two falls of lr_schedule=step to a tenth; 0: one fall, at 7/12 of the run",
        min=0,
        max=100_000,
        unit="epochs",
        paper="code 70",
    )
    loss_weights: str = option(
        "alpha",
        "the objective: alpha weighs the heads by α (Eq. 4), sum adds all heads with weight 1",
        choices=("alpha", "sum"),
        paper="alpha; code sum but on CREMA-D",
    )
    alpha: float = option(
        0.5, "weight of the unimodal losses in the objective, α", min=0.0, max=1.0, paper="code 0.9 on CREMA-D"
    )
    evaluate_every: int = option(
        1, "epochs between two scorings of the training set, E", min=1, unit="epochs", paper="code 1"
    )
    max_steps: int = option(
        0, "optimiser steps after which the run ends, also inside an epoch; 0: none", min=0, unit="steps"
    )
    drop_last: bool = option(
        False, "leave out the last batch of an epoch if it is not full", paper="not stated; code true"
    )
    scoring_batch_size: int = option(
        64, "samples per step of a scoring pass", min=1, max=65_536, unit="samples", paper="code: the training batch"
    )
    prediction_rule: str = option(
        "multimodal",
        "prediction that counts: the multimodal head, the sum of the modalities' logits, the sum of all heads' logits, "
        "or the mean of the modalities' probabilities",
        choices=("multimodal", "sum_unimodal", "sum_all", "mean_softmax"),
        paper="multimodal; code sum_all, CREMA-D sum_unimodal",
    )
    select_on: str = option(
        "validation",
        "split that decides which epoch's weights are kept; test is the released code's protocol and biased",
        choices=("validation", "test"),
        paper="not stated; code test",
    )
    encoders: dict = option({}, "encoder per modality, as in image=small_cnn; the kind's default if not named")
    fusion: str = option("concat", "how the modalities' features are joined; see `list fusion`", paper="code concat")
    weight_init: str = option(
        "default",
        "first weights of layers without pretrained ones: torch's own, or Xavier (linear) and Kaiming (convolution)",
        choices=("default", "xavier"),
        paper="not stated; code xavier but with pretrained encoders",
    )
    image_size: int = option(64, "side of the square images", min=16, max=1024, unit="px", paper="code 224")
    mels: int = option(40, "mel bands of a spectrogram", min=8, max=256, unit="bands", paper="code: 257 STFT bins")
    augment: float = option(
        0.3, "strength of the augmentation in training; in scoring only with score_source=author", min=0.0, max=1.0
    )
    precision: str = option(
        "auto",
        "number format of the forward pass; auto is bfloat16 on a GPU that has it",
        choices=("auto", "float32", "bfloat16"),
    )
    workers: int = option(0, "processes that decode media; 0 decodes in the run's own process", min=0, max=256)
    seed: int = option(0, "seed of weights, order and augmentation", min=0, max=2**31 - 1, paper="code 42 or 0")
    device: str = option("auto", "auto takes a GPU if there is one", choices=("auto", "cpu", "cuda"))

    def build_scheduler(self) -> Any:
        """The scheduler with its options."""
        return build("schedulers", self.scheduler, **self.scheduler_options)

    def build_measurer(self) -> Measurer:
        """What makes scores of predictions, with its options."""
        return build_measurer(self.measure)

    def as_dict(self) -> dict[str, Any]:
        """All options, for run.json."""
        return dataclasses.asdict(self)


def training_options(given: dict[str, Any]) -> TrainingOptions:
    """Check the given options over those of their preset, and fill in the rest.

    Raises:
        ConfigError: unknown option, method or value, or options that do not go together; the message says what is
            possible.
    """
    defaults = TrainingOptions()
    asked = over_preset(given.get("preset", defaults.preset), given.get("scheduler", defaults.scheduler), given)
    options = TrainingOptions(**checked_options(TrainingOptions, asked, "A training run"))
    if options.fusion not in members("fusion"):
        raise ConfigError(f"There is no fusion {options.fusion!r}; there are {', '.join(members('fusion'))}.")
    measure = options.build_measurer().as_dict()
    options = _with_scheduler(dataclasses.replace(options, measure=measure), inherits="evaluate_every" in asked)
    check_together(options)
    return options


def _with_scheduler(options: TrainingOptions, inherits: bool) -> TrainingOptions:
    """All options of the scheduler written out; a scheduler with an E of its own decides, or ``inherits`` the run's."""
    scheduler = options.build_scheduler()
    if inherits and hasattr(scheduler, "evaluate_every"):
        own = {"evaluate_every": options.evaluate_every, **options.scheduler_options}
        scheduler = build("schedulers", options.scheduler, **own)
    every = getattr(scheduler, "evaluate_every", options.evaluate_every)
    return dataclasses.replace(options, evaluate_every=every, scheduler_options=dataclasses.asdict(scheduler))
