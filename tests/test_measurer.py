"""The measurer: which criteria and normaliser its options choose, what they make of predictions, what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bss_core import row_blocks
from bss_core.criteria.gradient_magnitude import GradientMagnitude
from bss_core.criteria.prediction_similarity import PredictionSimilarity
from bss_core.criteria.total_loss import TotalLoss
from bss_core.errors import ConfigError
from bss_core.measurer import build_measurer
from bss_core.normalisers._extrema import Extrema
from bss_core.normalisers.quantile_clipped import QuantileClipped
from bss_core.predictions import predictions_from
from tests.score_tables import draws

# Similarity 1, 0.6, 2/√5; loss 2·ln(4/3), ln(4/3) + ln 4, ln 2 + ln 4.
BY_HAND = {"audio": [[0.75, 0.25], [0.75, 0.25], [0.5, 0.5]], "image": [[0.75, 0.25], [0.25, 0.75], [0.25, 0.75]]}
SIMILARITY, LOSS = np.array([1.0, 0.0, (2 / 5**0.5 - 0.6) / 0.4]), np.array([0.0, np.log(3) / np.log(4.5), 1.0])
MEASURED = {"gradient_magnitude": [4.0, 2.0, 3.0], "feature_similarity": [-1.0, 0.5, 1.0]}


def by_hand(measured=MEASURED):
    heads = {name: np.array(rows) for name, rows in BY_HAND.items()}
    return predictions_from(heads, np.zeros(3, int), measured={k: np.array(v) for k, v in measured.items()})


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, SIMILARITY - LOSS),
        ({"difficulty": "none"}, SIMILARITY),
        ({"similarity": "none"}, -LOSS),
        ({"similarity": "feature_similarity"}, np.array([0, 0.75, 1]) - LOSS),
        ({"difficulty": "gradient_magnitude"}, SIMILARITY - [1, 0, 0.5]),
        ({"similarity": "feature_similarity", "difficulty": "gradient_magnitude"}, np.array([-1, 0.75, 0.5])),
        ({"normaliser": "rank"}, np.array([1, 0, 0.5]) - [0, 0.5, 1]),
        ({"normaliser": "quantile_clipped", "clip_quantile": "0"}, SIMILARITY - LOSS),
    ],
)
def test_the_score_of_any_choice_by_hand(options, expected):
    assert build_measurer(options)(by_hand()).balance_score == pytest.approx(expected)


def test_the_paper_is_the_default():
    measurer = build_measurer()

    assert measurer.criteria == {"prediction_similarity": PredictionSimilarity(), "total_loss": TotalLoss()}
    assert measurer.as_dict() == {
        "similarity": "prediction_similarity",
        "difficulty": "total_loss",
        "normaliser": "min_max",
        "similarity_on": "probabilities",
        "loss_weights": "sum",
        "loss_alpha": 0.5,
    }
    assert measurer.measurements == ()


def test_options_reach_the_members_chosen_as_texts_too():
    measurer = build_measurer(
        {
            "difficulty": "gradient_magnitude",
            "gradient_method": "last_layer",
            "similarity_on": "logits",
            "normaliser": "quantile_clipped",
            "clip_quantile": "0.05",
        }
    )

    assert measurer.criteria["prediction_similarity"].similarity_on == "logits"
    assert measurer.criteria["gradient_magnitude"] == GradientMagnitude("last_layer", "multimodal")
    assert measurer.normaliser == QuantileClipped(0.05)
    assert measurer.measurements == ("gradient_magnitude",)
    assert build_measurer({"similarity": "feature_similarity"}).measurements == ("feature_similarity",)


@pytest.mark.parametrize("similarity", ["none", "prediction_similarity", "feature_similarity"])
@pytest.mark.parametrize("difficulty", ["none", "total_loss", "gradient_magnitude"])
@pytest.mark.parametrize("normaliser", ["min_max", "quantile_clipped", "rank"])
def test_its_own_options_make_the_same_measurer(similarity, difficulty, normaliser):
    if similarity != "none" or difficulty != "none":
        measurer = build_measurer({"similarity": similarity, "difficulty": difficulty, "normaliser": normaliser})

        assert build_measurer(measurer.as_dict()) == measurer
        assert measurer.as_dict()["difficulty"] == difficulty
        assert np.abs(measurer(by_hand()).balance_score).max() <= 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"similarity": "none", "difficulty": "none"}, "both none, so there is no score; choose at least one"),
        ({"similarity": "total_loss"}, "similarity = 'total_loss' does not exist; it must be one of none, feature_sim"),
        ({"difficulty": "prediction_similarity"}, "must be one of none, gradient_magnitude, total_loss"),
        ({"normaliser": "z_score"}, "no 'z_score' among the normalisers; there are min_max, quantile_clipped, rank"),
        ({"alpha": 0.5}, "has no option 'alpha'; its options are similarity, difficulty, normaliser, similarity_on"),
        ({"similarity": "none", "similarity_on": "logits"}, "The measurer of total_loss, min_max has no option 'simil"),
        ({"clip_quantile": 0.1}, "has no option 'clip_quantile'"),
        ({"loss_alpha": 2}, "loss_alpha = 2.0 is out of range"),
    ],
)
def test_what_cannot_be_is_refused(options, message):
    with pytest.raises(ConfigError, match=message):
        build_measurer(options)


def test_the_papers_two_quantities_are_always_there():
    scores = build_measurer({"similarity": "feature_similarity", "difficulty": "none"})(by_hand())

    assert list(scores.raw) == list(scores.extrema) == ["prediction_similarity", "total_loss", "feature_similarity"]
    assert scores.raw["total_loss"].max() == pytest.approx(np.log(8))
    assert scores.extrema["prediction_similarity"].min == pytest.approx(0.6)
    assert scores.extrema["feature_similarity"] == Extrema(-1.0, 1.0)


def test_only_chosen_criteria_are_reported_as_constant():
    given = by_hand({"gradient_magnitude": [3, 3, 3]})

    assert build_measurer({"difficulty": "gradient_magnitude"})(given).constant == ("gradient_magnitude",)
    assert build_measurer()(given).constant == ()
    same = predictions_from({"a": np.full((2, 2), 0.5), "b": np.eye(2)}, np.array([0, 1]))
    assert build_measurer({"difficulty": "none"})(same).constant == ("prediction_similarity",)
    assert build_measurer({"similarity": "none"})(same).constant == ("total_loss",)


def test_a_constant_criterion_leaves_the_score_to_the_other():
    scores = build_measurer({"difficulty": "gradient_magnitude"})(by_hand({"gradient_magnitude": [0, 0, 0]}))

    assert scores.balance_score == pytest.approx(SIMILARITY)


@given(normaliser=st.sampled_from(["min_max", "quantile_clipped", "rank"]))
def test_one_sample_scores_zero(normaliser):
    one = by_hand().rows(slice(1, 2))

    assert build_measurer({"normaliser": normaliser})(one).balance_score.tolist() == [0.0]


def test_the_extrema_are_those_that_became_zero_and_one():
    scores = build_measurer({"difficulty": "none", "normaliser": "quantile_clipped", "clip_quantile": 0.25})(by_hand())

    middle = 2 / 5**0.5  # of 0.6, 2/√5 and 1; the quartiles lie half way to it
    low, high = (0.6 + middle) / 2, (1 + middle) / 2
    assert scores.extrema["prediction_similarity"].min == pytest.approx(low)
    assert scores.extrema["prediction_similarity"].max == pytest.approx(high)
    assert scores.balance_score == pytest.approx([1, 0, (middle - low) / (high - low)])
    assert scores.extrema["total_loss"] == Extrema.of(scores.raw["total_loss"])


def test_an_outlier_among_the_losses_moves_the_clipped_score_less():
    heads, labels = draws(0, 300, ["a", "b"])
    logits = {name: np.log(np.maximum(array, 1e-6)) for name, array in heads.items()}
    logits["a"][0] = np.where(np.arange(3) == labels[0], -1e4, 1e4)
    given = predictions_from(None, labels, logits=logits)
    spread = {
        name: np.ptp(np.sort(build_measurer({"similarity": "none", "normaliser": name})(given).balance_score)[10:])
        for name in ("min_max", "quantile_clipped", "rank")
    }

    assert spread["min_max"] < 0.01
    assert min(spread["quantile_clipped"], spread["rank"]) > 0.75


@pytest.mark.parametrize("threads", [1, 4])
def test_many_blocks_and_threads_give_the_same_bits_as_one(monkeypatch, threads):
    heads, labels = draws(5, 3000, ["a", "b", "c", "multimodal"])
    given = predictions_from(heads, labels)
    whole = build_measurer()(given)
    monkeypatch.setattr(row_blocks, "_BLOCK_BYTES", 1)  # blocks of 256 rows
    monkeypatch.setattr(row_blocks, "_MANY_BLOCKS", 2)
    monkeypatch.setattr(row_blocks.os, "cpu_count", lambda: threads)
    found = build_measurer()(given)

    assert found.balance_score.tolist() == whole.balance_score.tolist()
    assert all(found.raw[name].tolist() == whole.raw[name].tolist() for name in whole.raw)
