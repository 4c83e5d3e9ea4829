"""Training and scoring jobs from run folder to results."""

import numpy as np
import pandas as pd
import pytest
import torch

from bss_core import jobs
from bss_core.engine import jobs as engine_jobs
from bss_core.engine.checkpoints import load_model, save_model
from bss_core.engine.jobs import score_checkpoint
from bss_core.engine.scoring import predict
from bss_core.errors import Cancelled, CheckpointError, ConfigError, ManifestError, RunError
from bss_core.evaluations import predictions_path, scores_path
from bss_core.job_state import running
from bss_core.manifest import Info, Manifest, Modality, read_manifest, write_manifest
from bss_core.metrics import metrics
from bss_core.predictions import read_predictions
from bss_core.runs import open_run
from tests.conftest import tiny_manifest
from tests.engine.small_runs import changed, data_set, ignore, new_run, tables, train_as_job, trained


@pytest.fixture(scope="module")
def run(shared_tiny_data, tmp_path_factory):
    """A finished run of two epochs; tests that score it add evaluations and leave the rest alone."""
    return trained(tmp_path_factory.mktemp("runs") / "mine", shared_tiny_data, learning_rate=0.02)


class TestTraining:
    def test_results_are_those_of_the_best_checkpoint(self, run, shared_tiny_data):
        results = run.details()["results"]
        model, about = load_model(run.folder / "checkpoints" / "best.safetensors")
        assert (results["checkpoint"], results["selected_on"]) == ("best", "validation MAP")
        assert results["rule"] == "multimodal"
        assert set(results["modality_gap"]) == {"validation", "test"}
        assert results["epoch"] == about["epoch"]
        for split in ("validation", "test"):
            expected = metrics(predict(model, data_set(shared_tiny_data, split), torch.device("cpu")))
            assert results[split] == expected

    def test_the_folder_holds_what_is_promised(self, run):
        details = run.details()
        assert details["samples"] == {"train": 18, "validation": 9, "test": 9}
        assert (details["device"], details["precision"], details["skipped"]) == ("cpu", "torch.float32", {})
        assert [event["epoch"] for event in run.events()] == [1, 2]
        assert run.checkpoints() == ["best", "last"]
        assert not (run.folder / "checkpoints" / "resume.pt").exists()
        dynamics = pd.read_parquet(run.folder / "dynamics.parquet")
        assert (len(dynamics), set(dynamics["evaluations"])) == (18, {3})

    def test_progress_ends_complete(self, tmp_path, tiny_data):
        seen = []
        run = trained(tmp_path / "run", tiny_data, lambda *words: seen.append(words), epochs=1)
        phases = list(dict.fromkeys(phase for phase, _, _ in seen))
        media = [f"reading {name} media" for name in ("train", "validation", "test")]
        assert phases == [*media, "scoring 0", "training", "validating", "scoring 1"]
        assert {total for _, _, total in seen} == {1}
        done = [so_far for phase, so_far, _ in seen if phase == "training"]
        assert done == pytest.approx([1 / 3, 2 / 3, 1])
        assert run.state.progress()["phase"] == "scoring 1"

    def test_without_a_test_split_there_are_no_test_results(self, tmp_path, tiny_data):
        manifest = read_manifest(tiny_data)
        rows = manifest.rows[manifest.rows["split"] != "test"].reset_index(drop=True)
        write_manifest(tiny_data, Manifest(manifest.info, rows))
        run = trained(tmp_path / "run", tiny_data, epochs=1)
        assert {"validation", "test"} & set(run.details()["results"]) == {"validation"}

    def test_two_modalities_and_vectors_of_numbers(self, tmp_path):
        rng = np.random.default_rng(0)
        label = np.arange(24) % 2
        rows = pd.DataFrame({"sample_id": [f"v{n}" for n in range(24)], "label": label})
        rows["split"] = ["train", "train", "validation", "test"] * 6
        for name, width in (("touch", 3), ("taste", 5)):
            rows[name] = list(rng.normal(label[:, None], 1, (24, width)))
        kinds = {"touch": Modality("features"), "taste": Modality("features")}
        write_manifest(tmp_path / "data", Manifest(Info("senses", ("no", "yes"), kinds), rows))
        run = trained(tmp_path / "run", tmp_path / "data", encoders={"touch": {"name": "mlp", "width": 4}})
        table = tables(run)["evaluation=002.parquet"]
        assert {"loss_touch", "loss_taste", "loss_multimodal"} <= set(table.column_names)
        assert np.isfinite(table["balance_score"].to_numpy()).all()


def scored(run, checkpoint="last", split="train", tell=ignore):
    state = jobs.new_scoring_job(run, checkpoint, split, "cpu")
    number = int(state.path.parent.name)
    return score_checkpoint(run, number, checkpoint, split, "cpu", state, tell), state


