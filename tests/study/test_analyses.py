"""The analyses, on run folders with known scores: by hand."""

import numpy as np
import pytest

from bss_core.study.analyses import corruption, cost, exposure, ranking, sources
from bss_core.study.arms import Arm
from tests.study.fakes import data_set, fake_run, runs_table

RANDOM = Arm("random", ("a",), {}, reference="random")
OWN = Arm("own", ("a",), {}, reference="random")
UP, DOWN, MIXED = [1, 2, 3, 4], [4, 3, 2, 1], [2, 1, 4, 3]


def test_ranking_compares_first_scores_with_last_losses_and_other_seeds(tmp_path):
    info = data_set(tmp_path / "data", 4)
    rows = []
    for seed, (first, own, theirs) in enumerate([(UP, DOWN, DOWN), (MIXED, MIXED, DOWN)]):
        tables = [(0, "training", {"smoothed_score": first}), (9, "training", {"total_loss": own})]
        fake_run(tmp_path / f"own-{seed}", info, tables)
        fake_run(tmp_path / f"random-{seed}", info, [(9, "training", {"total_loss": theirs})])
        rows += [("own", seed, f"own-{seed}", {}), ("random", seed, f"random-{seed}", {})]

    found = ranking(runs_table(rows), [OWN], tmp_path).iloc[0]

    # ρ(1234, 2143) = 1 − 6·4 / (4·15) = 0.6
    assert found["final_loss"] == pytest.approx((-1 + 1) / 2)
    assert found["final_loss_error"] == pytest.approx(1.0)  # s = √2, s/√2
    assert found["reference_loss"] == pytest.approx((-1 - 0.6) / 2)
    assert found["between_seeds"] == pytest.approx(0.6)
    assert np.isnan(found["between_seeds_error"])


def test_ranking_takes_the_scores_at_the_end_of_the_burn_in(tmp_path):
    info = data_set(tmp_path / "data", 4)
    scores = [(0, "training", {"smoothed_score": UP}), (3, "training", {"smoothed_score": DOWN})]
    fake_run(tmp_path / "run", info, [*scores, (9, "training", {"total_loss": UP})], burn_in=2)

    rows = [(arm, 0, "run", {}) for arm in ("own", "random")]
    assert ranking(runs_table(rows), [OWN], tmp_path)["final_loss"].item() == pytest.approx(-1)


def test_sources_compares_the_last_own_scores_with_the_scoring_pass(tmp_path):
    info = data_set(tmp_path / "data", 4)
    own = [(0, "training", {"balance_score": DOWN}), (9, "training", {"balance_score": UP})]
    fake_run(tmp_path / "own", info, [*own, (9, "scoring", {"balance_score": MIXED})])
    fake_run(tmp_path / "random", info, own)

    found = sources(runs_table([("own", 0, "own", {}), ("random", 0, "random", {})]), [OWN, RANDOM], tmp_path)

    assert found["arm"].tolist() == ["own"]
    assert found["balance_score"].item() == pytest.approx(0.6)


def test_corruption_is_the_area_under_the_curve_at_three_moments(tmp_path):
    info = data_set(tmp_path / "data", 4, noisy_one=[True, False, False, False], noisy_two=[False, True, False, False])
    tables = [
        (epoch, "training", {"total_loss": loss, "balance_score": balance})
        for epoch, (loss, balance) in enumerate([(UP, UP), (MIXED, UP), (UP, DOWN), (DOWN, UP)])
    ]
    fake_run(tmp_path / "run", info, tables)

    found = corruption(runs_table([("own", 0, "run", {})]), [OWN], tmp_path)
    auc = found.set_index(["evaluation", "bad", "criterion"])["auc"]

    assert auc["first", "one", "total_loss"] == 0.0  # sample 0 has the lowest loss
    assert auc["last", "one", "total_loss"] == 1.0
    assert auc["first", "one", "balance_score"] == 1.0  # and the lowest balance
    assert auc["middle", "one", "balance_score"] == 0.0  # the third of four evaluations
    assert auc["last", "two", "total_loss"] == pytest.approx(2 / 3)  # one of three good samples stands above
    assert auc["last", "any", "total_loss"] == 1.0
    assert auc["first", "one", "prediction_similarity"] == 0.5  # the same for all


def test_a_data_set_without_known_truth_has_no_corruption(tmp_path):
    fake_run(tmp_path / "run", data_set(tmp_path / "data", 4), [(0, "training", {"total_loss": UP})])

    assert corruption(runs_table([("own", 0, "run", {})]), [OWN], tmp_path).empty


def test_exposure_is_the_mean_over_seeds_beside_the_accuracy(tmp_path):
    rows = [
        ("own", seed, "", {"effective_sample_size": size, "entropy": 2.0, "coverage": 0.5, "test_accuracy": accuracy})
        for seed, (size, accuracy) in enumerate([(10, 0.7), (20, 0.8), (30, 0.9)])
    ]
    found = exposure(runs_table(rows), [OWN], tmp_path).iloc[0]

    assert (found["effective_sample_size"], found["coverage"]) == (20, 0.5)
    assert found["test_accuracy"] == pytest.approx(0.8)
    assert found["test_accuracy_error"] == pytest.approx(0.0577350269)


def test_cost_is_relative_to_the_training_of_the_reference_of_the_same_seed(tmp_path):
    seconds = [("own", 0, 2.0, 1.0), ("random", 0, 2.0, 0.5), ("own", 1, 4.0, 4.0), ("random", 1, 2.0, 0.5)]
    rows = [
        (arm, seed, "", {"seconds_per_epoch": training, "scoring_seconds_per_epoch": scoring})
        for arm, seed, training, scoring in seconds
    ]
    found = cost(runs_table(rows), [OWN], tmp_path).iloc[0]

    assert found["relative"] == pytest.approx((1.5 + 4.0) / 2)
    assert (found["seconds_per_epoch"], found["scoring_seconds_per_epoch"]) == (3.0, 2.5)
