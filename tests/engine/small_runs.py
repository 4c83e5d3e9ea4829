"""Runs on the tiny data set that take a second: small networks, pictures and spectrograms, on the CPU."""

import os

import pyarrow.parquet as pq

from bss_core.engine.data import MediaDataset
from bss_core.engine.device import seed_everything
from bss_core.engine.inputs import InputConfig
from bss_core.engine.jobs import train_run
from bss_core.engine.model import build_model
from bss_core.engine.trainer import Trainer
from bss_core.job_state import running
from bss_core.manifest import read_info, read_manifest, write_manifest
from bss_core.runs import create_run
from bss_core.training_options import training_options

SMALL = {"name": "small_cnn", "width": 2}
OPTIONS = {
    "image_size": 16, "mels": 16, "batch_size": 8, "device": "cpu", "epochs": 2,
    "encoders": {"image": SMALL, "audio": SMALL, "caption": {"name": "word_bag", "vocabulary": 512, "width": 8}},
}  # fmt: skip


def new_run(folder, data, **given):
    """A run folder that nothing was done in yet, and its options."""
    options = training_options({**OPTIONS, "data": str(data), **given})
    return create_run(folder, options.as_dict(), read_info(data)), options


def ignore(phase, done, total):
    """Take no notice of the progress."""


def trained(folder, data, tell=ignore, **given):
    """A run that was trained to its end."""
    run, options = new_run(folder, data, **given)
    train_run(run, options, tell)
    return run


def data_set(data, split="train", augment=0.0):
    """One split of a data set, decoded in the small size."""
    manifest = read_manifest(data)
    return MediaDataset(manifest.split(split), manifest.info, InputConfig(image_size=16, mels=16, augment=augment))


def small_model(data, seed=0, **given):
    """The small network for a data set."""
    seed_everything(seed)
    config = InputConfig(image_size=16, mels=16, augment=given.pop("augment", 0.0))
    return build_model(read_info(data), encoders=given.pop("encoders", OPTIONS["encoders"]), input_config=config)


def trainer_for(folder, data, hooks=None, **given):
    """A trainer at the start of a new run, with the small network."""
    return trainer_of(new_run(folder, data, **given)[0], data, hooks)


def trainer_of(run, data, hooks=None, **more):
    """A trainer for a run that is there, before it resumes, with the small network."""
    options = training_options(run.options)
    model = small_model(data, options.seed, augment=options.augment)
    sets = (data_set(data), data_set(data, "validation"))
    return Trainer(run, options, model, *sets, hooks=hooks, **more)


def untimed(run):
    """The run's events without what a clock says."""
    return [{**event, "seconds": 0, "scoring_seconds": 0} for event in run.events()]


def tables(run, kind="scores"):
    """File name → table, with its metadata, of every evaluation; equal tables are equal to the last bit."""
    return {path.name: pq.read_table(path) for path in sorted((run.folder / kind).glob("*.parquet"))}


def assert_same_tables(run, other):
    """Predictions and scores of two runs agree in every bit."""
    for kind in ("scores", "predictions"):
        found, expected = tables(run, kind), tables(other, kind)
        assert list(found) == list(expected)
        assert found, "a run without evaluations proves nothing"
        for name in found:
            assert found[name].equals(expected[name], check_metadata=True), f"{kind}/{name} differs"


def train_as_job(run, options, tell=ignore):
    """Train as the command does: the run's status follows."""
    run.state.own(os.getpid())
    with running(run.state):
        train_run(run, options, tell)


def changed(folder, sample_id, **cells):
    """The tiny data set with some cells of one sample replaced."""
    manifest = read_manifest(folder)
    row = manifest.rows.index[manifest.rows["sample_id"] == sample_id][0]
    for name, cell in cells.items():
        manifest.rows.at[row, name] = cell
    return write_manifest(folder, manifest)
