"""Presets against the released scripts' values, written out here run by run, and who wins over whom."""

import dataclasses

import numpy as np
import pytest

from bss_core.config import describe
from bss_core.errors import ConfigError
from bss_core.presets import PRESET_NOTES, PRESETS, preset_options
from bss_core.registry import members
from bss_core.training_options import TrainingOptions, training_options

# data set: epochs, batch, seed of the BSS-H script; of the BSS-L script; learning rate
RUNS = {
    "crema_d": ((120, 32, 42), (120, 32, 42), 0.01),
    "kinetics_sounds": ((120, 32, 42), (100, 32, 0), 0.1),
    "vggsound": ((120, 32, 42), (100, 16, 0), 0.01),
    "twitter2015": ((113, 32, 42), (100, 32, 0), 0.001),
    "sarcasm": ((120, 32, 42), (100, 32, 0), 1e-5),
    "nvgesture": ((120, 2, 42), (120, 2, 42), 0.01),
}
DATA_SETS = tuple(RUNS)


def chosen(data, scheduler, **given):
    return training_options({"preset": f"author-code/{data}", "scheduler": scheduler, **given})


def test_there_is_a_preset_for_each_of_the_six_data_sets_and_all_can_be_chosen():
    names = ("paper", *(f"author-code/{data}" for data in DATA_SETS))
    assert tuple(PRESETS) == names
    assert next(item.choices for item in describe(TrainingOptions) if item.name == "preset") == names
    assert tuple(PRESET_NOTES) == names


@pytest.mark.parametrize("data", DATA_SETS)
class TestEveryReleasedScript:
    def test_length_batch_seed_and_learning_rate(self, data):
        heuristic, learned, rate = RUNS[data]
        for scheduler, expected in (("heuristic", heuristic), ("learned", learned)):
            found = chosen(data, scheduler)
            assert (found.epochs, found.batch_size, found.seed) == expected
            assert found.scoring_batch_size == (1 if data == "nvgesture" else found.batch_size)
            assert found.learning_rate == rate

    @pytest.mark.parametrize("scheduler", ["heuristic", "learned"])
    def test_optimisation_and_protocol(self, data, scheduler):
        found = chosen(data, scheduler)
        assert found.optimizer == ("adam" if data == "sarcasm" else "sgd")
        assert (found.weight_decay, found.lr_schedule, found.lr_step) == (0.0001, "step", 70)
        assert (found.select_on, found.drop_last, found.fusion) == ("test", True, "concat")
        assert found.weight_init == ("default" if data in ("twitter2015", "sarcasm") else "xavier")
        assert found.prediction_rule == ("sum_unimodal" if data == "crema_d" else "sum_all")

    @pytest.mark.parametrize("scheduler", ["heuristic", "learned"])
    def test_the_objective_and_the_loss_in_the_score_are_weighted_alike(self, data, scheduler):
        found = chosen(data, scheduler)
        weights, alpha = ("alpha", 0.9) if data == "crema_d" else ("sum", 0.5)
        assert (found.loss_weights, found.alpha) == (weights, alpha)
        assert (found.measure["loss_weights"], found.measure["loss_alpha"]) == (weights, alpha)

    def test_similarity_is_on_logits_only_in_bss_h_on_nvgesture(self, data):
        assert chosen(data, "learned").measure["similarity_on"] == "probabilities"
        expected = "logits" if data == "nvgesture" else "probabilities"
        assert chosen(data, "heuristic").measure["similarity_on"] == expected

    def test_scoring_is_in_evaluation_mode_only_in_bss_l_on_twitter(self, data):
        assert chosen(data, "heuristic").score_source == "author"
        assert chosen(data, "learned").score_source == ("evaluation_pass" if data == "twitter2015" else "author")

    def test_bss_h_starts_at_18_6_percent_and_is_full_at_epoch_39(self, data):
        found = chosen(data, "heuristic")
        scheduler = found.build_scheduler()
        assert scheduler.share(0) == pytest.approx(0.186, abs=5e-4)
        assert scheduler.share(38) < 1 == scheduler.share(39)
        assert found.evaluate_every == found.epochs  # ranked once, by the untrained model
        assert [epoch for epoch in range(found.epochs) if scheduler.needs_scores_at(epoch)] == [0]

    def test_bss_l_weighs_linearly_without_memory_and_repeats_nothing(self, data):
        scheduler = chosen(data, "learned").build_scheduler()
        scores = np.array([-1.0, -0.25, 0.0, 0.75])
        sign, floor = (-1 if data == "twitter2015" else 1), (0.0 if data == "nvgesture" else 0.01)
        expected = 1 + sign * scores + floor
        plan = scheduler.plan(scores, 0)
        assert plan.probabilities == pytest.approx(expected / expected.sum())
        assert (plan.size, plan.replace) == (4, False)
        assert scheduler.smooth(np.ones(4), scores, 1).tolist() == scores.tolist()
        assert (scheduler.evaluate_every, chosen(data, "learned").evaluate_every) == (1, 1)

    def test_controls_follow_the_scheduler_they_turn_round(self, data):
        for control, other in (("anti_curriculum", "heuristic"), ("anti_learned", "learned")):
            found, expected = chosen(data, control), chosen(data, other)
            assert dataclasses.replace(found, scheduler=other) == expected

    def test_random_order_is_as_long_as_bss_l_and_recording_it_changes_nothing(self, data):
        found, learned = chosen(data, "random_order"), chosen(data, "learned")
        for name in ("epochs", "batch_size", "seed", "learning_rate", "loss_weights", "prediction_rule", "select_on"):
            assert getattr(found, name) == getattr(learned, name)
        assert (found.score_source, found.evaluate_every) == ("evaluation_pass", found.epochs)


