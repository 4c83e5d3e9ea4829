"""Accuracy, MAP and macro-F1: by hand, and against scikit-learn's own averages."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, average_precision_score, f1_score

from bss_core.metrics import head_metrics, metrics
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


def test_f1_counts_a_class_that_is_only_predicted():
    wrong = np.array([[0.9, 0.1, 0.0], [0.0, 0.1, 0.9]])

    assert head_metrics(wrong, np.array([0, 0]))["macro_f1"] == pytest.approx((2 / 3 + 0) / 2)


def test_perfect_predictions_score_one():
    found = head_metrics(np.eye(4), np.arange(4))

    assert found == {"accuracy": 1.0, "map": 1.0, "macro_f1": 1.0, "classes_without_samples": 0}


def test_one_sample_and_one_class():
    assert head_metrics(np.array([[0.4, 0.6]]), np.array([1])) == {
        "accuracy": 1.0,
        "map": 1.0,
        "macro_f1": 1.0,
        "classes_without_samples": 1,
    }


def test_tied_probabilities_count_as_one_step():
    # All four samples share one rank: precision 1/4 at recall 1, as without interpolation.
    found = head_metrics(np.full((4, 2), 0.5), np.array([1, 0, 0, 0]))

    assert found["map"] == pytest.approx((1 / 4 + 3 / 4) / 2)


@given(seed=st.integers(0, 2**32), n=st.integers(5, 40), classes=st.integers(2, 4))
def test_the_averages_are_those_of_scikit_learn(seed, n, classes):
    heads, labels = draws(seed, n, ("a",), classes)
    labels[:classes] = np.arange(classes)  # every class has a sample: then sklearn can average over all of them
    found, one_hot = head_metrics(heads["a"], labels), np.eye(classes)[labels]
    predicted = heads["a"].argmax(axis=1)

    assert found["accuracy"] == pytest.approx(accuracy_score(labels, predicted))
    assert found["map"] == pytest.approx(average_precision_score(one_hot, heads["a"], average="macro"))
    assert found["macro_f1"] == pytest.approx(f1_score(labels, predicted, average="macro"))


def test_every_head_is_measured():
    flipped = PROBABILITIES[:, [1, 0, 2]]
    found = metrics(predictions_from({"b": PROBABILITIES, "a": np.eye(3)[LABELS], "multimodal": flipped}, LABELS))

    assert list(found) == ["a", "b", "multimodal"]
    assert [found[head]["accuracy"] for head in found] == [1.0, 0.5, 0.5]
    assert found["b"] == head_metrics(PROBABILITIES, LABELS)
