"""Training on data that are broken, empty, changed, gone or beyond what a model can learn."""

import numpy as np
import pyarrow.parquet as pq
import pytest

from bss_core.errors import ManifestError, MediaError, RunError
from bss_core.manifest import read_manifest, write_manifest
from tests.engine.small_runs import (
    changed,
    new_run,
    tables,
    train_as_job,
    trained,
)


def test_broken_media_are_listed_skipped_and_not_fatal(tmp_path, tiny_data):
    changed(tiny_data, "tiny-00", image=b"not a picture")
    changed(tiny_data, "tiny-13", audio=b"not a sound")
    changed(tiny_data, "tiny-06", image=b"")
    run, options = new_run(tmp_path / "run", tiny_data, epochs=1)
    train_as_job(run, options)
    assert run.status == "finished"
    details = run.details()
    assert list(details["skipped"]) == ["tiny-00", "tiny-13", "tiny-06"]
    assert details["skipped"]["tiny-00"].startswith("tiny-00, image: ")
    assert details["skipped"]["tiny-13"].startswith("tiny-13, audio: ")
    assert details["samples"] == {"train": 16, "validation": 8, "test": 9}
    ids = tables(run)["evaluation=000.parquet"]["sample_id"].to_pylist()
    assert len(ids) == 16
    assert not {"tiny-00", "tiny-13"} & set(ids)


def test_nothing_decodable_is_one_sentence(tmp_path, tiny_data):
    manifest = read_manifest(tiny_data)
    manifest.rows["image"] = [b"x"] * 36
    write_manifest(tiny_data, manifest)
    run, options = new_run(tmp_path / "run", tiny_data)
    with pytest.raises(MediaError, match="None of the 18 samples of 'tiny' can be decoded"):
        train_as_job(run, options)
    assert run.status == "failed"
    assert "None of the 18 samples" in run.error


@pytest.mark.parametrize("split", ["train", "validation"])
def test_an_empty_split_names_those_that_have_samples(tmp_path, tiny_data, split):
    manifest = read_manifest(tiny_data)
    manifest.rows["split"] = manifest.rows["split"].replace(split, "test")
    write_manifest(tiny_data, manifest)
    run, options = new_run(tmp_path / "run", tiny_data)
    with pytest.raises(ManifestError, match=f"The split '{split}' of 'tiny' is empty; samples are in .*test .[0-9]+"):
        train_as_job(run, options)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([1] * 36, "have one label; .* at least two"),
        ([7] + [0, 1] * 17 + [2], "'tiny-00' has label 7; 'tiny' has 3"),
    ],
)
def test_labels_that_cannot_be_learned(tmp_path, tiny_data, labels, message):
    run, options = new_run(tmp_path / "run", tiny_data)
    path = tiny_data / "manifest.parquet"
    # the file's metadata stay as they were, as after a change by another program
    table = pq.read_table(path)
    table = table.set_column(table.column_names.index("label"), "label", [labels])
    pq.write_table(table, path)
    with pytest.raises(ManifestError, match=message):
        train_as_job(run, options)
    assert run.status == "failed"


def test_one_class_in_the_training_split_is_trained_on(tmp_path, tiny_data):
    manifest = read_manifest(tiny_data)
    manifest.rows.loc[manifest.rows["split"] == "train", "label"] = 1
    write_manifest(tiny_data, manifest)
    run = trained(tmp_path / "run", tiny_data, epochs=1)
    assert set(tables(run)["evaluation=001.parquet"]["label"].to_pylist()) == {1}


@pytest.mark.parametrize("scheduler", ["heuristic", "learned"])
def test_a_training_split_of_one_sample_is_trained_on(tmp_path, tiny_data, scheduler):
    manifest = read_manifest(tiny_data)
    rows = manifest.rows.index[manifest.rows["split"] == "train"]
    manifest.rows.loc[rows[1:], "split"] = "test"
    write_manifest(tiny_data, manifest)
    run = trained(tmp_path / "run", tiny_data, scheduler=scheduler)
    table = tables(run)["evaluation=000.parquet"]
    found = {name: table[name].to_pylist() for name in ("balance_score", "smoothed_score", "sampling_probability")}
    assert found == {"balance_score": [0.0], "smoothed_score": [0.0], "sampling_probability": [1.0]}
    assert [event["samples"] for event in run.events()] == [1, 1]


def test_data_that_are_gone_are_named(tmp_path, tiny_data):
    run, options = new_run(tmp_path / "run", tiny_data)
    (tiny_data / "manifest.parquet").unlink()
    with pytest.raises(ManifestError, match="There is no data set in .*tiny: manifest.parquet was expected"):
        train_as_job(run, options)


def test_training_that_diverges_names_sample_and_head_and_is_recorded(tmp_path, tiny_data):
    run, options = new_run(tmp_path / "run", tiny_data, optimizer="sgd", learning_rate=10.0, epochs=30, alpha=1.0)
    with pytest.raises(RunError, match=r"The head '\w+' gives no finite prediction for \d+ of \d+ samples, first 'tin"):
        train_as_job(run, options)
    assert run.status == "failed"
    assert "gives no finite prediction" in run.error
    assert run.evaluations()  # what was good stays
    assert all(np.isfinite(table["balance_score"].to_numpy()).all() for table in tables(run).values())
