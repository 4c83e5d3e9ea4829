"""Training and scoring samples per second on stamps, each beside a bare torch loop over the same batches."""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch

from bss_core.engine.data import MediaDataset, loader
from bss_core.engine.inputs import InputConfig
from bss_core.engine.model import build_model
from bss_core.engine.objective import objective
from bss_core.engine.scoring import predict
from bss_core.engine.trainer import Trainer
from bss_core.evaluations import Evaluation, write_evaluation
from bss_core.manifest import read_manifest
from bss_core.runs import create_run
from bss_core.scores import measure
from bss_core.training_options import training_options

DATA = Path(__file__).parents[2] / "assets" / "stamps"
ROUNDS = 5


def rows() -> list[tuple[str, str, str]]:
    """(what, figure, compared with) for the table."""
    with tempfile.TemporaryDirectory() as folder:
        trainer = _trainer(Path(folder) / "run")
        trainer.evaluate()  # fills caches, gives the sampler its scores
        train = _paired(lambda: trainer._train_epoch(), lambda: _bare_epoch(trainer))
        score = _paired(lambda: _score(trainer), lambda: _bare_forward(trainer))
    count = len(trainer.train)
    return [
        (
            "training epoch with validation and checkpoints",
            f"{count / train[0]:.0f} samples/s",
            _ratio(train, "bare loop"),
        ),
        ("scoring pass with score table", f"{count / score[0]:.0f} samples/s", _ratio(score, "bare forward")),
        ("samples in an epoch; threads of torch", f"{count}; {torch.get_num_threads()}", ""),
    ]


def _trainer(folder: Path) -> Trainer:
    options = training_options({"data": str(DATA), "epochs": 1000, "device": "cpu"})
    manifest = read_manifest(DATA)
    sets = [MediaDataset(manifest.split(name), manifest.info, InputConfig()) for name in ("train", "validation")]
    for data in sets:
        data.scan()
    model = build_model(manifest.info, shapes=sets[0].shapes)
    return Trainer(create_run(folder, options.as_dict(), manifest.info), options, model, *sets)


def _bare_epoch(trainer: Trainer) -> None:
    """The least any loop must do: batches in a fixed order, forward, loss, backward, step."""
    trainer.model.train()
    for batch in loader(trainer.train, trainer.options.batch_size, range(len(trainer.train))):
        trainer.optimiser.zero_grad(set_to_none=True)
        loss = objective(trainer.model(batch.inputs).logits, batch.labels, trainer.options.alpha)
        loss.backward()
        trainer.optimiser.step()


def _score(trainer: Trainer) -> None:
    predictions = predict(trainer.model, trainer.train, trainer.device, batch_size=trainer.options.scoring_batch_size)
    scores = measure(predictions)
    about = Evaluation(0, 0)
    write_evaluation(trainer.run.folder, about, predictions, scores, scores.balance_score, scores.balance_score)


@torch.inference_mode()
def _bare_forward(trainer: Trainer) -> None:
    trainer.model.eval()
    for batch in loader(trainer.train, trainer.options.scoring_batch_size):
        trainer.model(batch.inputs)


def _paired(ours: Callable[[], None], bare: Callable[[], None]) -> tuple[float, float]:
    """Median seconds of both, run in turn; the machine's drift then hits both alike."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for seconds, work in zip(times, (ours, bare), strict=True):
            start = time.perf_counter()
            work()
            seconds.append(time.perf_counter() - start)
    return statistics.median(times[0]), statistics.median(times[1])


def _ratio(pair: tuple[float, float], what: str) -> str:
    return f"{pair[1] / pair[0]:.2f} of a {what}"
