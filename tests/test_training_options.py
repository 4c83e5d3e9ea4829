"""The options of a run: what is filled in, what is refused, and what a run.json gives back."""

import dataclasses
import json

import pytest

from bss_core.config import describe
from bss_core.errors import ConfigError
from bss_core.registry import members
from bss_core.training_options import PRESETS, TrainingOptions, training_options


def test_nothing_given_is_the_defaults_with_the_schedulers_options_written_out():
    found = training_options({})

    learned = {"beta": 0.5, "evaluate_every": 1, "temperature": 1.0, "replacement": True}
    learned |= {"weighting": "softmax", "weight_floor": 0.01}
    measure = {"similarity": "prediction_similarity", "difficulty": "total_loss", "normaliser": "min_max"}
    measure |= {"similarity_on": "probabilities", "loss_weights": "sum", "loss_alpha": 0.5}
    assert found == dataclasses.replace(TrainingOptions(), scheduler_options=learned, measure=measure)


def test_texts_of_a_command_line_become_values():
    found = training_options(
        {"epochs": "7", "alpha": "0.9", "scheduler_options": {"beta": "0.25", "replacement": "no"}}
    )

    assert (found.epochs, found.alpha) == (7, 0.9)
    chosen = found.build_scheduler()
    assert (chosen.beta, chosen.evaluate_every, chosen.replacement) == (0.25, 1, False)
    assert dataclasses.asdict(chosen) == found.scheduler_options


def test_the_measurer_is_built_as_asked():
    asked = {"similarity": "none", "loss_weights": "alpha", "loss_alpha": "0.9", "normaliser": "rank"}
    found = training_options({"measure": asked})

    assert found.build_measurer().as_dict() == found.measure
    assert found.measure == {
        "similarity": "none", "difficulty": "total_loss", "normaliser": "rank", "loss_weights": "alpha",
        "loss_alpha": 0.9,
    }  # fmt: skip


def test_a_run_json_of_before_these_options_is_read():
    old = ("data", "scheduler", "epochs", "batch_size", "learning_rate", "optimizer", "alpha", "evaluate_every", "seed")
    defaults = TrainingOptions(scheduler="heuristic").as_dict()
    found = training_options({**{name: defaults[name] for name in old}, "scheduler_options": {"t_grow": 9}})

    assert (found.score_source, found.select_on, found.drop_last, found.max_steps) == (
        "evaluation_pass", "validation", False, 0,
    )  # fmt: skip
    assert (found.scheduler_options["t_grow"], found.scheduler_options["pacing_offset"]) == (9, 0)


@pytest.mark.parametrize("name", members("schedulers"))
def test_every_scheduler_can_be_chosen_and_built_again(name):
    found = training_options({"scheduler": name})

    assert dataclasses.asdict(found.build_scheduler()) == found.scheduler_options


@pytest.mark.parametrize(
    ("given", "every"),
    [
        ({"evaluate_every": 3, "scheduler": "heuristic"}, 3),
        ({"evaluate_every": 3, "scheduler": "learned"}, 3),
        ({"scheduler": "learned", "scheduler_options": {"evaluate_every": 4}}, 4),
        ({"evaluate_every": 3, "scheduler": "learned", "scheduler_options": {"evaluate_every": "4"}}, 4),
        ({"scheduler": "random_order"}, 1),
    ],
)
def test_the_period_of_scoring_is_the_one_asked_for(given, every):
    found = training_options(given)

    assert found.evaluate_every == every
    assert found.scheduler_options.get("evaluate_every", every) == every


def test_options_survive_run_json():
    found = training_options({"scheduler": "heuristic", "encoders": {"image": "small_cnn"}, "learning_rate": 0.1})

    assert TrainingOptions(**json.loads(json.dumps(found.as_dict()))) == found
    assert training_options(found.as_dict()) == found


@pytest.mark.parametrize("scheduler", members("schedulers"))
@pytest.mark.parametrize("preset", PRESETS)
def test_options_of_every_preset_survive_run_json(preset, scheduler):
    given = {"preset": preset, "scheduler": scheduler, "measure": {"difficulty": "gradient_magnitude"}}
    found = training_options(given)

    assert training_options(json.loads(json.dumps(found.as_dict()))) == found


@pytest.mark.parametrize("item", describe(TrainingOptions), ids=lambda item: item.name)
def test_every_option_has_help_and_a_valid_default(item):
    assert item.help
    assert item.check(item.default) == item.default


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"epoch": 3}, "A training run has no option 'epoch'; its options are data, scheduler, scheduler_options"),
        ({"epochs": 0}, "epochs = 0 is out of range: it must be finite and ≥ 1"),
        ({"epochs": "many"}, "epochs = 'many' is not a whole number"),
        ({"batch_size": 1}, "batch_size = 1 is out of range"),
        ({"learning_rate": 0}, "learning_rate = 0.0 is out of range: .*> 0"),
        ({"alpha": "nan"}, "alpha = nan is out of range"),
        ({"optimizer": "lion"}, "optimizer = 'lion' is out of range: it must be one of adamw, adam, sgd"),
        ({"seed": -1}, "seed = -1 is out of range"),
        ({"encoders": "small_cnn"}, "encoders = 'small_cnn' is not a mapping"),
        ({"preset": "best"}, "There is no preset 'best'; there are paper"),
        ({"fusion": "glue"}, "There is no fusion 'glue'; there are concat, sum"),
        ({"scheduler": "bss_h"}, "no 'bss_h' among the schedulers; there are anti_curriculum, anti_learned, heuristic"),
        (
            {"scheduler": "heuristic", "scheduler_options": {"beta": 1}},
            "has no option 'beta'; its options are lambda_0, t_grow",
        ),
        ({"scheduler_options": {"beta": 2}}, "beta = 2.* is out of range"),
        ({"scheduler_options": {"evaluate_every": 0}}, "evaluate_every = 0 is out of range"),
        ({"preset": ["paper"]}, r"There is no preset \['paper'\]; there are paper, author-code/crema_d"),
        ({"measure": "total_loss"}, "measure = 'total_loss' is not a mapping"),
        ({"measure": {"difficulty": "luck"}}, "difficulty = 'luck' does not exist; it must be one of none, "),
        ({"measure": {"similarity": "none", "difficulty": "none"}}, "both none, so there is no score"),
        ({"measure": {"temperature": 2}}, "has no option 'temperature'; its options are similarity, difficulty"),
        (
            {"measure": {"difficulty": "gradient_magnitude", "loss_alpha": 0.5}},
            "has no option 'loss_alpha'; its options are",
        ),
        ({"score_source": "guess"}, "it must be one of evaluation_pass, author, training_pass"),
        ({"loss_weights": "mean"}, "loss_weights = 'mean' is out of range: it must be one of alpha, sum"),
        ({"prediction_rule": "vote"}, "one of multimodal, sum_unimodal, sum_all, mean_softmax"),
        ({"select_on": "train"}, "select_on = 'train' is out of range: it must be one of validation, test"),
        ({"weight_init": "ones"}, "weight_init = 'ones' is out of range: it must be one of default, xavier"),
        ({"scoring_batch_size": 0}, "scoring_batch_size = 0 is out of range"),
        ({"max_steps": -1}, "max_steps = -1 is out of range"),
        ({"lr_step": -1}, "lr_step = -1 is out of range"),
    ],
)
def test_what_cannot_be_is_named_with_what_can(given, message):
    with pytest.raises(ConfigError, match=message):
        training_options(given)
