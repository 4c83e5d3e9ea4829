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
    assert found == dataclasses.replace(TrainingOptions(), scheduler_options=learned)


def test_texts_of_a_command_line_become_values():
    found = training_options(
        {"epochs": "7", "alpha": "0.9", "scheduler_options": {"beta": "0.25", "replacement": "no"}}
    )

    assert (found.epochs, found.alpha) == (7, 0.9)
    assert found.scheduler_options == {"beta": 0.25, "evaluate_every": 1, "temperature": 1.0, "replacement": False}
    assert found.build_scheduler().beta == 0.25


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


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_is_valid_and_gives_way_to_what_is_given(preset):
    assert training_options({"preset": preset}).preset == preset
    assert training_options({"preset": preset, "epochs": 3, "batch_size": 5}).batch_size == 5


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
        ({"optimizer": "lion"}, "optimizer = 'lion' is out of range: it must be one of adamw, sgd"),
        ({"seed": -1}, "seed = -1 is out of range"),
        ({"encoders": "small_cnn"}, "encoders = 'small_cnn' is not a mapping"),
        ({"preset": "best"}, "There is no preset 'best'; there are paper"),
        ({"fusion": "glue"}, "There is no fusion 'glue'; there are concat, sum"),
        ({"scheduler": "bss_h"}, "no 'bss_h' among the schedulers; there are anti_curriculum, heuristic, learned"),
        (
            {"scheduler": "heuristic", "scheduler_options": {"beta": 1}},
            "has no option 'beta'; its options are lambda_0, t_grow",
        ),
        ({"scheduler_options": {"beta": 2}}, "beta = 2.* is out of range"),
        ({"scheduler_options": {"evaluate_every": 0}}, "evaluate_every = 0 is out of range"),
    ],
)
def test_what_cannot_be_is_named_with_what_can(given, message):
    with pytest.raises(ConfigError, match=message):
        training_options(given)
