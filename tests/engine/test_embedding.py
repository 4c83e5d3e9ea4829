"""Features of a checkpoint against the model itself, and the command from a run folder to a map."""

import numpy as np
import pandas as pd
import pytest
import torch

from bss_core import jobs
from bss_core.engine.checkpoints import load_model
from bss_core.engine.embedding import checkpoint_features
from bss_core.errors import Cancelled, CheckpointError
from bss_core.job_state import JobState
from bss_core.maps.requests import checked_request, current_map, map_path
from tests.command_lines import failing, text_of
from tests.conftest import tiny_manifest
from tests.engine.small_runs import changed, data_set, trained


@pytest.fixture(scope="module")
def run(shared_tiny_data, tmp_path_factory):
    """A finished run of one epoch; tests add maps and leave the rest alone."""
    return trained(tmp_path_factory.mktemp("runs") / "mine", shared_tiny_data, epochs=1)


def ignore(*_):
    """Take no notice of the progress."""


@pytest.mark.parametrize("of", ["multimodal", "image", "caption"])
def test_features_are_those_that_the_head_reads(run, shared_tiny_data, of):
    model, _ = load_model(run.folder / "checkpoints" / "best.safetensors")
    data = data_set(shared_tiny_data)
    with torch.no_grad():
        outputs = model(data.__getitems__(list(range(len(data)))).inputs)
    expected = outputs.fused if of == "multimodal" else outputs.features[of]
    found = checkpoint_features(run, "best", "train", of, "cpu", ignore)
    assert found.sample_ids.tolist() == list(data.sample_ids)
    assert found.values.dtype == np.float32
    assert found.values == pytest.approx(expected.numpy(), abs=1e-5)
    assert (found.skipped, found.device) == ({}, "cpu")


def test_progress_is_told_and_can_end_the_work(run):
    seen = []
    checkpoint_features(run, "last", "test", "image", "cpu", lambda *words: seen.append(words))
    assert seen[8] == ("reading media", 9, 9)
    assert seen[-1] == ("computing features", 9, 9)

    def stop(phase, done, total):
        raise Cancelled

    with pytest.raises(Cancelled):
        checkpoint_features(run, "last", "test", "image", "cpu", stop)


def test_a_sample_that_cannot_be_decoded_has_no_point(tiny_data, tmp_path):
    run = trained(tmp_path / "run", tiny_data, epochs=1)
    changed(tiny_data, "tiny-00", image=b"no picture")
    found = checkpoint_features(run, "best", "all", "multimodal", "cpu", ignore)
    assert list(found.skipped) == ["tiny-00"]
    assert "tiny-00" not in found.sample_ids
    assert len(found.values) == len(tiny_manifest().rows) - 1


def test_no_such_checkpoint(run):
    with pytest.raises(CheckpointError, match=r"There is no checkpoint .*other\.safetensors"):
        checkpoint_features(run, "other", "train", "image", "cpu", ignore)


class TestCommand:
    def test_a_map_is_made_once(self, run, capsys):
        words = ["embed", "--run", str(run.folder), "--device", "cpu"]
        assert "best-train-multimodal-pca.parquet: 18 samples, vectors of" in text_of(capsys, words)
        written = map_path(run, checked_request(run)).stat().st_mtime_ns
        assert text_of(capsys, words).endswith("best-train-multimodal-pca.parquet: there already\n")
        assert map_path(run, checked_request(run)).stat().st_mtime_ns == written
        assert current_map(run, checked_request(run)).variance
        found = jobs.embedding_jobs(run)[-1].read()
        assert (found["status"], found["samples"], found["used_device"]) == ("finished", 18, "cpu")

    def test_of_another_split_and_of_stored_predictions(self, run, capsys):
        words = ["embed", "--run", str(run.folder), "--of", "audio", "--split", "test", "--checkpoint", "last"]
        assert "last-test-audio-pca.parquet: 9 samples" in text_of(capsys, [*words, "--device", "cpu"])
        said = text_of(capsys, ["embed", "--run", str(run.folder), "--of", "probabilities"])
        assert "evaluation=001-train-probabilities-pca.parquet: 18 samples, vectors of 12 numbers" in said
        table = pd.read_parquet(run.folder / "maps" / "evaluation=001-train-probabilities-pca.parquet")
        assert len(table) == 18

    def test_a_map_is_made_anew_for_other_weights(self, run, capsys, monkeypatch):
        words = ["embed", "--run", str(run.folder), "--of", "caption", "--device", "cpu"]
        text_of(capsys, words)
        request = checked_request(run, "caption")
        monkeypatch.setattr("bss_core.maps.requests._epoch", lambda path: 99)
        assert current_map(run, request) is None
        assert "18 samples" in text_of(capsys, words)
        assert current_map(run, request).origin["epoch"] == 99

    def test_a_reserved_job_goes_on_in_its_folder(self, run, capsys):
        state = jobs.new_embedding_job(run, checked_request(run, "image"), "cpu")
        words = ["embed", "--run", str(run.folder), "--of", "image", "--device", "cpu", "--queue"]
        text_of(capsys, [*words, "--job", state.path.parent.name])
        assert state.read()["status"] == "finished"
        assert state.progress() == {"phase": "writing", "done": 18, "total": 18}

    def test_a_job_that_was_told_to_stop_writes_nothing(self, run, monkeypatch):
        from bss_core.__main__ import main

        monkeypatch.setattr(JobState, "is_stopping", True)
        assert main(["embed", "--run", str(run.folder), "--checkpoint", "last", "--device", "cpu"]) == 130
        assert jobs.embedding_jobs(run)[0].read()["status"] == "cancelled"
        assert not map_path(run, checked_request(run, checkpoint="last")).exists()

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["--of", "smell"], "There is no map of 'smell'; mine has multimodal, audio, caption, image and"),
            (["--checkpoint", "third"], "mine has no checkpoint 'third'; it has best, last."),
            (["--method", "umap"], "UMAP needs the package umap-learn, which is not installed; install it with: pip"),
        ],
    )
    def test_bad_input_is_one_sentence_and_no_job(self, run, capsys, monkeypatch, words, said):
        monkeypatch.setattr("bss_core.maps.requests.has_umap", lambda: False)
        before = len(jobs.embedding_jobs(run))
        assert failing(capsys, ["embed", "--run", str(run.folder), *words]).startswith(said)
        assert len(jobs.embedding_jobs(run)) == before
