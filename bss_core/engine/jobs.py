"""The two jobs of the engine, from a run folder to its results: train a run, score a split with a checkpoint."""

import dataclasses
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import torch

from bss_core.engine.checkpoints import load_model
from bss_core.engine.data import MediaDataset
from bss_core.engine.device import choose_device, choose_precision, seed_everything
from bss_core.engine.initialisation import initialise
from bss_core.engine.inputs import InputConfig
from bss_core.engine.model import LateFusion, build_model
from bss_core.engine.scoring import predict
from bss_core.engine.trainer import Trainer
from bss_core.errors import CheckpointError, RunError
from bss_core.evaluations import Evaluation, write_evaluation
from bss_core.initial_scores import aligned_scores, read_initial_scores
from bss_core.job_state import JobState
from bss_core.manifest import Manifest, read_manifest
from bss_core.measurer import build_measurer
from bss_core.metrics import metrics, modality_gap
from bss_core.runs import Run
from bss_core.training_options import TrainingOptions, warnings_of

__all__ = ["check_fits", "read_data_sets", "score_checkpoint", "train_run"]

_log = logging.getLogger(__name__)
_PAUSE = 0.2  # seconds between two progress files


def read_data_sets(
    run: Run, manifest: Manifest, config: InputConfig, report: Callable[[str, int, float], None]
) -> dict[str, MediaDataset]:
    """The splits, decoded once; broken samples are left out and listed in ``run.json`` and the log."""
    names = ["train", "validation", *(["test"] if (manifest.rows["split"] == "test").any() else [])]
    sets, skipped = {}, {}
    for name in names:
        sets[name] = MediaDataset(manifest.split(name), manifest.info, config)
        found = sets[name].scan(lambda done, total, name=name: report(f"reading {name} media", 0, done / total))
        skipped |= found
    for sample_id, reason in skipped.items():
        _log.warning("skipped sample %s: %s", sample_id, reason)
    run.state.update(skipped=skipped)
    return sets


def train_run(
    run: Run,
    options: TrainingOptions,
    tell: Callable[[str, float, float], None],
    read_data: Callable[..., dict[str, MediaDataset]] = read_data_sets,
) -> None:
    """Train a run, or continue it, and write its results into ``run.json``.

    Args:
        tell: called with (phase, epochs done, epochs in all), for a progress bar.
        read_data: gives the data sets by split, as :func:`read_data_sets` does; to keep them over several runs.

    Raises:
        BSSError: anything the user can mend.
        Cancelled: somebody asked the job to stop.
    """
    seed_everything(options.seed)
    report = _reporter(run.state, options.epochs, tell)
    manifest = _unchanged_manifest(run)
    outside = _initial_scores(run, options, manifest)  # before the media are read, which may take long
    config = InputConfig(image_size=options.image_size, mels=options.mels, augment=options.augment)
    sets = read_data(run, manifest, config, report)
    for warning in warnings_of(options, len(sets["train"])):
        _log.warning("%s", warning)
    model = build_model(
        manifest.info,
        encoders=options.encoders,
        fusion=options.fusion,
        input_config=config,
        shapes=sets["train"].shapes,
    )
    initialise(model, options.weight_init)
    initial = None if outside is None else aligned_scores(outside, sets["train"].sample_ids)
    trainer = Trainer(
        run, options, model, sets["train"], sets["validation"],
        report=report, test=sets.get("test"), initial_scores=initial,
    )  # fmt: skip
    run.state.update(
        device=_device_name(trainer.device), threads=torch.get_num_threads(), precision=str(trainer.precision),
        samples={name: len(data) for name, data in sets.items()},
    )  # fmt: skip
    _log.info("training on %s with %d threads", _device_name(trainer.device), torch.get_num_threads())
    trainer.resume()
    trainer.fit()
    # finished before the way back goes: a kill between the two must not make the run start anew
    run.state.update(results=_results(run, sets, trainer), status="finished")
    (run.folder / "checkpoints" / "resume.pt").unlink(missing_ok=True)


def _unchanged_manifest(run: Run) -> Manifest:
    """The run's data set; its scores are those of these samples and no others."""
    manifest = read_manifest(run.data)
    if manifest.info.content_hash != run.details()["data"]["content_hash"]:
        raise RunError(f"The data set in {run.data} has changed since {run.id} was started; start a new run.")
    return manifest


def _initial_scores(run: Run, options: TrainingOptions, manifest: Manifest) -> pd.Series | None:
    """Scores from outside, unless the run goes on so late that its first evaluation is not made again."""
    if not options.initial_scores or len(run.events()) > 2:
        return None
    return read_initial_scores(Path(options.initial_scores), manifest.info.content_hash)


