"""The facts of a sample by hand, and against loops over samples, heads and pairs."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bss_core.facts import facts
from bss_core.predictions import predictions_from
from tests.score_tables import draws

AUDIO = np.array([[0.7, 0.2, 0.1], [0.5, 0.5, 0.0], [0.0, 0.0, 1.0]])
IMAGE = np.array([[0.6, 0.3, 0.1], [0.2, 0.5, 0.3], [1.0, 0.0, 0.0]])
LABELS = np.array([0, 1, 1])


def test_two_modalities_by_hand():
    found = facts(predictions_from({"image": IMAGE, "audio": AUDIO}, LABELS))

    assert list(found) == [
        *("confidence_audio", "confidence_image", "margin_audio", "margin_image"),
        *("dominant_modality", "agreement", "correct_modalities"),
    ]
    assert found["confidence_audio"].tolist() == [0.7, 0.5, 1.0]
    assert found["margin_audio"] == pytest.approx([0.5, 0.0, -1.0])
    assert found["margin_image"] == pytest.approx([0.3, 0.2, -1.0])
    assert found["dominant_modality"].tolist() == ["audio", "audio", "audio"]  # ties go to the first by name
    assert found["agreement"].tolist() == [1.0, 0.0, 0.0]
    assert found["correct_modalities"].tolist() == ["audio+image", "image", "none"]


def test_a_multimodal_head_has_confidence_and_margin_but_is_no_modality():
    found = facts(predictions_from({"a": IMAGE, "b": IMAGE, "multimodal": AUDIO}, LABELS))

    assert found["confidence_multimodal"].tolist() == [0.7, 0.5, 1.0]
    assert found["margin_multimodal"] == pytest.approx([0.5, 0.0, -1.0])
    assert found["agreement"].tolist() == [1.0] * 3
    assert set(found["dominant_modality"]) == {"a"}


def test_shapley_values_are_passed_on_and_other_measurements_are_not():
    given = predictions_from({"a": IMAGE, "b": AUDIO}, LABELS)
    shapley = {"shapley_b": np.array([0.1, -0.2, 0.3]), "gradient_magnitude": np.ones(3)}
    found = facts(replace(given, measured=shapley))

    assert found["shapley_b"].tolist() == [0.1, -0.2, 0.3]
    assert "gradient_magnitude" not in found


@given(seed=st.integers(0, 2**32), n=st.integers(1, 12), count=st.integers(2, 5), fused=st.booleans())
def test_the_facts_equal_a_loop(seed, n, count, fused):
    names = list("abcde"[:count])
    heads, labels = draws(seed, n, [*names, *(["multimodal"] if fused else [])])
    found = facts(predictions_from(heads, labels))
    for row, label in enumerate(labels):
        said = {name: int(heads[name][row].argmax()) for name in names}
        pairs = list(combinations(names, 2))
        for head, array in heads.items():
            values = array[row].tolist()
            assert found[f"confidence_{head}"][row] == max(values)
            own = values.pop(label)
            assert found[f"margin_{head}"][row] == pytest.approx(own - max(values), abs=1e-12)
        assert found["agreement"][row] == pytest.approx(sum(said[a] == said[b] for a, b in pairs) / len(pairs))
        assert found["correct_modalities"][row] == ("+".join(a for a in names if said[a] == label) or "none")
        assert found["dominant_modality"][row] == max(names, key=lambda name: heads[name][row][label])


def test_more_modalities_than_bits_of_a_byte():
    names = [f"m{place:02d}" for place in range(11)]
    right, wrong = np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]])
    heads = {name: right if name in ("m00", "m10") else wrong for name in names}

    assert facts(predictions_from(heads, [0]))["correct_modalities"].tolist() == ["m00+m10"]
