"""Accuracy, MAP and F1: by hand, and against scikit-learn's own averages; the rules and the modality gap."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, average_precision_score, f1_score

from bss_core.errors import ConfigError
from bss_core.metrics import RULES, combine, head_metrics, metrics, modality_gap
from bss_core.predictions import predictions_from
from tests.score_tables import draws

# The label's classes are 0, 0, 1, 1; class 2 has no sample.
PROBABILITIES = np.array([[0.7, 0.2, 0.1], [0.2, 0.5, 0.3], [0.5, 0.4, 0.1], [0.1, 0.6, 0.3]])
LABELS = np.array([0, 0, 1, 1])


def test_all_by_hand():
    found = head_metrics(PROBABILITIES, LABELS)

    assert found["accuracy"] == 0.5  # predicted 0, 1, 0, 1
    # Class 0 by falling probability: rows 0, 2, 1, 3 → hits at 1 and 3: (1/1 + 2/3)/2 = 5/6.
    # Class 1: rows 3, 1, 2, 0 → hits at 1 and 3: again 5/6. Class 2 is left out.
    assert found["map"] == pytest.approx(5 / 6)
    assert found["classes_without_samples"] == 1
    assert found["macro_f1"] == pytest.approx(0.5)  # each class: precision 1/2, recall 1/2
    assert found["weighted_f1"] == pytest.approx(0.5)


def test_weighted_f1_weighs_by_samples():
    # Class 0: 3 samples, all found, one false alarm: F1 = 6/7. Class 1: 1 sample, missed: 0.
    found = head_metrics(np.array([[0.9, 0.1]] * 4), np.array([0, 0, 0, 1]))

    assert found["weighted_f1"] == pytest.approx(3 / 4 * 6 / 7)
    assert found["macro_f1"] == pytest.approx(3 / 7)


def test_f1_counts_a_class_that_is_only_predicted():
    wrong = np.array([[0.9, 0.1, 0.0], [0.0, 0.1, 0.9]])

    assert head_metrics(wrong, np.array([0, 0]))["macro_f1"] == pytest.approx((2 / 3 + 0) / 2)


def test_perfect_predictions_score_one():
    found = head_metrics(np.eye(4), np.arange(4))

    assert found == {"accuracy": 1.0, "map": 1.0, "macro_f1": 1.0, "weighted_f1": 1.0, "classes_without_samples": 0}


def test_one_sample_and_one_class():
    assert head_metrics(np.array([[0.4, 0.6]]), np.array([1])) == {
        "accuracy": 1.0,
        "map": 1.0,
        "macro_f1": 1.0,
        "weighted_f1": 1.0,
        "classes_without_samples": 1,
    }


def test_tied_probabilities_count_as_one_step():
    # All four samples share one rank: precision 1/4 at recall 1, as without interpolation.
    found = head_metrics(np.full((4, 2), 0.5), np.array([1, 0, 0, 0]))

    assert found["map"] == pytest.approx((1 / 4 + 3 / 4) / 2)


def check_against_scikit_learn(probabilities, labels):
    found, predicted = head_metrics(probabilities, labels), probabilities.argmax(axis=1)
    present = np.unique(labels)
    each = [average_precision_score(labels == name, probabilities[:, name]) for name in present]

    assert found["accuracy"] == pytest.approx(accuracy_score(labels, predicted))
    assert found["map"] == pytest.approx(np.mean(each), rel=1e-12)
    assert found["macro_f1"] == pytest.approx(f1_score(labels, predicted, average="macro", zero_division=0), rel=1e-12)
    weighted = f1_score(labels, predicted, average="weighted", zero_division=0)
    assert found["weighted_f1"] == pytest.approx(weighted, rel=1e-12)
    assert found["classes_without_samples"] == probabilities.shape[1] - len(present)


@given(seed=st.integers(0, 2**32), n=st.integers(1, 40), classes=st.integers(2, 5))
def test_the_averages_are_those_of_scikit_learn(seed, n, classes):
    heads, labels = draws(seed, n, ("a",), classes)
    check_against_scikit_learn(heads["a"], labels)


@given(seed=st.integers(0, 2**32), n=st.integers(1, 40), steps=st.integers(1, 3))
def test_they_are_so_with_ties_too(seed, n, steps):
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, steps + 1, (n, 3)) / steps  # few values, so most scores are shared
    check_against_scikit_learn(coarse, rng.integers(0, 3, n))


def test_every_head_and_rule_is_measured():
    flipped = PROBABILITIES[:, [1, 0, 2]]
    found = metrics(predictions_from({"b": PROBABILITIES, "a": np.eye(3)[LABELS], "multimodal": flipped}, LABELS))

    assert list(found) == ["a", "b", "multimodal", "sum_unimodal", "sum_all", "mean_softmax"]
    assert [found[head]["accuracy"] for head in ("a", "b", "multimodal")] == [1.0, 0.5, 0.5]
    assert found["b"] == head_metrics(PROBABILITIES, LABELS)
    assert found["sum_unimodal"]["accuracy"] == 1.0  # a is certain and b gives no zero, so a decides


def test_without_a_multimodal_head_its_rules_are_left_out():
    some = predictions_from({"b": PROBABILITIES, "a": PROBABILITIES}, LABELS)

    assert list(metrics(some)) == ["a", "b", "sum_unimodal", "mean_softmax"]
    for rule in ("multimodal", "sum_all"):
        with pytest.raises(ConfigError, match=f"The rule '{rule}' needs a multimodal head; there are a, b"):
            combine(some, rule)


def test_an_unknown_rule_and_a_modality_named_as_one_are_refused():
    some = predictions_from({"sum_all": PROBABILITIES, "a": PROBABILITIES}, LABELS)

    with pytest.raises(ConfigError, match=f"no prediction rule 'vote'; there are {', '.join(RULES)}"):
        combine(some, "vote")
    with pytest.raises(ConfigError, match="A modality is called 'sum_all', which is a prediction rule"):
        metrics(some)


def softmax(logits):
    return np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)


@pytest.mark.parametrize("with_logits", [False, True])
def test_rules_on_summed_logits_are_the_softmax_of_the_sum(with_logits):
    rng = np.random.default_rng(3)
    logits = {head: rng.normal(0, 3, (20, 4)) for head in ("audio", "image", "multimodal")}
    heads = {head: softmax(values) for head, values in logits.items()}
    labels = rng.integers(0, 4, 20)
    some = predictions_from(None, labels, logits=logits) if with_logits else predictions_from(heads, labels)

    assert combine(some, "sum_unimodal") == pytest.approx(softmax(logits["audio"] + logits["image"]), abs=1e-12)
    assert combine(some, "sum_all") == pytest.approx(softmax(sum(logits.values())), abs=1e-12)
    assert combine(some, "mean_softmax") == pytest.approx(sum(heads.values()) / 3, abs=1e-12)
    assert combine(some, "multimodal") == pytest.approx(heads["multimodal"], abs=1e-12)


def test_certain_heads_that_disagree_still_give_a_distribution():
    found = combine(predictions_from({"a": np.eye(2), "b": np.eye(2)[::-1]}, np.array([0, 1])), "sum_unimodal")

    assert found == pytest.approx(np.full((2, 2), 0.5))


def test_the_modality_gap_is_best_minus_worst():
    values = {"accuracy": 0.5, "map": 0.4, "macro_f1": 0.3, "weighted_f1": 0.2, "classes_without_samples": 0}
    found = {
        "a": values,
        "b": values | {"accuracy": 0.9},
        "c": values | {"map": 0.1},
        "multimodal": dict.fromkeys(values, 1),
    }

    gap = modality_gap(found, ["a", "b", "c"])
    assert gap == pytest.approx({"accuracy": 0.4, "map": 0.3, "macro_f1": 0.0, "weighted_f1": 0.0})
