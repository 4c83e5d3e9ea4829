"""Everything a training run can be told, in one dataclass that the command line, the Train page and run.json share."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from bss_core.config import checked_options, option
from bss_core.errors import ConfigError
from bss_core.registry import build, members

__all__ = ["PRESETS", "TrainingOptions", "training_options"]

# What a preset sets beyond the defaults; the defaults are the paper's formulas.
PRESETS: dict[str, dict[str, Any]] = {"paper": {}}


@dataclass(frozen=True)
class TrainingOptions:
    """The options of one run; the paper's values are for 120 epochs on a GPU, the defaults for a short run on a CPU."""

    data: str = option("assets/stamps", "folder of the data set (with manifest.parquet)")
    scheduler: str = option("learned", "how samples are ordered or drawn; see `list schedulers`")
    scheduler_options: dict = option({}, "options of the scheduler")
    preset: str = option("paper", "named set of formulas and values", choices=tuple(PRESETS))
    epochs: int = option(12, "length of the run", min=1, max=100_000, unit="epochs", paper="120")
    batch_size: int = option(8, "samples per step", min=2, max=65_536, unit="samples", paper="32; NVGesture 2")
    learning_rate: float = option(0.002, "step size at the start", above=0.0, max=10.0, paper="0.01 with SGD")
    optimizer: str = option("adamw", "how the weights move", choices=("adamw", "sgd"), paper="sgd, momentum 0.9")
    weight_decay: float = option(0.0001, "pull of the weights towards zero", min=0.0, max=1.0, paper="0.0001")
    lr_schedule: str = option(
        "cosine",
        "step size over the epochs: constant, cosine to zero, or a tenth at 7/12 of the run",
        choices=("constant", "cosine", "step"),
        paper="step: a tenth after 70 of 120 epochs",
    )
    alpha: float = option(
        0.5, "weight of the unimodal losses in the objective, α", min=0.0, max=1.0, paper="0.9 on CREMA-D"
    )
    evaluate_every: int = option(
        1, "epochs between two scorings of the training set, E", min=1, unit="epochs", paper="code 1"
    )
    encoders: dict = option({}, "encoder per modality, as in image=small_cnn; the kind's default if not named")
    fusion: str = option("concat", "how the modalities' features are joined; see `list fusion`", paper="concat")
    image_size: int = option(64, "side of the square images", min=16, max=1024, unit="px", paper="224")
    mels: int = option(40, "mel bands of a spectrogram", min=8, max=256, unit="bands", paper="none; 257 STFT bins")
    augment: float = option(0.3, "strength of the augmentation in training, never in scoring", min=0.0, max=1.0)
    precision: str = option(
        "auto",
        "number format of the forward pass; auto is bfloat16 on a GPU that has it",
        choices=("auto", "float32", "bfloat16"),
    )
    workers: int = option(0, "processes that decode media; 0 decodes in the run's own process", min=0, max=256)
    seed: int = option(0, "seed of weights, order and augmentation", min=0, max=2**31 - 1, paper="42 or 0")
    device: str = option("auto", "auto takes a GPU if there is one", choices=("auto", "cpu", "cuda"))

    def build_scheduler(self) -> Any:
        """The scheduler with its options."""
        return build("schedulers", self.scheduler, **self.scheduler_options)

    def as_dict(self) -> dict[str, Any]:
        """All options, for run.json."""
        return dataclasses.asdict(self)


def training_options(given: dict[str, Any]) -> TrainingOptions:
    """Check the given options, the preset's first, and fill in the rest.

    Raises:
        ConfigError: unknown option, method or value; the message lists what is valid.
    """
    preset = given.get("preset", "paper")
    if preset not in PRESETS:
        raise ConfigError(f"There is no preset {preset!r}; there are {', '.join(PRESETS)}.")
    asked = {**PRESETS[preset], **given}
    options = TrainingOptions(**checked_options(TrainingOptions, asked, "A training run"))
    if options.fusion not in members("fusion"):
        raise ConfigError(f"There is no fusion {options.fusion!r}; there are {', '.join(members('fusion'))}.")
    scheduler = options.build_scheduler()
    if "evaluate_every" in asked and hasattr(scheduler, "evaluate_every"):  # its own option, if given, decides
        inherited = {"evaluate_every": options.evaluate_every, **options.scheduler_options}
        scheduler = build("schedulers", options.scheduler, **inherited)
    every = getattr(scheduler, "evaluate_every", options.evaluate_every)
    known = {name: getattr(scheduler, name) for name in (field.name for field in dataclasses.fields(scheduler))}
    return dataclasses.replace(options, evaluate_every=every, scheduler_options=known)
