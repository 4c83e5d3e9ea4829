"""The recorder: the scores are those of the arrays, whatever they lie in, and the run folder is whole."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import bss_core as bss
from bss_core.errors import ConfigError, RunError
from bss_core.evaluations import predictions_path, scores_path
from bss_core.manifest import read_info, write_manifest
from bss_core.predictions import read_predictions
from bss_core.queries import source
from bss_core.runs import open_run
from bss_core.trajectories import Followed, leaders
from tests.conftest import tiny_manifest
from tests.recording.recordings import CLASSES, IDS, LABELS, balance, batches, logits, record

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "mine"


class TestScores:
    def test_they_are_those_of_the_logits_with_momentum(self, folder):
        with bss.Recorder(folder, CLASSES, beta=0.25) as recorder:
            for epoch in range(3):
                found = record(recorder, epoch, epoch)
        smoothed = balance(0)
        for seed in (1, 2):
            smoothed = 0.75 * smoothed + 0.25 * balance(seed)

        assert (found.number, found.epoch, found.missing) == (2, 2, ())
        assert found.table["sample_id"].tolist() == IDS
        assert found.table["balance_score"].to_numpy() == pytest.approx(balance(2), abs=1e-12)
        assert found.table["smoothed_score"].to_numpy() == pytest.approx(smoothed, abs=1e-12)
        assert recorder.smoothed_scores(reversed(IDS)) == pytest.approx(smoothed[::-1], abs=1e-12)

    def test_the_run_holds_all_that_a_trained_one_does(self, folder):
        scheduler = bss.build("schedulers", "heuristic", lambda_0=0.5)
        with bss.Recorder(folder, CLASSES, scheduler=scheduler) as recorder:
            for epoch in range(2):
                record(recorder, epoch, epoch)
            recorder.log_epoch(1, loss=1.5, steps=3)
        run = open_run(folder)
        table = pd.read_parquet(scores_path(folder, 1))

        assert (run.status, run.classes, list(run.modalities)) == ("finished", list(CLASSES), ["audio", "image"])
        assert run.options["scheduler"] == "heuristic"
        assert run.options["scheduler_options"]["lambda_0"] == 0.5
        assert [(item.number, item.epoch, item.kind, item.source) for item in run.evaluations()] == [
            (0, 0, "training", "recorded"),
            (1, 1, "training", "recorded"),
        ]
        assert run.events() == [{"epoch": 1, "loss": 1.5, "metrics": {}, "steps": 3}]
        assert (table["sampling_probability"] > 0).sum() == 12  # λ(1) = √(0.25 + 0.75/40) of 24
        followed = Followed({number: scores_path(folder, number) for number in (0, 1)}, source(run, 1))
        assert len(leaders(followed, "change", True, 5)) == 5
        kept = read_predictions(predictions_path(folder, 1))
        assert np.array_equal(kept.logits["audio"], logits(1)["audio"])

    def test_the_measurer_can_be_chosen(self, folder):
        with bss.Recorder(folder, CLASSES, measure={"similarity": "none"}) as recorder:
            found = record(recorder, 0, 0)

        assert found.table["balance_score"].to_numpy() == pytest.approx(balance(0, similarity="none"))
        assert found.table["balance_score"].max() == 0  # −ℓ normalised

    def test_without_a_multimodal_head(self, folder):
        with bss.Recorder(folder, CLASSES) as recorder:
            found = record(recorder, 0, 0, heads=("a", "b", "c"))

        assert found.table["balance_score"].to_numpy() == pytest.approx(balance(0, ("a", "b", "c")), abs=1e-12)
        assert list(open_run(folder).modalities) == ["a", "b", "c"]

    def test_of_a_sample_logged_twice_the_later_logits_count(self, folder):
        with bss.Recorder(folder, CLASSES) as recorder:
            for batch in batches(7):
                recorder.log_batch(*batch)
            found = record(recorder, 0, 0)

        assert found.table["balance_score"].to_numpy() == pytest.approx(balance(0), abs=1e-12)

    def test_rows_keep_the_order_of_the_first_evaluation(self, folder):
        with bss.Recorder(folder, CLASSES) as recorder:
            record(recorder, 0, 0)
            for batch in reversed(list(batches(1, 5))):
                recorder.log_batch(*batch)
            found = recorder.end_evaluation(1)

        assert found.table["sample_id"].tolist() == IDS
        assert found.table["balance_score"].to_numpy() == pytest.approx(balance(1), abs=1e-12)

    def test_missing_samples_are_named_and_keep_their_last_score(self, folder):
        with bss.Recorder(folder, CLASSES) as recorder:
            record(recorder, 0, 0)
            first, *others = batches(1)
            for batch in others:
                recorder.log_batch(*batch)
            found = recorder.end_evaluation(1)
            assert found.missing == tuple(IDS[:8])
            assert len(found.table) == 16
            assert recorder.smoothed_scores(IDS[:8]) == pytest.approx(balance(0)[:8], abs=1e-12)
            whole = record(recorder, 2, 2)

        assert whole.missing == ()
        assert whole.table["smoothed_score"][:8].to_numpy() == pytest.approx(
            0.5 * balance(0)[:8] + 0.5 * balance(2)[:8], abs=1e-12
        )


class TestInputs:
    @pytest.mark.parametrize("kind", ["float64", "float32", "bfloat16", "float16"])
    def test_tensors_with_gradients_in_any_precision(self, folder, kind):
        torch = pytest.importorskip("torch")
        heads = {head: torch.tensor(array).to(getattr(torch, kind)) for head, array in logits(0).items()}
        given = {head: value.clone().requires_grad_() for head, value in heads.items()}
        with bss.Recorder(folder, CLASSES) as recorder:
            recorder.log_batch(torch.arange(24), given, torch.tensor(LABELS))
            found = recorder.end_evaluation(0)
        arrays = {head: value.double().numpy() for head, value in heads.items()}
        wanted = bss.balance_scores(None, LABELS, logits=arrays)["balance_score"].to_numpy()

        assert found.table["sample_id"].tolist() == [str(row) for row in range(24)]
        assert found.table["balance_score"].to_numpy() == pytest.approx(wanted, abs=1e-6)
        assert all(value.requires_grad for value in given.values())

    def test_tensors_elsewhere_wait_and_are_copied_together(self, folder):
        copies = []

        class Remote(np.ndarray):
            device = "cuda:0"

            def detach(self):
                return self

            def cpu(self):
                copies.append(1)
                return self

            def numpy(self):
                return np.asarray(self)

        with bss.Recorder(folder, CLASSES, flush_every=2) as recorder:
            counts = []
            for ids, heads, labels in batches(0):
                recorder.log_batch(ids, {head: array.view(Remote) for head, array in heads.items()}, labels)
                counts.append(len(copies))
            assert counts == [0, 6, 6]  # two batches of three heads; the third waits
            assert recorder.pending == 24
            found = recorder.end_evaluation(0)
        assert found.table["balance_score"].to_numpy() == pytest.approx(balance(0), abs=1e-12)

    @pytest.mark.gpu
    def test_a_batch_on_the_gpu_does_not_wait_for_it(self, folder):
        torch = pytest.importorskip("torch")
        heads = {head: torch.tensor(array, device="cuda") for head, array in logits(0).items()}
        labels = torch.tensor(LABELS, device="cuda")
        with bss.Recorder(folder, CLASSES) as recorder:
            with torch.cuda.device(0):
                torch.cuda.set_sync_debug_mode("error")
                try:
                    recorder.log_batch(IDS, heads, labels)
                finally:
                    torch.cuda.set_sync_debug_mode("default")
            found = recorder.end_evaluation(0)
        assert found.table["balance_score"].to_numpy() == pytest.approx(balance(0), abs=1e-6)


class TestData:
    def recorded(self, folder, data, ids, labels, **options):
        rng = np.random.default_rng(0)
        heads = {name: rng.normal(size=(len(ids), 3)) for name in ("image", "audio", "caption", "multimodal")}
        with bss.Recorder(folder, data=data, **options) as recorder:
            recorder.log_batch(ids, heads, labels)
            recorder.end_evaluation(0)
        return open_run(folder)

    def test_the_run_knows_its_data_set(self, folder, tiny_data):
        rows = tiny_manifest().split("train")
        run = self.recorded(folder, tiny_data, rows["sample_id"], rows["label"].to_numpy())

        assert run.data == tiny_data
        assert run.modalities == {"audio": "audio", "caption": "text", "image": "image"}
        assert run.details()["data"]["content_hash"] == read_info(tiny_data).content_hash

    @pytest.mark.parametrize(
        ("ids", "labels", "options", "message"),
        [
            (["tiny-99"], [0], {}, "'tiny-99' is not in the data set, which has 36 samples"),
            (["tiny-00"], [1], {}, "'tiny-00' has label 1 now and had 0 before"),
            (["tiny-00"], [0], {"classes": CLASSES}, "The classes are .*; those of the data set 'tiny' are"),
        ],
    )
    def test_samples_labels_and_classes_are_those_of_the_data_set(
        self, folder, tiny_data, ids, labels, options, message
    ):
        with pytest.raises(ConfigError, match=message):
            self.recorded(folder, tiny_data, ids, np.array(labels), **options)

    def test_a_head_that_is_no_modality_of_it(self, folder, tiny_data):
        message, heads = "'depth' is no modality of the data set; its .* image, audio, caption", ("depth", "image")
        with bss.Recorder(folder, data=tiny_data) as recorder, pytest.raises(ConfigError, match=message):
            recorder.log_batch(["tiny-00"], dict.fromkeys(heads, np.zeros((1, 3))), np.array([0]))

    def test_it_may_not_change_in_between(self, folder, tiny_data):
        bss.Recorder(folder, data=tiny_data).close()
        manifest = tiny_manifest()
        manifest.rows.loc[0, "caption"] = "other"
        write_manifest(tiny_data, manifest)
        with pytest.raises(RunError, match="recorded with the data set's content hash"):
            bss.Recorder(folder, data=tiny_data)


def test_runs_of_other_samples_are_told_apart(tmp_path):
    for name, shift in (("a", 0), ("b", 0), ("c", 1)):
        with bss.Recorder(tmp_path / name, CLASSES) as recorder:
            for ids, heads, labels in batches(0):
                recorder.log_batch(ids, heads, (labels + shift) % 3)
            recorder.end_evaluation(0)
    one, same, other = (json.loads((tmp_path / name / "run.json").read_text())["data"] for name in "abc")

    assert one["content_hash"] == same["content_hash"] != other["content_hash"]


def test_recording_loads_no_torch(tmp_path):
    code = (
        "import sys, bss_core as bss; from tests.recording.recordings import CLASSES, record\n"
        "with bss.Recorder(sys.argv[1], CLASSES) as recorder: record(recorder, 0, 0)\n"
        "print([name for name in ('torch', 'streamlit', 'plotly') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "mine")], cwd=ROOT, capture_output=True, text=True, timeout=120,
        check=True, env=os.environ,
    )  # fmt: skip
    assert done.stdout.strip() == "[]"
