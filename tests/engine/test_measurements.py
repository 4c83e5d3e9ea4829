"""What a measurer needs from the model, batch by batch."""

from itertools import combinations
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from bss_core.engine.gradients import exact_gradient_magnitude, last_layer_gradient_magnitude
from bss_core.engine.measurements import Measurements, feature_similarity
from bss_core.engine.shapley import shapley_values, shapley_weights
from bss_core.errors import ConfigError
from bss_core.measurer import build_measurer
from tests.engine.small_batches import MODALITIES, random_batch, small_fusion_model

ALIKE = ("numbers", "words")  # both encoders give 8 values


def measured(model, **options):
    inputs, labels = random_batch()
    with torch.inference_mode():
        return Measurements(model, build_measurer(options))(inputs, model(inputs), labels)


def test_feature_similarity_by_hand():
    features = {
        "image": torch.tensor([[3.0, 4.0], [1.0, 0.0], [1.0, 0.0], [0.0, 0.0]]),
        "text": torch.tensor([[6.0, 8.0], [-2.0, 0.0], [1.0, 1.0], [5.0, 5.0]]),
    }
    found = feature_similarity(features)
    torch.testing.assert_close(found, torch.tensor([1.0, -1.0, 0.5**0.5, 0.0]))


def test_feature_similarity_is_the_mean_over_all_pairs():
    generator = np.random.default_rng(0)
    features = {name: generator.normal(size=(50, 6)) for name in "abcd"}
    features["c"][7] = 0  # similar to nothing
    tensors = {name: torch.tensor(values, dtype=torch.float32) for name, values in features.items()}
    expected = []
    for row in range(50):
        pairs = [(features[one][row], features[other][row]) for one, other in combinations("abcd", 2)]
        lengths = [np.linalg.norm(one) * np.linalg.norm(other) for one, other in pairs]
        cosines = [one @ other / length if length else 0 for (one, other), length in zip(pairs, lengths, strict=True)]
        expected.append(np.mean(cosines))
    np.testing.assert_allclose(feature_similarity(tensors), expected, atol=1e-6)
    turned = dict(reversed(tensors.items()))
    np.testing.assert_allclose(feature_similarity(turned), expected, atol=1e-6)


def test_feature_similarity_of_large_half_precision_features_is_finite():
    features = {name: torch.full((1, 64), 3e4, dtype=torch.float16) for name in "ab"}
    assert feature_similarity(features).item() == pytest.approx(1)


def test_feature_similarity_stays_within_its_bounds_where_rounding_would_leave_them():
    same = torch.randn(2000, 7, generator=torch.Generator().manual_seed(0))

    assert feature_similarity(dict.fromkeys("abc", same)).max() == 1.0
    assert feature_similarity({"a": same, "b": -same}).min() == -1.0


def test_shapley_values_come_with_every_measurer():
    model = small_fusion_model()
    inputs, labels = random_batch()
    found = measured(model)
    assert list(found) == [f"shapley_{name}" for name in sorted(MODALITIES)]
    with torch.no_grad():
        expected = shapley_values(model, model.encode(inputs), labels, shapley_weights(4))
    for row, name in enumerate(found):
        assert found[name].dtype == np.float64
        np.testing.assert_allclose(found[name], expected[row], atol=1e-6)
    with torch.no_grad():
        again = Measurements(model).tensors(inputs, model(inputs), labels)
    assert {name: values.tolist() for name, values in again.items()} == {name: list(found[name]) for name in found}


@pytest.mark.parametrize("loss", ["multimodal", "total"])
@pytest.mark.parametrize("method", ["exact", "last_layer"])
def test_the_gradient_is_taken_as_the_options_say(method, loss):
    model = small_fusion_model()
    inputs, labels = random_batch()
    found = measured(model, difficulty="gradient_magnitude", gradient_method=method, gradient_loss=loss)
    assert next(iter(found)) == "gradient_magnitude"
    with torch.no_grad():
        exact = exact_gradient_magnitude(model, inputs, labels, loss)
        last = last_layer_gradient_magnitude(model(inputs), labels, loss)
    np.testing.assert_allclose(found["gradient_magnitude"], exact if method == "exact" else last, rtol=1e-5)


def test_feature_similarity_is_measured_when_it_is_chosen():
    model = small_fusion_model(ALIKE)
    inputs, _ = random_batch()
    found = measured(model, similarity="feature_similarity")
    assert list(found) == ["feature_similarity", "shapley_numbers", "shapley_words"]
    with torch.no_grad():
        expected = feature_similarity(model.encode(inputs))
    np.testing.assert_allclose(found["feature_similarity"], expected, atol=1e-6)
    assert found["feature_similarity"][-1] == 0  # an empty text
    assert "feature_similarity" not in measured(model)


def test_both_at_once_keep_their_names():
    model = small_fusion_model(ALIKE)
    measurer = build_measurer({"similarity": "feature_similarity", "difficulty": "gradient_magnitude"})
    inputs, labels = random_batch()
    measurements = Measurements(model, measurer)
    with torch.no_grad():
        found = measurements(inputs, model(inputs), labels)
        expected = feature_similarity(model.encode(inputs))
    assert tuple(found) == measurements.names
    assert set(found) == {"feature_similarity", "gradient_magnitude", "shapley_numbers", "shapley_words"}
    np.testing.assert_allclose(found["feature_similarity"], expected, atol=1e-6)


def test_features_of_different_lengths_are_refused_before_the_pass():
    measurer = build_measurer({"similarity": "feature_similarity"})
    message = "features of one length, but theirs are numbers 8, picture 16; .*choose prediction_similarity"
    with pytest.raises(ConfigError, match=message):
        Measurements(small_fusion_model(("picture", "numbers")), measurer)


def test_a_measurement_that_no_model_gives_is_refused():
    measurer = SimpleNamespace(measurements=("pulse",), criteria={})
    with pytest.raises(ConfigError, match="needs the measurement 'pulse'; models give feature_similarity and gradient"):
        Measurements(small_fusion_model(ALIKE), measurer)


def test_too_many_modalities_or_no_joint_head_mean_no_shapley_values(monkeypatch):
    model = small_fusion_model()
    monkeypatch.setattr("bss_core.engine.measurements.MOST_MODALITIES", 3)
    assert Measurements(model).names == ()
    monkeypatch.undo()
    del model.heads["multimodal"]
    assert Measurements(model).names == ()


def test_measuring_changes_neither_the_model_nor_the_random_numbers():
    model = small_fusion_model(ALIKE)
    before = {name: values.clone() for name, values in model.state_dict().items()}
    state = torch.get_rng_state()
    measured(model, similarity="feature_similarity", difficulty="gradient_magnitude")
    assert torch.equal(torch.get_rng_state(), state)
    assert all(torch.equal(values, before[name]) for name, values in model.state_dict().items())
