"""What selects a run's best epoch, and what else an option changes in the loop."""

import numpy as np
import pytest
import torch

from bss_core.engine.checkpoints import load_model
from bss_core.engine.data import MediaDataset
from bss_core.engine.inputs import InputConfig
from bss_core.engine.jobs import train_run
from bss_core.engine.scoring import predict
from bss_core.errors import Cancelled, ConfigError
from bss_core.manifest import Manifest, read_manifest, write_manifest
from bss_core.metrics import metrics
from tests.engine.small_runs import (
    assert_same_tables,
    data_set,
    ignore,
    new_run,
    tables,
    trained,
    trainer_for,
    trainer_of,
)


def column(run, number, name):
    return tables(run)[f"evaluation={number:03d}.parquet"][name].to_numpy()


class TestSelection:
    """Which epoch is best."""

    @pytest.mark.parametrize("rule", ["multimodal", "sum_unimodal", "sum_all", "mean_softmax"])
    def test_by_the_prediction_rule(self, tmp_path, tiny_data, rule):
        run = trained(tmp_path / "run", tiny_data, epochs=4, learning_rate=0.02, prediction_rule=rule)
        precisions = [event["metrics"]["validation"][rule]["map"] for event in run.events()]
        results = run.details()["results"]
        assert results["epoch"] == 1 + int(np.argmax(precisions))
        assert (results["rule"], results["selected_on"]) == (rule, "validation MAP")
        assert results["validation"][rule]["map"] == max(precisions)
        accuracies = [results["test"][name]["accuracy"] for name in ("audio", "caption", "image")]
        assert results["modality_gap"]["test"]["accuracy"] == max(accuracies) - min(accuracies)

    def test_on_the_test_split_if_asked(self, tmp_path, tiny_data):
        given = {"epochs": 3, "learning_rate": 0.02, "select_on": "test"}
        run = trained(tmp_path / "run", tiny_data, **given)
        precisions = [event["metrics"]["test"]["multimodal"]["map"] for event in run.events()]
        results = run.details()["results"]
        assert results["selected_on"] == "test MAP"
        assert results["epoch"] == 1 + int(np.argmax(precisions))
        model, _ = load_model(run.folder / "checkpoints" / "best.safetensors")
        assert results["test"] == metrics(predict(model, data_set(tiny_data, "test"), torch.device("cpu")))

    def test_the_test_split_is_otherwise_looked_at_only_at_the_end(self, tmp_path, tiny_data):
        run = trained(tmp_path / "run", tiny_data)
        assert [set(event["metrics"]) for event in run.events()] == [{"validation"}] * 2
        assert "test" in run.details()["results"]

    def test_a_test_split_that_is_not_there_cannot_select(self, tmp_path, tiny_data):
        manifest = read_manifest(tiny_data)
        rows = manifest.rows[manifest.rows["split"] != "test"].reset_index(drop=True)
        write_manifest(tiny_data, Manifest(manifest.info, rows))
        run, options = new_run(tmp_path / "run", tiny_data, select_on="test")
        with pytest.raises(ConfigError, match="this data set has no test split; use validation"):
            train_run(run, options, ignore)


def test_first_weights_are_drawn_as_asked_and_warnings_are_logged(tmp_path, tiny_data, caplog):
    given = {"epochs": 1, "evaluate_every": 9, "scheduler": "random_order"}
    default = trained(tmp_path / "default", tiny_data, **given)
    xavier = trained(tmp_path / "xavier", tiny_data, **given, weight_init="xavier", select_on="test")
    assert (column(default, 0, "balance_score") != column(xavier, 0, "balance_score")).any()
    assert "biased" in caplog.text


def test_an_epoch_says_how_evenly_it_drew(tmp_path, tiny_data):
    run = trained(tmp_path / "run", tiny_data, scheduler="random_order", epochs=1)
    schedule = run.events()[0]["schedule"]
    assert schedule == pytest.approx(
        {"share": 1, "size": 18, "effective_sample_size": 18, "entropy": np.log(18), "coverage": 1}
    )


@pytest.mark.parametrize("source", ["evaluation_pass", "training_pass"])
def test_features_of_different_lengths_are_refused_at_once(tmp_path, tiny_data, source):
    measure = {"similarity": "feature_similarity"}
    with pytest.raises(ConfigError, match="theirs are audio 16, caption 8, image 16"):
        trainer_for(tmp_path / "run", tiny_data, measure=measure, score_source=source)


@pytest.mark.parametrize("source", ["evaluation_pass", "training_pass"])
def test_processes_that_decode_change_no_bit(tmp_path, tiny_data, source):
    given = {"score_source": source, "augment": 0.5, "epochs": 3}
    alone = trainer_for(tmp_path / "alone", tiny_data, **given)
    alone.fit()
    first = trainer_for(tmp_path / "helped", tiny_data, **given, workers=1)
    first.train = uncached(tiny_data)

    def report(phase, epoch, part):
        if epoch == 2 and phase == "training":
            raise Cancelled

    first.report = report
    with pytest.raises(Cancelled):
        first.fit()
    again = trainer_of(first.run, tiny_data)  # with new processes
    again.train = uncached(tiny_data)
    assert again.resume()
    again.fit()
    assert_same_tables(again.run, alone.run)


def uncached(data):
    manifest = read_manifest(data)
    config = InputConfig(image_size=16, mels=16, augment=0.5)
    return MediaDataset(manifest.split("train"), manifest.info, config, cache_bytes=1)
