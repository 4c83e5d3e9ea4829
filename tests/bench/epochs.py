"""What the score costs: seconds of whole epochs on stamps, beside random order without scoring, measured in turn.

An epoch is what the run waits for: the evaluation before it if there is one, the steps, validation, checkpoints and
files. Pictures have 32 pixels; the rest are the defaults, but for the batch.
"""

import statistics
import tempfile
import time
from pathlib import Path

from bss_core.engine.data import MediaDataset
from bss_core.engine.device import seed_everything
from bss_core.engine.inputs import InputConfig
from bss_core.engine.model import build_model
from bss_core.engine.trainer import Trainer
from bss_core.manifest import Manifest, read_manifest
from bss_core.runs import create_run
from bss_core.training_options import training_options

DATA = Path(__file__).parents[2] / "assets" / "stamps"
ROUNDS = 7
BATCHES = (8, 32)
ARMS = {
    "random order": {"scheduler": "random_order", "evaluate_every": 1000},
    "BSS-L, E = 1": {"scheduler": "learned"},
    "BSS-L, E = 1, training_pass": {"scheduler": "learned", "score_source": "training_pass"},
    "BSS-L, E = 1, author": {"scheduler": "learned", "score_source": "author"},
}


def rows() -> list[tuple[str, str, str]]:
    """(what, figure, compared with) for the table."""
    manifest = read_manifest(DATA)
    config = InputConfig(image_size=32)
    sets = [MediaDataset(manifest.split(name), manifest.info, config) for name in ("train", "validation")]
    for data in sets:
        data.scan()
    return [row for batch in BATCHES for row in _arms(manifest, sets, config, batch)]


def _arms(manifest: Manifest, sets: list[MediaDataset], config: InputConfig, batch: int) -> list[tuple[str, str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        trainers = {
            name: _trainer(Path(folder) / str(number), manifest, sets, config, batch, given)
            for number, (name, given) in enumerate(ARMS.items())
        }
        for trainer in trainers.values():
            _epoch(trainer)  # fills caches; the first epoch of a training pass is another one
        times: dict[str, list[float]] = {name: [] for name in ARMS}
        for _ in range(ROUNDS):
            for name, trainer in trainers.items():
                start = time.perf_counter()
                _epoch(trainer)
                times[name].append(time.perf_counter() - start)
    # the ratio of neighbours in time, because the machine drifts
    bare = times["random order"]
    ratios = {name: statistics.median(a / b for a, b in zip(found, bare, strict=True)) for name, found in times.items()}
    return [
        (
            f"epoch of {len(sets[0])} samples, batch {batch}, {name}",
            f"{statistics.median(found):.2f} s",
            f"{ratios[name]:.2f} × random order",
        )
        for name, found in times.items()
    ]


def _trainer(
    folder: Path, manifest: Manifest, sets: list[MediaDataset], config: InputConfig, batch: int, given: dict
) -> Trainer:
    asked = {"data": str(DATA), "epochs": 1000, "device": "cpu", "image_size": 32, "batch_size": batch, **given}
    options = training_options(asked)
    seed_everything(0)
    model = build_model(manifest.info, shapes=sets[0].shapes, input_config=config)
    trainer = Trainer(create_run(folder, options.as_dict(), manifest.info), options, model, *sets)
    trainer.sampler.set_scores(trainer.evaluator.standing_scores(0, len(sets[0])))
    return trainer


def _epoch(trainer: Trainer) -> None:
    if trainer.evaluator.is_due(trainer.epoch):
        trainer.evaluate()
    trainer._train_epoch()
