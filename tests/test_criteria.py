"""The criteria of the balance score, by hand and against loops (Balance-aware Sequence Sampling, Eqs. 5 and 6)."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bss_core.criteria.prediction_similarity import PredictionSimilarity
from bss_core.criteria.total_loss import TotalLoss
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