def _reporter(
    state: JobState, total: int, tell: Callable[[str, float, float], None]
) -> Callable[[str, int, float], None]:
    """A callback for the trainer that writes ``progress.json`` now and then and obeys a request to stop."""
    latest = [0.0, ""]

    def report(phase: str, epoch: int, part: float) -> None:
        state.check_cancel()
        done = epoch + part if phase == "training" else epoch
        tell(phase, done, total)
        if time.monotonic() - latest[0] >= _PAUSE or phase != latest[1]:
            state.report(phase, done, total, part=part)
            latest[:] = time.monotonic(), phase

    return report


def _results(run: Run, sets: dict[str, MediaDataset], trainer: Trainer) -> dict[str, Any]:
    """Metrics of the checkpoint that was best; unless it selected, the test split is looked at only here."""
    model, about = load_model(run.folder / "checkpoints" / "best.safetensors")
    model.to(trainer.device)
    options = trainer.options
    found = {
        name: metrics(predict(model, data, trainer.device, trainer.precision, options.scoring_batch_size))
        for name, data in sets.items()
        if name != "train"
    }
    for name, heads in found.items():
        accuracy = heads[options.prediction_rule]["accuracy"]
        _log.info("%s, best checkpoint (epoch %d): accuracy %.3f", name, about["epoch"], accuracy)
    return {
        "checkpoint": "best",
        "epoch": about["epoch"],
        "selected_on": f"{options.select_on} MAP",
        "rule": options.prediction_rule,
        "modality_gap": {name: modality_gap(heads, list(model.modalities)) for name, heads in found.items()},
        **found,
    }


def _device_name(device: torch.device) -> str:
    return torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu"


def score_checkpoint(
    run: Run,
    number: int,
    checkpoint: str,
    split: str,
    device_name: str,
    state: JobState,
    tell: Callable[[str, float, float], None],
) -> Path:
    """Score a split (or ``all``) with a checkpoint as evaluation ``number`` of the run; returns the score table's path.

    Raises:
        CheckpointError: no such checkpoint, or it was trained on other classes or modalities (by name, kind, rate or
            length).
    """
    device = choose_device(device_name)
    model, about = load_model(run.folder / "checkpoints" / f"{checkpoint}.safetensors")
    manifest = read_manifest(run.data)
    check_fits(model, manifest, checkpoint)
    data = MediaDataset(manifest.split(split), manifest.info, InputConfig(**model.architecture["inputs"]))
    skipped = data.scan(lambda done, total: _step(state, tell, "reading media", done, total))
    measurer = build_measurer(run.options.get("measure", {}))  # runs of earlier versions name none: the paper's
    predictions = predict(
        model.to(device), data, device, choose_precision("auto", device),
        progress=lambda done, total: _step(state, tell, "scoring", done, total), measurer=measurer,
    )  # fmt: skip
    scores = measurer(predictions)
    unknown = torch.full((len(predictions),), torch.nan).numpy()  # no scheduler draws from this evaluation
    evaluation = Evaluation(number, about["epoch"], "scoring", split, checkpoint, measure=measurer.as_dict())
    path = write_evaluation(run.folder, evaluation, predictions, scores, scores.balance_score, unknown)
    state.update(evaluation=number, samples=len(predictions), skipped=skipped, device=_device_name(device))
    return path


def _step(state: JobState, tell: Callable[[str, float, float], None], phase: str, done: int, total: int) -> None:
    state.check_cancel()
    tell(phase, done, total)
    if done == total or done % 64 == 0:
        state.report(phase, done, total)


def check_fits(model: LateFusion, manifest: Manifest, checkpoint: str) -> None:
    """Raise a CheckpointError if the model was trained on other classes or modalities than the data set has."""
    trained, info = model.architecture, manifest.info
    modalities = {name: dataclasses.asdict(modality) for name, modality in info.modalities.items()}
    if (trained["classes"], trained["modalities"]) != (len(info.classes), modalities):
        raise CheckpointError(
            f"The checkpoint {checkpoint!r} was trained on {trained['classes']} classes and the modalities "
            f"{_listed(trained['modalities'])}; the data set has {len(info.classes)} classes and "
            f"{_listed(modalities)}."
        )


def _listed(modalities: dict[str, dict[str, Any]]) -> str:
    """``audio (audio, 8000 Hz, 0.5 s), image (image)``."""
    return ", ".join(
        f"{name} ({facts['kind']}"
        + (f", {facts['sample_rate']} Hz, {facts['seconds']:g} s)" if facts["kind"] == "audio" else ")")
        for name, facts in sorted(modalities.items())
    )
