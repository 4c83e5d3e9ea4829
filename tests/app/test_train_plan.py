"""The forecast of a run, against schedulers asked epoch by epoch, and what the page reads of methods' sources."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.views import train_methods
from app.views.train_plan import forecast
from bss_core import registry
from bss_core.manifest import KINDS
from bss_core.registry import build


def test_random_order_draws_all_in_every_epoch():
    found = forecast(build("schedulers", "random_order"), samples=401, epochs=3, batch_size=32)
    assert found.epochs["size"].tolist() == [401, 401, 401]
    assert found.epochs["share"].tolist() == [1.0, 1.0, 1.0]
    assert found.epochs["steps"].tolist() == [13, 13, 13]
    assert (found.steps, found.steps_of_all, found.never) == (39, 39, 0.0)


def test_growing_pool_by_hand():
    # λ(t) = √((1 − 0.25)/4 · t + 0.25) = 0.5, 0.6614, 0.7906 for λ₀ = 0.5, T_grow = 4.
    found = forecast(build("schedulers", "heuristic", lambda_0=0.5, t_grow=4), samples=10, epochs=3, batch_size=4)
    assert found.epochs["size"].tolist() == [5, 6, 7]
    assert (found.steps, found.steps_of_all) == (2 + 2 + 2, 9)
    assert found.never == pytest.approx(0.3)


def test_samples_can_be_drawn_with_any_probability():
    assert forecast(build("schedulers", "learned"), 50, 2, 8).never == 0.0


@given(some.sampled_from(registry.members("schedulers")), some.integers(1, 300), some.integers(1, 40))
def test_forecast_is_what_the_plans_say(name, samples, epochs):
    scheduler = build("schedulers", name)
    plans = [scheduler.plan(np.linspace(1, -1, samples), epoch) for epoch in range(epochs)]
    found = forecast(scheduler, samples, epochs, batch_size=7)
    assert found.epochs["size"].tolist() == [plan.size for plan in plans]
    assert found.steps == sum(math.ceil(plan.size / 7) for plan in plans)
    drawn = np.any([plan.sampling_probabilities(samples) > 0 for plan in plans], axis=0)
    assert found.never == pytest.approx(1 - drawn.mean())


def test_large_and_long_runs_are_asked_in_part():
    found = forecast(build("schedulers", "heuristic", t_grow=500), samples=10**7, epochs=1000, batch_size=100)
    assert len(found.epochs) == 300
    assert found.epochs[["epoch", "size"]].iloc[-1].tolist() == [999, 10**7]
    every = sum(
        math.ceil(int(10**7 * build("schedulers", "heuristic", t_grow=500).share(t)) / 100) for t in range(1000)
    )
    assert found.steps == pytest.approx(every, rel=0.001)


@pytest.mark.parametrize("family", ["schedulers", "fusion", "encoders"])
def test_cards_are_read_without_import(family):
    for name in registry.members(family):
        sentence = train_methods.first_sentence(family, name)
        assert sentence.endswith(".")
        assert "\n" not in sentence
        assert train_methods.card(family, name).startswith(sentence.split()[0])


def test_what_a_method_does_is_said_without_its_title():
    assert train_methods.title("schedulers", "learned") == "Learned scheduler (BSS-L)"
    said = "Draw every sample with a probability that follows its smoothed score."
    assert train_methods.what_it_does("schedulers", "learned") == said


def test_card_is_the_registry_card():
    for name in registry.members("schedulers"):
        assert train_methods.card("schedulers", name) == registry.card("schedulers", name)


def test_encoders_by_kind():
    assert {"small_cnn", "timm_model"} <= set(train_methods.encoders_for("image"))
    assert "word_bag" in train_methods.encoders_for("text")
    assert "word_bag" not in train_methods.encoders_for("image")
    assert train_methods.encoders_for("smell") == []


def test_kinds_are_those_of_the_classes():
    for name in registry.members("encoders"):
        said = {kind for kind in KINDS if name in train_methods.encoders_for(kind)}
        assert said == set(registry.find("encoders", name).kinds)
