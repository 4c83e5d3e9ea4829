"""On a GPU: training and scoring in mixed precision, and agreement with the CPU."""

import numpy as np
import pytest
import torch

from bss_core import jobs
from bss_core.engine.jobs import score_checkpoint, train_run
from bss_core.errors import Cancelled
from bss_core.evaluations import predictions_path
from bss_core.predictions import read_predictions
from tests.engine.small_runs import ignore, new_run, tables, trained

pytestmark = pytest.mark.gpu

# The largest difference of a probability: products of tf32 have 10 bits of mantissa, those of bfloat16 have 7.
TOLERANCE = {"float32": 5e-3, "bfloat16": 5e-2}


def predictions(run, number):
    return read_predictions(predictions_path(run.folder, number))


def largest_difference(found, expected):
    return max(np.abs(found.probabilities[head] - expected.probabilities[head]).max() for head in expected.heads)


@pytest.mark.parametrize("precision", TOLERANCE)
def test_the_first_scores_agree_with_the_cpu(tmp_path, tiny_data, precision):
    gpu = trained(tmp_path / "gpu", tiny_data, device="cuda", precision=precision)
    cpu = trained(tmp_path / "cpu", tiny_data, device="cpu", precision="float32")
    # before the first step the weights are the same, from the same seed
    found, expected = predictions(gpu, 0), predictions(cpu, 0)
    assert found.sample_ids.tolist() == expected.sample_ids.tolist()
    assert largest_difference(found, expected) < TOLERANCE[precision]
    assert gpu.details()["device"] == torch.cuda.get_device_name()
    assert gpu.details()["precision"] == f"torch.{precision}"


@pytest.mark.parametrize("precision", ["auto", "bfloat16"])
def test_it_trains_and_every_score_is_finite(tmp_path, tiny_data, precision):
    run = trained(tmp_path / "run", tiny_data, device="auto", precision=precision, epochs=3)
    assert [event["epoch"] for event in run.events()] == [1, 2, 3]
    assert all(np.isfinite(event["loss"]) for event in run.events())
    for table in tables(run).values():
        score = table["balance_score"].to_numpy()
        assert np.isfinite(score).all()
        assert -1 <= score.min() < score.max() <= 1


def test_it_learns_in_mixed_precision(tmp_path, tiny_data):
    given = {"epochs": 15, "learning_rate": 0.03, "augment": 0.0, "scheduler": "random_order"}
    run = trained(tmp_path / "run", tiny_data, device="cuda", precision="bfloat16", **given)
    losses = [event["loss"] for event in run.events()]
    assert losses[-1] < 0.5 * losses[0]


def test_a_checkpoint_of_the_gpu_scores_alike_on_the_cpu(tmp_path, tiny_data):
    run = trained(tmp_path / "run", tiny_data, device="cuda", precision="float32")
    state = jobs.new_scoring_job(run, "last", "train", "cpu")
    number = int(state.path.parent.name)
    score_checkpoint(run, number, "last", "train", "cpu", state, ignore)
    assert largest_difference(predictions(run, number), predictions(run, 2)) < TOLERANCE["float32"]


def test_a_stopped_run_goes_on_from_its_weights_and_generators(tmp_path, tiny_data):
    given = {"device": "cuda", "precision": "float32", "epochs": 3}
    whole = trained(tmp_path / "whole", tiny_data, **given)
    run, options = new_run(tmp_path / "parts", tiny_data, **given)

    def stop(phase, done, total):
        if phase == "training" and done > 1:
            raise Cancelled

    with pytest.raises(Cancelled):
        train_run(run, options, stop)
    train_run(run, options, ignore)
    # kernels may add in another order from run to run, so the bits may differ; a lost state differs far more
    assert largest_difference(predictions(run, 3), predictions(whole, 3)) < 2e-2
