"""Predicting: right rows, evaluation mode, and what a diverged model is told."""

import numpy as np
import pandas as pd
import pytest
import torch

from bss_core.engine.scoring import predict
from bss_core.errors import Cancelled, RunError
from bss_core.manifest import read_manifest, write_manifest
from bss_core.measurer import build_measurer
from tests.engine.small_runs import data_set, small_model

CPU = torch.device("cpu")


@pytest.fixture
def data(shared_tiny_data):
    return data_set(shared_tiny_data)


@pytest.fixture
def model(shared_tiny_data, data):
    """A network that has seen the samples once, so that its batch statistics are not those of the start."""
    model = small_model(shared_tiny_data, augment=1.0).train()
    model(data.__getitems__(list(range(len(data)))).inputs)
    return model


def test_every_row_is_its_samples_prediction(model, data):
    found = predict(model, data, CPU, batch_size=5)
    assert found.sample_ids.tolist() == data.sample_ids.tolist()
    assert found.labels.tolist() == data.labels.tolist()
    assert set(found.splits) == {"train"}
    assert found.heads == ["audio", "caption", "image", "multimodal"]
    model.eval()
    for position in range(len(data)):
        logits = model(data.__getitems__([position]).inputs).logits
        for head, values in logits.items():
            shifted = np.exp(values[0].detach().double().numpy())
            np.testing.assert_allclose(found.probabilities[head][position], shifted / shifted.sum(), atol=2e-6)


def test_predicting_leaves_no_trace(model, data):
    before = {name: values.clone() for name, values in model.state_dict().items()}
    assert any("running_mean" in name and values.abs().sum() > 0 for name, values in before.items())
    first, second = predict(model, data, CPU), predict(model, data, CPU)
    for head in first.heads:  # neither dropout nor augmentation, though the model has both
        assert (first.probabilities[head] == second.probabilities[head]).all()
    for name, values in model.state_dict().items():
        assert torch.equal(values, before[name]), name
    assert all(parameter.grad is None for parameter in model.parameters())


@pytest.mark.parametrize("is_training", [True, False])
def test_the_model_is_back_in_its_mode(model, data, is_training):
    modes = []
    model.train(is_training)
    model.register_forward_pre_hook(lambda module, inputs: modes.append((module.training, torch.is_grad_enabled())))
    predict(model, data, CPU)
    assert modes == [(False, False)]
    assert model.training is is_training
    assert all(module.training is is_training for module in model.modules())


def test_progress_ends_at_the_number_of_samples(model, data):
    seen = []
    predict(model, data, CPU, batch_size=7, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(7, 18), (14, 18), (18, 18)]


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_an_output_that_is_not_finite_names_head_and_sample(model, data, value):
    def spoil(module, inputs, logits):
        logits[2:4] = value

    model.heads["image"].register_forward_hook(spoil)
    with pytest.raises(
        RunError, match="'image' gives no finite prediction for 4 of 18 samples, first 'tiny-02'; .*rate"
    ):
        predict(model, data, CPU, batch_size=9)


def test_a_sample_left_out_has_no_row(tiny_data, model):
    manifest = read_manifest(tiny_data)
    row = manifest.rows.index[manifest.rows["sample_id"] == "tiny-12"][0]
    manifest.rows.at[row, "audio"] = b"no sound"
    write_manifest(tiny_data, manifest)
    data = data_set(tiny_data)
    assert list(data.scan()) == ["tiny-12"]
    whole = predict(model, data_set(tiny_data, "validation"), CPU)
    found = predict(model, data, CPU)
    assert len(found) == 17
    assert "tiny-12" not in found.sample_ids
    assert not set(found.sample_ids) & set(whole.sample_ids)


def test_probabilities_of_half_precision_are_stored_in_full(model, data):
    full, half = predict(model, data, CPU), predict(model, data, CPU, torch.bfloat16)
    for head in full.heads:
        assert half.probabilities[head].dtype == np.float32
        np.testing.assert_allclose(half.probabilities[head].sum(axis=1), 1, atol=1e-5)
        np.testing.assert_allclose(half.probabilities[head], full.probabilities[head], atol=0.05)
    assert not pd.Series(full.probabilities["image"][:, 0]).equals(pd.Series(half.probabilities["image"][:, 0]))


class TestMeasurers:
    """What a measurer needs from the model comes with the predictions."""

    def test_without_one_nothing_is_measured(self, model, data):
        found = predict(model, data, CPU)
        assert (found.logits, found.features, found.measured) == ({}, {}, {})

    def test_logits_are_kept_for_a_measurer_that_works_on_them(self, model, data):
        found = predict(model, data, CPU, batch_size=5, measurer=build_measurer({"similarity_on": "logits"}))
        model.eval()
        expected = model(data.__getitems__(list(range(18))).inputs).logits
        for head in found.heads:
            np.testing.assert_allclose(found.logits[head], expected[head].detach().numpy(), atol=1e-5)
        assert predict(model, data, CPU, measurer=build_measurer()).logits == {}

    def test_shapley_values_add_up_to_what_all_modalities_bring(self, model, data):
        found = predict(model, data, CPU, batch_size=5, measurer=build_measurer())
        assert set(found.measured) == {"shapley_audio", "shapley_caption", "shapley_image"}
        model.eval()
        features = model.encode(data.__getitems__(list(range(18))).inputs)
        nothing = model.classify({name: torch.zeros_like(values) for name, values in features.items()})
        empty = nothing.logits["multimodal"].softmax(1)[range(18), data.labels].detach().numpy()
        brought = found.probabilities["multimodal"][range(18), data.labels] - empty
        np.testing.assert_allclose(sum(found.measured.values()), brought, atol=1e-5)

    def test_exact_gradients_leave_no_trace(self, model, data):
        before = {name: values.clone() for name, values in model.state_dict().items()}
        measurer = build_measurer({"difficulty": "gradient_magnitude", "gradient_method": "exact"})
        whole, parts = (predict(model, data, CPU, batch_size=size, measurer=measurer) for size in (18, 5))
        assert (whole.measured["gradient_magnitude"] > 0).all()
        found = [one.measured["gradient_magnitude"] for one in (whole, parts)]
        np.testing.assert_allclose(*found, rtol=1e-4)
        assert all(torch.equal(values, before[name]) for name, values in model.state_dict().items())
        assert all(parameter.grad is None for parameter in model.parameters())


class TestTrainingMode:
    """As the authors score."""

    def test_batches_matter_and_statistics_move(self, model, data):
        model.eval()
        before = {name: values.clone() for name, values in model.state_dict().items()}
        predict(model, data, CPU, batch_size=9, training_mode=True)
        moved = [name for name, values in model.state_dict().items() if not torch.equal(values, before[name])]
        assert moved
        assert all("running" in name or "batches_tracked" in name for name in moved)
        counts = [name for name in moved if "batches_tracked" in name]
        assert all(model.state_dict()[name] == before[name] + 2 for name in counts)
        assert not model.training
        assert all(parameter.grad is None for parameter in model.parameters())

    def test_augmentation_and_dropout_act(self, model, data):
        first, second = (predict(model, data, CPU, training_mode=True) for _ in range(2))
        for head in first.heads:
            assert (first.probabilities[head] != second.probabilities[head]).any()


def test_the_model_is_back_in_its_mode_after_a_stop(model, data):
    def stop(done, total):
        raise Cancelled

    model.train()
    with pytest.raises(Cancelled):
        predict(model, data, CPU, progress=stop)
    assert model.training