class TestScoring:
    def test_the_last_checkpoint_says_what_the_trainer_said_last(self, run):
        path, state = scored(run)
        number = state.read()["evaluation"]
        assert path == scores_path(run.folder, number)
        assert number > 2  # the trainer made 0, 1 and 2
        found, expected = (read_predictions(predictions_path(run.folder, which)) for which in (number, 2))
        assert found.sample_ids.tolist() == expected.sample_ids.tolist()
        for head in expected.heads:
            assert (found.probabilities[head] == expected.probabilities[head]).all()
        table, trainers = tables(run)[path.name], tables(run)["evaluation=002.parquet"]
        assert table["balance_score"].equals(trainers["balance_score"])
        assert set(table["epoch"].to_pylist()) == {2}
        assert table["sampling_probability"].to_pandas().isna().all()
        about = run.evaluations("scoring")[-1]
        assert (about.number, about.kind, about.split, about.checkpoint) == (number, "scoring", "train", "last")
        assert (about.source, about.measure) == ("evaluation_pass", run.options["measure"])

    def test_it_measures_as_the_training_did(self, tmp_path, tiny_data):
        measure = {"similarity": "none", "loss_weights": "alpha", "loss_alpha": 0.0, "normaliser": "rank"}
        run = trained(tmp_path / "run", tiny_data, measure=measure, epochs=1)
        path, _ = scored(run)
        found, expected = tables(run)[path.name], tables(run)["evaluation=001.parquet"]
        assert found["balance_score"].equals(expected["balance_score"])
        assert found["total_loss"].equals(found["loss_multimodal"])  # α = 0 counts the multimodal head alone

    def test_a_run_of_an_earlier_version_is_scored_as_the_paper_says(self, tmp_path, tiny_data):
        run = trained(tmp_path / "run", tiny_data, epochs=1)
        new = {"measure", "score_source", "scoring_batch_size", "max_steps", "select_on"}
        run.state.update(options={name: value for name, value in run.options.items() if name not in new})
        path, _ = scored(run)
        assert tables(run)[path.name]["balance_score"].equals(tables(run)["evaluation=001.parquet"]["balance_score"])

    def test_every_job_gets_a_number_of_its_own(self, run):
        numbers = [int(scored(run, "best", "test")[1].path.parent.name) for _ in range(2)]
        assert numbers[1] == numbers[0] + 1
        assert len(read_predictions(predictions_path(run.folder, numbers[0]))) == 9

    def test_all_splits_at_once(self, run):
        path, state = scored(run, split="all")
        table = tables(run)[path.name].to_pandas()
        assert len(table) == state.read()["samples"] == 36
        assert table["split"].value_counts().to_dict() == {"train": 18, "validation": 9, "test": 9}
        assert table["sample_id"].tolist() == [f"tiny-{number:02d}" for number in range(36)]

    def test_dynamics_stay_those_of_the_training(self, run):
        scored(run, split="all")
        dynamics = pd.read_parquet(run.folder / "dynamics.parquet")
        assert (len(dynamics), set(dynamics["evaluations"])) == (18, {3})

    def test_broken_media_are_listed_and_skipped(self, tmp_path, tiny_data):
        run = trained(tmp_path / "run", tiny_data, epochs=1)
        changed(tiny_data, "tiny-24", audio=b"broken")
        path, state = scored(run)
        assert list(state.read()["skipped"]) == ["tiny-24"]
        assert len(tables(run)[path.name]) == state.read()["samples"] == 17

    @pytest.mark.parametrize("checkpoint", ["first", "../run", ""])
    def test_a_checkpoint_that_is_not_there_is_refused_with_those_that_are(self, run, checkpoint):
        with pytest.raises(RunError, match=f"has no checkpoint '{checkpoint}'; it has best, last"):
            scored(run, checkpoint)

    def test_a_split_that_is_not_there_is_refused_with_those_that_are(self, run):
        with pytest.raises(ManifestError, match=r"split 'dev' of 'tiny' is empty; samples are in train \(18\)"):
            scored(run, split="dev")

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"classes": ("a", "b", "c", "d")}, "3 classes and .*; the data set has 4 classes"),
            ({"modalities": {"image": Modality("image"), "caption": Modality("text")}}, r"has 3 classes and caption"),
            (
                {"modalities": {**tiny_manifest().info.modalities, "audio": Modality("audio", 4000, 0.5)}},
                r"audio \(audio, 8000 Hz, 0.5 s\), .*; the data set .* audio \(audio, 4000 Hz, 0.5 s\)",
            ),
            (
                {"modalities": {**tiny_manifest().info.modalities, "caption": Modality("features")}},
                r"caption \(text\).* caption \(features\)",
            ),
        ],
    )
    def test_other_data_than_the_checkpoint_was_trained_on(self, tmp_path, tiny_data, change, message):
        run = trained(tmp_path / "run", tiny_data, epochs=1)
        info = tiny_manifest().info
        rows = tiny_manifest().rows
        write_manifest(tiny_data, Manifest(Info(**{**vars(info), **change}), rows))
        with pytest.raises(CheckpointError, match=message):
            scored(run)

    def test_a_diverged_checkpoint_is_refused(self, tmp_path, tiny_data):
        run = trained(tmp_path / "run", tiny_data, epochs=1)
        path = run.folder / "checkpoints" / "broken.safetensors"
        model, _ = load_model(run.folder / "checkpoints" / "last.safetensors")
        with torch.no_grad():
            model.heads["caption"].bias.fill_(torch.nan)
        save_model(path, model, 1, "")
        with pytest.raises(RunError, match="'caption' gives no finite prediction for 18 of 18 samples"):
            scored(run, "broken")
        assert run.evaluations("scoring") == []

    def test_scoring_can_be_stopped(self, tmp_path, tiny_data):
        run = trained(tmp_path / "run", tiny_data, epochs=1)
        before = tables(run)
        state = jobs.new_scoring_job(run, "last", "train", "cpu")
        jobs.cancel(state)
        with pytest.raises(Cancelled), running(state):
            score_checkpoint(run, int(state.path.parent.name), "last", "train", "cpu", state, ignore)
        assert state.status == "cancelled"
        assert tables(run) == before


def test_a_gpu_that_is_not_there_ends_the_job_before_it_trains(tmp_path, tiny_data, monkeypatch):
    monkeypatch.setattr(engine_jobs.torch.cuda, "is_available", lambda: False)
    run, options = new_run(tmp_path / "run", tiny_data, device="cuda")
    with pytest.raises(ConfigError, match="torch finds no GPU here"):
        train_as_job(run, options)
    assert open_run(run.folder).status == "failed"
