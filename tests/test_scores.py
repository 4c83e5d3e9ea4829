"""The balance score by hand, against a loop, and what must hold for any predictions; bands and ranks."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bss_core.errors import ConfigError
from bss_core.predictions import predictions_from
from bss_core.scores import BANDS, balance_scores, band, measure, ranks
from tests.score_tables import draws

# Three samples, label 0: similarity 1, 0.6, 2/√5; loss 2·ln(4/3), ln(4/3) + ln 4, ln 2 + ln 4.
BY_HAND = {
    "audio": np.array([[0.75, 0.25], [0.75, 0.25], [0.5, 0.5]]),
    "image": np.array([[0.75, 0.25], [0.25, 0.75], [0.25, 0.75]]),
}
LABELS = np.array([0, 0, 0])


def test_the_score_by_hand():
    table = balance_scores(BY_HAND, LABELS)

    assert list(table) == ["prediction_similarity", "total_loss", "balance_score"]
    assert table["prediction_similarity"].to_numpy() == pytest.approx([1.0, 0.6, 2 / 5**0.5])
    assert table["total_loss"].to_numpy() == pytest.approx([0.575364, 1.673976, 2.079442], abs=1e-6)
    # s = 1 − 0,  0 − ln 3 / ln 4.5,  (2/√5 − 0.6)/0.4 − 1
    assert table["balance_score"].to_numpy() == pytest.approx([1.0, -0.730423, -0.263932], abs=1e-6)


def test_the_options_of_the_measurer_are_taken():
    fused = {**BY_HAND, "multimodal": BY_HAND["audio"]}
    table = balance_scores(fused, LABELS, similarity="none", loss_weights="alpha", loss_alpha=0)

    assert table["total_loss"].to_numpy() == pytest.approx(-np.log([0.75, 0.75, 0.5]))
    assert table["balance_score"].tolist() == [0, 0, -1]
    with pytest.raises(ConfigError, match="has no option 'alpha'; its options are similarity, difficulty, normaliser"):
        balance_scores(fused, LABELS, alpha=0)


def test_logits_are_taken_alone_or_beside_the_probabilities():
    logits = {name: np.log(array) + 5 for name, array in BY_HAND.items()}
    expected = balance_scores(BY_HAND, LABELS).to_numpy()

    assert balance_scores(None, LABELS, logits=logits).to_numpy() == pytest.approx(expected)
    assert balance_scores(BY_HAND, LABELS, logits=logits).to_numpy() == pytest.approx(expected)


def test_features_give_their_own_column():
    features = {"audio": np.eye(3), "image": np.eye(3)[[0, 2, 1]]}
    table = balance_scores(BY_HAND, LABELS, features=features, similarity="feature_similarity", difficulty="none")

    assert list(table) == ["prediction_similarity", "total_loss", "feature_similarity", "balance_score"]
    assert table["feature_similarity"].tolist() == table["balance_score"].tolist() == [1, 0, 0]


def test_a_model_that_is_trained_may_give_its_tensors_as_they_are():
    torch = pytest.importorskip("torch")
    logits = {name: torch.tensor(np.log(array), requires_grad=True) for name, array in BY_HAND.items()}
    half = {name: torch.tensor(array).bfloat16() for name, array in BY_HAND.items()}  # 0.75, 0.5, 0.25 are exact
    expected = balance_scores(BY_HAND, LABELS).to_numpy()

    assert balance_scores(None, torch.tensor(LABELS), logits=logits).to_numpy() == pytest.approx(expected)
    assert balance_scores(half, torch.tensor(LABELS)).to_numpy() == pytest.approx(expected)


def test_the_extrema_are_those_of_all_samples():
    scores = measure(predictions_from(BY_HAND, LABELS))

    assert scores.extrema["prediction_similarity"].min == pytest.approx(0.6)
    assert scores.extrema["total_loss"].max == pytest.approx(np.log(8))
    assert scores.constant == ()


@given(seed=st.integers(0, 2**32), n=st.integers(2, 30), modalities=st.integers(2, 4), fused=st.booleans())
def test_the_score_equals_a_loop(seed, n, modalities, fused):
    heads, labels = draws(seed, n, [*"abcd"[:modalities], *(["multimodal"] if fused else [])])
    table = balance_scores(heads, labels)
    similarity, loss = table["prediction_similarity"].tolist(), table["total_loss"].tolist()
    for row, found in enumerate(table["balance_score"]):
        high = (similarity[row] - min(similarity)) / (max(similarity) - min(similarity))
        low = (loss[row] - min(loss)) / (max(loss) - min(loss))
        assert found == pytest.approx(high - low, abs=1e-12)


@pytest.mark.parametrize("dtype", ["int8", "uint8", "uint16", "int32", "uint64"])
def test_labels_of_any_whole_number_type_and_arrays_in_any_layout_are_taken(dtype):
    heads, labels = draws(7, 300, ["a", "b"])
    expected = balance_scores(heads, labels)
    others = {"a": np.asfortranarray(heads["a"]), "b": np.repeat(heads["b"], 2, axis=0)[::2]}

    assert balance_scores(others, labels.astype(dtype)).equals(expected)


def test_whole_number_probabilities_and_logits_are_taken():
    eye = np.eye(2, dtype=np.int64)
    table = balance_scores({"a": eye, "b": eye[::-1]}, [0, 1], logits={"a": eye * 3, "b": eye})

    assert table["prediction_similarity"].tolist() == [0, 0]
    assert table["total_loss"].to_numpy() == pytest.approx([np.log1p(np.exp(-3)) + np.log1p(np.exp(-1))] * 2)


@st.composite
def any_logits(draw):
    """Head → (n, C) logits up to ±1e4, and labels."""
    n, classes = draw(st.integers(1, 6)), draw(st.integers(2, 4))
    logit = st.floats(-1e4, 1e4, width=32) | st.sampled_from([0.0, 1e4, -1e4])
    row = st.lists(logit, min_size=classes, max_size=classes)
    heads = {name: np.array(draw(st.lists(row, min_size=n, max_size=n))) for name in ("a", "b", "multimodal")}
    return heads, np.array(draw(st.lists(st.integers(0, classes - 1), min_size=n, max_size=n)))


@given(any_logits(), st.sampled_from(["probabilities", "logits"]), st.sampled_from(["min_max", "rank"]))
def test_any_logits_give_finite_scores_between_minus_one_and_one(case, similarity_on, normaliser):
    logits, labels = case
    table = balance_scores(None, labels, logits=logits, similarity_on=similarity_on, normaliser=normaliser)

    assert np.isfinite(table.to_numpy()).all()
    assert table["balance_score"].between(-1, 1).all()
    assert table["prediction_similarity"].between(-1, 1).all()
    assert table["total_loss"].between(0, 6.1e4).all()


@st.composite
def any_probabilities(draw):
    """Head → (n, C): softmax of any logits, certain and tied ones too, and labels."""
    n, classes = draw(st.integers(1, 8)), draw(st.integers(2, 5))
    names = draw(
        st.sampled_from([["a", "b"], ["a", "b", "multimodal"], ["a", "b", "c"], ["a", "b", "c", "multimodal"]])
    )
    logit = st.floats(-200, 200, width=32)
    heads = {}
    for name in names:
        rows = draw(st.lists(st.lists(logit, min_size=classes, max_size=classes), min_size=n, max_size=n))
        logits = np.array(rows, dtype=np.float64)
        weights = np.exp(logits - logits.max(axis=1, keepdims=True))
        heads[name] = (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
    return heads, np.array(draw(st.lists(st.integers(0, classes - 1), min_size=n, max_size=n)))


@given(any_probabilities())
def test_any_predictions_give_finite_scores_between_minus_one_and_one(case):
    table = balance_scores(*case)

    assert np.isfinite(table.to_numpy()).all()
    assert table["balance_score"].between(-1, 1).all()
    assert table["prediction_similarity"].between(0, 1).all()
    assert (table["total_loss"] >= 0).all()


@given(any_probabilities(), st.randoms(use_true_random=False))
def test_the_order_of_the_samples_only_orders_the_scores(case, random):
    heads, labels = case
    order = random.sample(range(len(labels)), len(labels))
    shuffled = balance_scores({name: array[order] for name, array in heads.items()}, labels[order])

    expected = balance_scores(heads, labels).iloc[order].to_numpy()
    assert shuffled.to_numpy() == pytest.approx(expected, abs=1e-6)


@given(any_probabilities(), st.randoms(use_true_random=False))
def test_names_and_order_of_the_modalities_change_nothing(case, random):
    heads, labels = case
    modalities = [name for name in heads if name != "multimodal"]
    others = dict(zip(random.sample(["x", "audio", "z1", "0"], len(modalities)), modalities, strict=False))
    renamed = {new: heads[old] for new, old in others.items()}
    if "multimodal" in heads:
        renamed = {"multimodal": heads["multimodal"], **renamed}

    # Sums over heads may round differently; min–max magnifies that where a criterion is nearly constant.
    assert balance_scores(renamed, labels).to_numpy() == pytest.approx(
        balance_scores(heads, labels).to_numpy(), abs=1e-6
    )


def test_a_constant_similarity_leaves_the_score_to_the_loss_and_is_reported():
    same = np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8]])
    table = balance_scores({"audio": same, "image": same}, np.array([0, 0, 0]))

    assert table.attrs["constant_criteria"] == ["prediction_similarity"]
    loss = -2 * np.log([0.9, 0.6, 0.2])
    assert table["balance_score"].to_numpy() == pytest.approx(-(loss - loss[0]) / (loss[2] - loss[0]))


def test_equal_samples_score_zero_and_both_criteria_are_reported():
    table = balance_scores({"audio": np.full((5, 4), 0.25), "image": np.full((5, 4), 0.25)}, np.zeros(5, int))

    assert table["balance_score"].tolist() == [0.0] * 5
    assert table.attrs["constant_criteria"] == ["prediction_similarity", "total_loss"]


def test_rounding_errors_are_no_differences():
    # All similarities are 1, but their computed values differ by one unit in the last place.
    same = draws(3, 50, ["audio"])[0]["audio"]

    assert measure(predictions_from({"a": same, "b": same}, np.zeros(50, int))).constant == ("prediction_similarity",)


def test_one_sample_has_the_score_zero():
    assert balance_scores({"a": np.array([[0.3, 0.7]]), "b": np.array([[0.6, 0.4]])}, [1])["balance_score"].item() == 0


def test_bands_begin_at_their_thresholds():
    score = [-1.0, 0.2499, 0.25, 0.5999, 0.6, 1.0]

    assert band(score).tolist() == [BANDS[2], BANDS[2], BANDS[1], BANDS[1], BANDS[0], BANDS[0]]
    assert band([0.0, -0.5], (-0.5, 0.0)).tolist() == [BANDS[0], BANDS[1]]


@pytest.mark.parametrize("thresholds", [(0.6, 0.25), (0.5, 0.5), (-1.1, 0.0), (0.0, 1.1), (float("nan"), 0.5)])
def test_thresholds_that_cannot_be_are_refused(thresholds):
    with pytest.raises(ConfigError, match="must satisfy −1 ≤ lower < upper ≤ 1; got"):
        band(np.zeros(1), thresholds)


def test_ranks_by_hand_and_ties_keep_the_input_order():
    assert ranks(np.array([0.1, 0.9, 0.1, -1.0, 0.9])).tolist() == [3, 1, 4, 5, 2]
    assert ranks(np.array([7.0])).tolist() == [1]


@given(st.lists(st.sampled_from([-1.0, -0.5, 0.0, 0.5, 1.0]), min_size=1, max_size=30))
@example([0.0, -0.0])
def test_ranks_are_a_permutation_that_falls_with_the_score(score):
    found = ranks(np.array(score))

    assert sorted(found) == list(range(1, len(score) + 1))
    assert [score[i] for i in np.argsort(found)] == sorted(score, reverse=True)
    naive = sorted(range(len(score)), key=lambda i: -score[i])  # Python's sort is stable
    assert np.argsort(found).tolist() == naive
