"""The criteria of the balance score, by hand and against loops (Balance-aware Sequence Sampling, Eqs. 5 and 6)."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bss_core.criteria import _cosine
from bss_core.criteria._cosine import mean_cosine
from bss_core.criteria.feature_similarity import FeatureSimilarity
from bss_core.criteria.gradient_magnitude import GradientMagnitude
from bss_core.criteria.prediction_similarity import PredictionSimilarity
from bss_core.criteria.total_loss import TotalLoss
from bss_core.errors import ConfigError
from bss_core.predictions import predictions_from
from tests.score_tables import draws


def predictions(labels=(0,), **heads):
    return predictions_from({name: np.array(rows, dtype=np.float64) for name, rows in heads.items()}, np.array(labels))


@pytest.mark.parametrize(
    ("audio", "image", "expected"),
    [
        ([1.0, 0.0], [0.0, 1.0], 0.0),
        ([0.3, 0.7], [0.3, 0.7], 1.0),
        ([0.5, 0.5], [1.0, 0.0], 0.5 / (math.sqrt(0.5) * 1.0)),
        ([0.6, 0.4], [0.5, 0.5], 0.5 / (math.sqrt(0.52) * math.sqrt(0.5))),  # = 0.98058
        ([0.75, 0.25], [0.25, 0.75], 0.6),
    ],
)
def test_the_similarity_of_two_modalities_is_their_cosine(audio, image, expected):
    assert PredictionSimilarity()(predictions(audio=[audio], image=[image])) == pytest.approx([expected], abs=1e-12)


def test_the_similarity_of_three_modalities_is_the_mean_over_their_pairs():
    found = PredictionSimilarity()(predictions(rgb=[[1.0, 0.0]], depth=[[0.0, 1.0]], flow=[[0.5, 0.5]]))

    assert found == pytest.approx([(0 + math.sqrt(0.5) + math.sqrt(0.5)) / 3])  # = 0.4714


def test_the_similarity_sees_neither_the_label_nor_the_multimodal_head():
    both = {"audio": [[0.6, 0.4]], "image": [[0.5, 0.5]]}
    found = PredictionSimilarity()(predictions(**both))

    assert PredictionSimilarity()(predictions((1,), **both)) == found
    assert PredictionSimilarity()(predictions(**both, multimodal=[[0.0, 1.0]])) == found


def test_the_loss_is_the_plain_sum_of_all_heads_cross_entropies():
    heads = {"audio": [[0.6, 0.4]], "image": [[0.5, 0.5]]}
    unimodal = math.log(1 / 0.6) + math.log(1 / 0.5)  # = 1.20397 nats

    assert TotalLoss()(predictions(**heads)) == pytest.approx([unimodal])
    assert TotalLoss()(predictions(**heads, multimodal=[[0.25, 0.75]])) == pytest.approx([unimodal + math.log(4)])


def test_the_loss_of_an_impossible_label_is_large_and_finite():
    loss = TotalLoss()(predictions(audio=[[0.0, 1.0]], image=[[1.0, 0.0]]))

    assert loss == pytest.approx([-math.log(np.finfo(np.float32).tiny)])  # 87.3 nats for audio, 0 for image


def naive_similarity(heads, row):
    names = [name for name in heads if name != "multimodal"]
    cosines = []
    for i, first in enumerate(names):
        for second in names[i + 1 :]:
            u, v = heads[first][row].tolist(), heads[second][row].tolist()
            product = sum(a * b for a, b in zip(u, v, strict=True))
            cosines.append(product / math.sqrt(sum(a * a for a in u)) / math.sqrt(sum(b * b for b in v)))
    return sum(cosines) / len(cosines)


def naive_loss(heads, labels, row):
    tiny = float(np.finfo(np.float32).tiny)
    return sum(-math.log(max(float(array[row, labels[row]]), tiny)) for array in heads.values())


@given(seed=st.integers(0, 2**32), n=st.integers(1, 6), modalities=st.integers(2, 4), fused=st.booleans())
def test_both_criteria_equal_a_loop_over_samples_and_pairs(seed, n, modalities, fused):
    names = [*"abcd"[:modalities], *(["multimodal"] if fused else [])]
    heads, labels = draws(seed, n, names, classes=4)
    given = predictions_from(heads, labels)

    assert PredictionSimilarity()(given) == pytest.approx([naive_similarity(heads, row) for row in range(n)], rel=1e-9)
    assert TotalLoss()(given) == pytest.approx([naive_loss(heads, labels, row) for row in range(n)], rel=1e-9)


def with_logits(**heads):
    given = {name: np.array(rows, dtype=np.float64) for name, rows in heads.items()}
    return predictions_from(None, np.zeros(len(next(iter(given.values()))), int), logits=given)


@pytest.mark.parametrize(
    ("audio", "image", "expected"),
    [
        ([3.0, 4.0], [4.0, 3.0], 24 / 25),
        ([1.0, -1.0], [-2.0, 2.0], -1.0),
        ([0.0, 0.0], [1.0, 2.0], 0.0),  # a row of zeros has no direction
        ([1e4, -1e4], [1e4, -1e4], 1.0),
        ([3e38, 0.0], [3e38, 3e38], math.sqrt(0.5)),
    ],
)
def test_the_similarity_of_logits_is_their_cosine(audio, image, expected):
    found = PredictionSimilarity("logits")(with_logits(audio=[audio], image=[image]))

    assert found == pytest.approx([expected], abs=1e-15)


def test_a_constant_added_to_logits_changes_their_similarity_but_not_that_of_the_probabilities():
    one, other = with_logits(a=[[1, 2]], b=[[2, 1]]), with_logits(a=[[11, 12]], b=[[2, 1]])

    assert PredictionSimilarity()(one) == pytest.approx(PredictionSimilarity()(other))
    assert PredictionSimilarity("logits")(one) == pytest.approx([4 / 5])
    assert PredictionSimilarity("logits")(other) == pytest.approx([34 / math.sqrt(265 * 5)])


def test_the_multimodal_logits_have_no_part_in_the_similarity():
    heads = {"audio": [[1.0, 0.0]], "image": [[0.0, 1.0]]}

    for fused in ({}, {"multimodal": [[5.0, 1.0]]}):
        assert PredictionSimilarity("logits")(with_logits(**heads, **fused)).tolist() == [0.0]


def test_a_probability_that_rounding_left_below_zero_gives_no_negative_similarity():
    given = predictions(audio=[[1.0000005, -0.0000005]], image=[[-0.0000005, 1.0000005]])

    assert PredictionSimilarity()(given).tolist() == [0.0]


def test_memory_for_more_than_a_block_is_not_kept():
    wide = np.ones((1, 2**20))

    assert mean_cosine([wide, wide]).tolist() == [1.0]
    assert _cosine._kept.values.size < 2**20


def test_the_similarity_of_logits_needs_those_of_every_modality():
    some = predictions_from({"a": [[1.0, 0.0]]}, [0], logits={"b": [[1.0, 2.0]], "multimodal": [[0.0, 1.0]]})

    with pytest.raises(ConfigError, match="needs the logits of every modality; there are none of a: give logits, or"):
        PredictionSimilarity("logits")(some)


def with_features(**features):
    given = {name: np.array(rows, dtype=np.float64) for name, rows in features.items()}
    half = np.full((len(next(iter(given.values()))), 2), 0.5)
    return predictions_from(dict.fromkeys(given, half), np.zeros(len(half), int), features=given)


def test_the_similarity_of_features_by_hand():
    two = with_features(audio=[[1, 2, 2], [0, 0, 0]], image=[[2, 1, 2], [1, 1, 1]])
    three = with_features(rgb=[[1.0, 0.0]], depth=[[-1.0, 0.0]], flow=[[0.0, 3.0]])

    assert FeatureSimilarity()(two) == pytest.approx([8 / 9, 0])
    assert FeatureSimilarity()(three) == pytest.approx([-1 / 3])


def test_kept_features_go_before_the_measured_similarity():
    kept = with_features(a=[[1.0, 0.0]], b=[[1.0, 0.0]])
    measured = {"feature_similarity": np.array([0.25], dtype=np.float32)}

    assert FeatureSimilarity()(replace(kept, measured=measured)).tolist() == [1]
    assert FeatureSimilarity()(replace(kept, features={}, measured=measured)).tolist() == [0.25]


def test_features_of_different_lengths_are_named():
    with pytest.raises(ConfigError, match="features of one length; found audio 2, image 3: project them"):
        FeatureSimilarity()(with_features(audio=[[1, 2]], image=[[1, 2, 3]]))


def test_missing_features_are_named():
    half = with_features(a=[[1.0]], b=[[1.0]])

    with pytest.raises(ConfigError, match="features of every modality; these predictions hold none"):
        FeatureSimilarity()(replace(half, features={}))
    with pytest.raises(ConfigError, match="these predictions hold those of b: give features"):
        FeatureSimilarity()(replace(half, features={"b": np.ones((1, 1))}))


@pytest.mark.parametrize("alpha", [0, 0.1, 0.9, 1])
def test_the_weighted_loss_is_that_of_the_objective(alpha):
    heads = {"audio": [[0.6, 0.4]], "image": [[0.5, 0.5]]}
    loss, unimodal = TotalLoss("alpha", alpha), math.log(1 / 0.6) + math.log(2)

    expected = (1 - alpha) * math.log(4) + alpha * unimodal
    assert loss(predictions(**heads, multimodal=[[0.25, 0.75]])) == pytest.approx([expected])
    assert loss(predictions(**heads)) == pytest.approx([alpha * unimodal])


def test_half_and_half_is_half_the_plain_sum():
    heads, labels = draws(4, 20, ["a", "b", "c", "multimodal"])
    given = predictions_from(heads, labels)

    assert 2 * TotalLoss("alpha", 0.5)(given) == pytest.approx(TotalLoss()(given), rel=1e-12)


def test_the_loss_of_logits_is_not_cut_off():
    assert TotalLoss()(with_logits(a=[[0.0, 1e4]], b=[[-1e4, 1e4]])).tolist() == [3e4]


def test_the_gradient_magnitude_is_the_one_measured():
    given = predictions_from({"a": [[0.5, 0.5]], "b": [[0.5, 0.5]]}, [0], measured={"gradient_magnitude": [7]})

    assert GradientMagnitude()(given).tolist() == [7.0]
    with pytest.raises(ConfigError, match="must be measured on the model, .* score with the model, or take total_loss"):
        GradientMagnitude()(replace(given, measured={}))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: PredictionSimilarity("features"), "similarity_on = 'features' .* one of probabilities, logits"),
        (lambda: TotalLoss("mean"), "loss_weights = 'mean' .* one of sum, alpha"),
        (lambda: TotalLoss("alpha", 1.1), "loss_alpha = 1.1 is out of range"),
        (lambda: GradientMagnitude("approximate"), "gradient_method = 'approximate' .* one of exact, last_layer"),
        (lambda: GradientMagnitude(gradient_loss="a"), "gradient_loss = 'a' .* one of multimodal, total"),
    ],
)
def test_options_that_do_not_exist_are_refused(make, message):
    with pytest.raises(ConfigError, match=message):
        make()


def test_many_wide_rows_equal_few():
    # More values than the kept scratch array takes, and a second use of it with stale contents.
    heads, labels = draws(1, 4000, ["a", "b", "c"], classes=100)
    given = predictions_from(heads, labels)
    whole = PredictionSimilarity()(given)
    parts = [PredictionSimilarity()(given.rows(slice(start, start + 900))) for start in range(0, 4000, 900)]

    assert np.concatenate(parts).tolist() == whole.tolist()