class TestPaper:
    @pytest.mark.parametrize("scheduler", members("schedulers"))
    def test_its_formulas_are_the_defaults(self, scheduler):
        found = training_options({"preset": "paper", "scheduler": scheduler})
        for name, value in preset_options("paper", scheduler).items():
            if not isinstance(value, dict):
                assert value == getattr(TrainingOptions(), name)
        built = dataclasses.asdict(training_options({"scheduler": scheduler}).build_scheduler())
        assert found.scheduler_options == built
        assert found.measure == training_options({}).measure

    def test_sequence_by_hand(self):
        assert training_options({"scheduler": "heuristic"}).build_scheduler().share(10) == pytest.approx(
            0.507, abs=5e-4
        )
        plan = training_options({}).build_scheduler().plan(np.array([0.0, np.log(3)]), 0)
        assert plan.probabilities == pytest.approx([0.25, 0.75])


class TestWhatIsGivenWins:
    def test_over_single_options(self):
        found = chosen("crema_d", "heuristic", epochs=7, seed=3, alpha=0.25)
        assert (found.epochs, found.seed, found.alpha, found.batch_size) == (7, 3, 0.25, 32)

    def test_over_single_options_of_the_scheduler(self):
        found = chosen("nvgesture", "learned", scheduler_options={"beta": "0.5"}).scheduler_options
        assert (found["beta"], found["weighting"], found["weight_floor"]) == (0.5, "linear", 0.0)

    def test_over_the_period_of_scoring_however_it_is_given(self):
        assert chosen("crema_d", "learned", evaluate_every=3).scheduler_options["evaluate_every"] == 3
        assert chosen("crema_d", "learned", scheduler_options={"evaluate_every": 4}).evaluate_every == 4

    def test_over_single_options_of_the_measurer(self):
        found = chosen("crema_d", "learned", measure={"normaliser": "rank"}).measure
        assert (found["normaliser"], found["loss_weights"], found["loss_alpha"]) == ("rank", "alpha", 0.9)

    @pytest.mark.parametrize(
        ("given", "gone"),
        [
            ({"difficulty": "gradient_magnitude"}, ("loss_weights", "loss_alpha")),
            ({"difficulty": "none"}, ("loss_weights", "loss_alpha")),
            ({"similarity": "feature_similarity"}, ("similarity_on",)),
            ({"similarity": "none"}, ("similarity_on",)),
        ],
    )
    def test_a_criterion_replaced_takes_its_options_with_it(self, given, gone):
        found = chosen("crema_d", "learned", measure=given).measure
        assert found.items() >= given.items()
        assert not set(gone) & set(found)


@pytest.mark.parametrize("name", PRESETS)
def test_every_note_is_plain_sentences(name):
    assert PRESET_NOTES[name].endswith(".")
    assert "  " not in PRESET_NOTES[name]


@pytest.mark.parametrize("name", ["papers", "", "author-code", None, ["paper"]])
def test_a_preset_that_does_not_exist_is_named(name):
    with pytest.raises(ConfigError, match="There is no preset .*; there are paper, author-code/crema_d, "):
        preset_options(name, "learned")
