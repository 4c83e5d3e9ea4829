"""Eqs. 4–12 of Balance-aware Sequence Sampling, each against numbers computed by hand or by the plain loops."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import bss_core as bss
from bss_core.engine.objective import objective
from tests.exactness import naive

# Two modalities, two classes; ln 3 and ln 4 make every probability a simple fraction.
LN3, LN4 = math.log(3), math.log(4)
BY_HAND = {
    "audio": [[LN3, 0.0], [0.0, 0.0], [0.0, LN3]],  # (3/4, 1/4), (1/2, 1/2), (1/4, 3/4)
    "image": [[LN3, 0.0], [LN3, 0.0], [LN3, 0.0]],  # (3/4, 1/4) three times
    "multimodal": [[LN4, 0.0], [0.0, 0.0], [0.0, LN4]],  # (4/5, 1/5), (1/2, 1/2), (1/5, 4/5)
}
LABELS = np.array([0, 0, 0])


def probabilities(logits):
    return {head: np.array([naive.softmax(row) for row in rows]) for head, rows in logits.items()}


def random_logits(seed, n, classes, modalities, scale=3.0):
    generator = np.random.default_rng(seed)
    heads = [*(f"modality_{number}" for number in range(modalities)), "multimodal"]
    labels = generator.integers(0, classes, n)
    return {head: generator.normal(0, scale, (n, classes)).tolist() for head in heads}, labels


def test_the_objective_weights_the_heads_as_in_eq_4():
    logits = {head: torch.tensor(rows, dtype=torch.float64) for head, rows in BY_HAND.items()}
    audio = (math.log(4 / 3) + math.log(2) + math.log(4)) / 3
    image = math.log(4 / 3)
    multimodal = (math.log(5 / 4) + math.log(2) + math.log(5)) / 3
    expected = 0.7 * multimodal + 0.3 * (audio + image)

    assert objective(logits, torch.tensor(LABELS), 0.3).item() == pytest.approx(expected, rel=1e-6)


def test_similarity_loss_and_score_of_eqs_5_to_7_by_hand():
    table = bss.balance_scores(probabilities(BY_HAND), LABELS)

    sims = [1.0, (3 / 8 + 1 / 8) / (math.sqrt(1 / 2) * math.sqrt(10 / 16)), (3 / 16 + 3 / 16) / (10 / 16)]
    losses = [
        math.log(5 / 4) + 2 * math.log(4 / 3),
        math.log(2) + math.log(2) + math.log(4 / 3),
        math.log(5) + math.log(4) + math.log(4 / 3),
    ]
    assert sims[2] == pytest.approx(0.6)
    assert table["prediction_similarity"].to_numpy() == pytest.approx(sims, abs=1e-12)
    assert table["total_loss"].to_numpy() == pytest.approx(losses, abs=1e-12)
    middle = (sims[1] - 0.6) / 0.4 - (losses[1] - losses[0]) / (losses[2] - losses[0])
    assert table["balance_score"].to_numpy() == pytest.approx([1.0, middle, -1.0], abs=1e-12)


@pytest.mark.parametrize(("modalities", "classes"), [(2, 2), (2, 31), (3, 6), (6, 10)])
def test_a_thousand_samples_score_as_in_the_plain_loops(modalities, classes):
    logits, labels = random_logits(3, 1000, classes, modalities)

    table = bss.balance_scores(probabilities(logits), labels)

    sims, losses = naive.columns(logits, labels)
    assert table["prediction_similarity"].to_numpy() == pytest.approx(sims, abs=1e-9)
    assert table["total_loss"].to_numpy() == pytest.approx(losses, abs=1e-9)
    assert table["balance_score"].to_numpy() == pytest.approx(naive.balance(sims, losses), abs=1e-9)


def test_scores_from_float32_probabilities_are_within_a_millionth_of_float64():
    logits, labels = random_logits(4, 2000, 30, 3)
    exact = probabilities(logits)

    found = bss.balance_scores({head: rows.astype(np.float32) for head, rows in exact.items()}, labels)

    expected = bss.balance_scores(exact, labels)
    assert np.abs(found["balance_score"] - expected["balance_score"]).max() < 1e-6


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_scores_of_logits_are_exact_where_probabilities_have_become_zero(dtype):
    logits, labels = random_logits(5, 500, 10, 3, scale=400.0)
    given_ = {head: np.array(rows, dtype=dtype) for head, rows in logits.items()}

    table = bss.balance_scores(None, labels, logits=given_)

    sims, losses = naive.columns({head: rows.tolist() for head, rows in given_.items()}, labels)
    assert max(losses) > 4 * 87.4  # what probabilities in float32 could tell at most
    assert table["prediction_similarity"].to_numpy() == pytest.approx(sims, abs=1e-12)
    assert table["total_loss"].to_numpy() == pytest.approx(losses, rel=1e-12)
    assert table["balance_score"].to_numpy() == pytest.approx(naive.balance(sims, losses), abs=1e-9)


@pytest.mark.parametrize("alpha", [0.0, 0.3, 0.9, 1.0])
def test_the_switches_of_table_3_and_the_weights_of_eq_4_score_as_in_the_plain_loops(alpha):
    logits, labels = random_logits(6, 300, 6, 2)
    given_ = {head: np.array(rows) for head, rows in logits.items()}

    found = {
        "both": {"loss_weights": "alpha", "loss_alpha": alpha},
        "loss": {"similarity": "none", "loss_weights": "alpha", "loss_alpha": alpha},
        "similarity": {"difficulty": "none"},
    }
    scores = {
        name: bss.balance_scores(None, labels, logits=given_, **options)["balance_score"].to_numpy()
        for name, options in found.items()
    }

    sims, losses = naive.columns(logits, labels, 1 - alpha, alpha)
    assert scores["both"] == pytest.approx(naive.balance(sims, losses), abs=1e-9)
    assert scores["loss"] == pytest.approx([-value for value in naive.min_max(losses)], abs=1e-9)
    assert scores["similarity"] == pytest.approx(naive.min_max(sims), abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(2, 40), modalities=st.integers(2, 4), classes=st.integers(2, 5))
def test_scores_lie_in_their_bounds_and_ignore_order_and_names(seed, n, modalities, classes):
    logits, labels = random_logits(seed, n, classes, modalities)
    given_ = probabilities(logits)
    score = bss.balance_scores(given_, labels)["balance_score"].to_numpy()
    shuffled = np.random.default_rng(seed).permutation(n)
    names = {head: head if head == "multimodal" else f"z{9 - int(head[-1])}" for head in given_}

    again = bss.balance_scores({names[head]: rows[shuffled] for head, rows in given_.items()}, labels[shuffled])

    assert (np.abs(score) <= 1).all()
    assert again["balance_score"].to_numpy() == pytest.approx(score[shuffled], abs=1e-12)


# λ(t) for λ₀ = 0.1 and T_grow = 40: √(0.99·t/40 + 0.01)
@pytest.mark.parametrize(
    ("epoch", "square"),
    [(0, "0.01"), (1, "0.03475"), (2, "0.0595"), (5, "0.13375"), (10, "0.2575"), (20, "0.505"), (30, "0.7525")],
)
def test_lambda_of_eq_8_is_the_root_of_these_exact_numbers(epoch, square):
    scheduler = bss.build("schedulers", "heuristic", lambda_0=0.1, t_grow=40)

    assert scheduler.share(epoch) == pytest.approx(math.sqrt(Fraction(square)), rel=1e-14)
    assert scheduler.share(epoch) == pytest.approx(naive.pacing(epoch), rel=1e-14)
    assert scheduler.share(40) == 1.0


@pytest.mark.parametrize(("epoch", "steps"), [(0, 20), (1, 39), (2, 51), (10, 106), (40, 209)])
def test_the_pool_of_eq_9_makes_the_steps_of_crema_d(epoch, steps):
    scores = np.random.default_rng(0).uniform(-1, 1, 6698)

    plan = bss.build("schedulers", "heuristic").plan(scores, epoch)

    assert plan.size // 32 == steps  # full batches of 32, as the authors' loader drops the rest
    threshold = np.sort(scores)[::-1][plan.size - 1]
    assert (scores[plan.pool] >= threshold).all()
    assert len(set(plan.pool.tolist())) == plan.size


def test_momentum_of_eq_10_over_three_evaluations_by_hand():
    learned = bss.build("schedulers", "learned", beta=0.25)
    first = learned.smooth(None, np.array([0.8, -0.4]))
    second = learned.smooth(first, np.array([0.0, 0.4]))
    third = learned.smooth(second, np.array([-1.0, 1.0]))

    assert first.tolist() == [0.8, -0.4]
    assert second == pytest.approx([0.6, -0.2])  # 3/4 · 0.8 + 1/4 · 0, 3/4 · −0.4 + 1/4 · 0.4
    assert third == pytest.approx([0.2, 0.1])


def test_probabilities_of_eq_11_by_hand():
    plan = bss.build("schedulers", "learned").plan(np.array([math.log(2), 0.0, -math.log(2)]), 0)

    assert plan.probabilities == pytest.approx([4 / 7, 2 / 7, 1 / 7], rel=1e-12)


@pytest.mark.parametrize("temperature", [0.25, 4.0])
def test_temperature_divides_the_score(temperature):
    plan = bss.build("schedulers", "learned", temperature=temperature).plan(np.array([1.0, 0.5]), 0)

    assert plan.probabilities[0] / plan.probabilities[1] == pytest.approx(math.exp(0.5 / temperature), rel=1e-12)


def test_draws_of_eq_12_with_replacement_follow_the_binomial():
    scores = np.linspace(-1, 1, 50)
    plan = bss.build("schedulers", "learned").plan(scores, 0)
    epochs = 2000

    counts = np.zeros(50)
    for seed in range(epochs):
        counts += np.bincount(plan.draw(np.random.default_rng(seed)), minlength=50)

    draws, p = epochs * 50, plan.probabilities
    assert counts.sum() == draws
    # five standard deviations: a false alarm among 50 counts once in 35,000 choices of the seeds
    assert (np.abs(counts - draws * p) < 5 * np.sqrt(draws * p * (1 - p))).all()
    assert np.square((counts - draws * p) / np.sqrt(draws * p)).sum() < 49 + 5 * math.sqrt(2 * 49)


def test_consecutive_draws_with_replacement_are_independent():
    plan = bss.build("schedulers", "learned").plan(np.array([1.0, 0.0, -1.0, 0.5]), 0)
    pairs = np.zeros((4, 4))
    for seed in range(6000):
        first, second, *_ = plan.draw(np.random.default_rng(seed)).tolist()
        pairs[first, second] += 1

    expected = 6000 * np.outer(plan.probabilities, plan.probabilities)
    assert (np.square(pairs - expected) / expected).sum() < 15 + 5 * math.sqrt(2 * 15)


def test_orders_without_replacement_are_plackett_luce():
    plan = bss.build("schedulers", "learned", replacement=False).plan(np.array([0.9, 0.1, -0.7]), 0)
    p = plan.probabilities
    found = dict.fromkeys(itertools.permutations(range(3)), 0)
    for seed in range(12000):
        found[tuple(plan.draw(np.random.default_rng(seed)).tolist())] += 1

    expected = {(a, b, c): 12000 * p[a] * p[b] / (p[b] + p[c]) for a, b, c in found}
    assert sum((found[order] - expected[order]) ** 2 / expected[order] for order in found) < 5 + 5 * math.sqrt(2 * 5)
