"""The one sentence on why a sample is balanced or not: every case, two modalities and more, old tables too."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.widgets.explanation import ALL_RIGHT, DISAGREEMENT, HARD, LABEL, REASONS, WEAK, explain, heads_of, reason

CLASSES = ["cat", "dog", "owl"]


def row(*said, fused=0, sure=0.9, chance=0.9, band="imbalanced", label=0):
    """What two or more modalities said of a cat; ``sure`` is the confidence of each, or one for all."""
    names = ("audio", "image", "text", "video")[: len(said)]
    sure = sure if isinstance(sure, tuple) else (sure,) * len(said)
    found = {f"predicted_{name}": value for name, value in zip(names, said, strict=True)}
    found |= {f"probability_{name}": chance for name in names} | {"label": label, "band": band}
    found |= {f"confidence_{name}": value for name, value in zip(names, sure, strict=True) if value is not None}
    return found if fused is None else {**found, "predicted_multimodal": fused, "probability_multimodal": 0.5}


@pytest.mark.parametrize(
    ("found", "why", "sentence"),
    [
        (row(0, 0, band="balanced"), ALL_RIGHT, "Both modalities recognise cat."),
        (row(0, 0, 0, band="balanced", chance=0.2), ALL_RIGHT, "All modalities recognise cat."),
        (
            row(0, 0, chance=0.4, band="semi-balanced"), ALL_RIGHT,
            "Both modalities recognise cat, but audio is unsure: it gives it a probability of 0.40.",
        ),
        (
            row(0, 0, chance=0.4) | {"probability_image": 0.3}, ALL_RIGHT,
            "Both modalities recognise cat, but image is unsure: it gives it a probability of 0.30.",
        ),
        (row(0, 0, fused=1), ALL_RIGHT, "Both modalities recognise cat, but together they predict dog."),
        (
            row(1, 0, sure=0.4), WEAK,
            "Weak modality: audio guesses dog (0.40), while image recognises cat; together they predict cat.",
        ),
        (
            row(1, 0, 0, sure=0.4, fused=2), WEAK,
            "Weak modality: audio guesses dog (0.40), while image and text recognise cat; together they predict owl.",
        ),
        (
            row(1, 0), DISAGREEMENT,
            "Disagreement: audio is sure of dog (0.90), while image recognises cat; together they predict cat.",
        ),
        (
            row(1, 0, 2, sure=(0.5, 0.9, 0.3)), DISAGREEMENT,
            "Disagreement: audio is sure of dog (0.50) and text guesses owl (0.30), while only image recognises cat; "
            "together they predict cat.",
        ),
        (
            row(1, 2, 0, 0, sure=0.3, fused=None), WEAK,
            "Weak modality: audio guesses dog (0.30) and image guesses owl (0.30), while text and video recognise cat.",
        ),
        (row(1, 1), LABEL, "Both modalities predict dog, but the label is cat: possibly a wrong label."),
        (row(1, 1, 1), LABEL, "All modalities predict dog, but the label is cat: possibly a wrong label."),
        (
            row(1, 2, 1), HARD,
            "No modality recognises cat, and they disagree: a hard sample, or possibly a wrong label.",
        ),
    ],
)  # fmt: skip
def test_the_sentence_says_why(found, why, sentence):
    assert reason(found) == why
    assert explain(found, CLASSES) == sentence


@pytest.mark.parametrize("unknown", [None, float("nan")])
def test_a_table_without_confidences_is_explained_too(unknown):
    one, several = row(1, 0, 0, sure=unknown, fused=None), row(1, 2, 0, sure=unknown, fused=None)
    assert reason(one) == WEAK
    assert explain(one, CLASSES) == "Weak modality: audio predicts dog, while image and text recognise cat."
    assert reason(several) == DISAGREEMENT
    assert explain(several, CLASSES).startswith("Disagreement: audio predicts dog and image predicts owl, while only ")


def test_the_multimodal_head_comes_last_and_is_no_modality():
    found = {"predicted_multimodal": 1, "predicted_zebra": 0, "predicted_audio": 0}
    assert heads_of(found) == ["audio", "zebra", "multimodal"]


@given(some.integers(2, 4), some.data())
def test_every_pattern_has_one_reason_and_one_sentence(modalities, data):
    said = data.draw(some.lists(some.integers(0, 2), min_size=modalities, max_size=modalities))
    sure = tuple(data.draw(some.lists(some.floats(0.34, 1), min_size=modalities, max_size=modalities)))
    found = row(*said, sure=sure)
    wrong = [place for place, value in enumerate(said) if value]
    naive = {
        0: ALL_RIGHT,
        modalities: LABEL if len(set(said)) == 1 else HARD,
    }.get(len(wrong), DISAGREEMENT if any(sure[place] >= 0.5 for place in wrong) else WEAK)
    assert reason(found) == naive
    sentence = explain(found, CLASSES)
    assert sentence.endswith(".")
    assert ". " not in sentence
    assert sentence[0].isupper()


def test_all_reasons_can_be_met():
    met = {reason(row(*said, sure=sure)) for said in itertools.product((0, 1, 2), repeat=3) for sure in (0.4, 0.9)}
    assert met == set(REASONS)
