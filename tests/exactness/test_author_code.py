"""The presets ``author-code/…`` give, number for number, what the released formulas give on the same logits.

The formulas (not the code, which carries no licence): d = (1 − sim) + loss with both min–max normalised, ascending;
λ at epoch + 1; weights 1 − (loss − sim) + 0.01 drawn without replacement; and what differs per data set.
"""

import math

import numpy as np
import pytest

import bss_core as bss
from bss_core.engine.objective import objective
from bss_core.measurer import build_measurer
from bss_core.metrics import combine
from bss_core.predictions import predictions_from
from bss_core.training_options import preset_options, training_options
from tests.exactness import naive

DATA_SETS = ("crema_d", "kinetics_sounds", "vggsound", "twitter2015", "sarcasm", "nvgesture")
MODALITIES = {"nvgesture": ("depth", "flow", "rgb"), "twitter2015": ("image", "text"), "sarcasm": ("image", "text")}


def logits_of(name, n=200, classes=5):
    generator = np.random.default_rng(sum(map(ord, name)))
    heads = [*MODALITIES.get(name, ("audio", "video")), "multimodal"]
    return {head: generator.normal(0, 2, (n, classes)) for head in heads}, generator.integers(0, classes, n)


def as_lists(logits):
    return {head: rows.tolist() for head, rows in logits.items()}


def options_of(name, scheduler):
    return training_options({"preset": f"author-code/{name}", "scheduler": scheduler})


def score(name, scheduler, logits, labels):
    measurer = build_measurer(options_of(name, scheduler).measure)
    return measurer(predictions_from(labels=labels, logits=logits)).balance_score


def released_columns(name, scheduler, logits, labels):
    weights = (0.1, 0.9) if name == "crema_d" else (1.0, 1.0)
    on = (lambda row: row) if (name, scheduler) == ("nvgesture", "heuristic") else naive.softmax
    sims, losses = naive.columns(as_lists(logits), labels, *weights, on=on)
    return naive.min_max(sims), naive.min_max(losses)


@pytest.mark.parametrize("name", DATA_SETS)
@pytest.mark.parametrize("epoch", [0, 7, 39])
def test_bss_h_takes_the_samples_of_the_released_ranking(name, epoch):
    logits, labels = logits_of(name)
    scheduler = options_of(name, "heuristic").build_scheduler()

    plan = scheduler.plan(scheduler.smooth(None, score(name, "heuristic", logits, labels), 0), epoch)

    sims, losses = released_columns(name, "heuristic", logits, labels)
    difficulty = [(1 - sim) + loss for sim, loss in zip(sims, losses, strict=True)]
    ranked = sorted(range(len(labels)), key=lambda row: difficulty[row])
    size = int(len(labels) * naive.pacing(epoch + 1))
    assert plan.size == size
    assert sorted(plan.pool.tolist()) == sorted(ranked[:size])


@pytest.mark.parametrize("name", DATA_SETS)
def test_bss_l_draws_with_the_released_weights(name):
    logits, labels = logits_of(name)
    scheduler = options_of(name, "learned").build_scheduler()
    smoothed = scheduler.smooth(np.zeros(len(labels)), score(name, "learned", logits, labels), 3)

    plan = scheduler.plan(smoothed, 3)

    sims, losses = released_columns(name, "learned", logits, labels)
    pairs = list(zip(sims, losses, strict=True))
    if name == "twitter2015":
        weights = [1 - (sim - loss) + 0.01 for sim, loss in pairs]  # the sign that is turned round
    elif name == "nvgesture":
        weights = [1 - (loss - sim) for sim, loss in pairs]  # no floor
    else:
        weights = [1 - (loss - sim) + 0.01 for sim, loss in pairs]
    assert plan.probabilities == pytest.approx(naive.normalised(weights), rel=1e-9, abs=1e-12)
    assert not plan.replace
    assert sorted(plan.draw(np.random.default_rng(0)).tolist()) == list(range(len(labels)))


@pytest.mark.parametrize(("name", "alpha"), [("crema_d", 0.9), ("kinetics_sounds", None), ("nvgesture", None)])
def test_the_training_loss_is_the_released_one(name, alpha):
    torch = pytest.importorskip("torch")
    logits, labels = logits_of(name)
    options = options_of(name, "learned")

    found = objective(
        {head: torch.from_numpy(rows) for head, rows in logits.items()},
        torch.from_numpy(labels), options.alpha, options.loss_weights,
    )  # fmt: skip

    means = {
        head: math.fsum(naive.cross_entropy(row, label) for row, label in zip(rows, labels, strict=True)) / len(labels)
        for head, rows in as_lists(logits).items()
    }
    multimodal = means.pop("multimodal")
    unimodal = math.fsum(means.values())
    expected = multimodal + unimodal if alpha is None else (1 - alpha) * multimodal + alpha * unimodal
    assert found.item() == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("name", DATA_SETS)
def test_predictions_are_the_released_sum_of_logits(name):
    logits, labels = logits_of(name)
    summed = ["audio", "video"] if name == "crema_d" else list(logits)

    found = combine(predictions_from(labels=labels, logits=logits), options_of(name, "learned").prediction_rule)

    expected = [naive.softmax([sum(column) for column in zip(*rows, strict=True)])
                for rows in zip(*(as_lists(logits)[head] for head in summed), strict=True)]  # fmt: skip
    assert found == pytest.approx(np.array(expected), abs=1e-6)


# methods.md's table of hyper-parameters: epochs, batch, learning rate, seed of the two scripts
TABLE = {
    "crema_d": ((120, 120), (32, 32), 0.01, (42, 42), "sgd"),
    "kinetics_sounds": ((120, 100), (32, 32), 0.1, (42, 0), "sgd"),
    "vggsound": ((120, 100), (32, 16), 0.01, (42, 0), "sgd"),
    "twitter2015": ((113, 100), (32, 32), 0.001, (42, 0), "sgd"),
    "sarcasm": ((120, 100), (32, 32), 1e-5, (42, 0), "adam"),
    "nvgesture": ((120, 120), (2, 2), 0.01, (42, 42), "sgd"),
}


@pytest.mark.parametrize("name", DATA_SETS)
@pytest.mark.parametrize("scheduler", ["heuristic", "learned"])
def test_the_hyper_parameters_are_those_of_the_scripts(name, scheduler):
    place = ["heuristic", "learned"].index(scheduler)
    epochs, batch, rate, seeds, optimizer = TABLE[name]
    options = options_of(name, scheduler)

    assert (options.epochs, options.batch_size) == (epochs[place], batch[place])
    assert (options.learning_rate, options.seed, options.optimizer) == (rate, seeds[place], optimizer)
    assert options.weight_decay == 1e-4
    assert (options.lr_schedule, options.lr_step) == ("step", 70)
    assert options.select_on == "test"
    evaluated = (name, scheduler) == ("twitter2015", "learned")
    assert options.score_source == ("evaluation_pass" if evaluated else "author")


def test_what_is_asked_for_wins_over_the_preset():
    given = {"preset": "author-code/crema_d", "scheduler": "learned", "epochs": 3, "scheduler_options": {"beta": 0.5}}

    options = training_options(given)

    assert options.epochs == 3
    assert options.scheduler_options["beta"] == 0.5
    assert options.scheduler_options["weighting"] == "linear"
    assert preset_options("author-code/crema_d", "learned")["epochs"] == 120
    assert bss.build("schedulers", "learned", **options.scheduler_options).beta == 0.5


@pytest.mark.parametrize("name", DATA_SETS)
def test_when_the_scripts_score(name):
    heuristic, learned = options_of(name, "heuristic"), options_of(name, "learned")
    first, every = heuristic.build_scheduler(), learned.build_scheduler()

    assert [epoch for epoch in range(heuristic.epochs) if first.needs_scores_at(epoch)] == [0]
    assert heuristic.evaluate_every == heuristic.epochs
    assert [epoch for epoch in range(learned.epochs) if every.needs_scores_at(epoch)] == list(range(learned.epochs))
    assert learned.evaluate_every == 1


@pytest.mark.parametrize(("epoch", "steps"), [(0, 39), (1, 51), (9, 106), (38, 206), (39, 209), (119, 209)])
def test_the_steps_of_bss_h_on_crema_d(epoch, steps):
    options = options_of("crema_d", "heuristic")

    plan = options.build_scheduler().plan(np.random.default_rng(1).uniform(-1, 1, 6698), epoch)

    assert options.drop_last
    assert plan.size // options.batch_size == steps


def test_what_is_turned_round_twice_on_twitter2015_draws_balanced_samples_first():
    scores = np.array([1.0, 0.25, -1.0])

    turned = options_of("twitter2015", "anti_learned").build_scheduler().plan(scores, 0)

    assert turned.probabilities == pytest.approx(naive.normalised([2.01, 1.26, 0.01]), rel=1e-12)


@pytest.mark.parametrize("rule", ["sum_unimodal", "sum_all"])
def test_summed_logits_decide_where_probabilities_are_all_or_nothing(rule):
    logits = {"audio": [[1000.0, 0.0, 0.0]], "video": [[0.0, 999.0, 0.0]], "multimodal": [[0.0, 0.0, -7.0]]}
    given = predictions_from(labels=[0], logits={head: np.array(rows) for head, rows in logits.items()})

    assert combine(given, rule) == pytest.approx(np.array([[1 / (1 + math.exp(-1)), 1 / (1 + math.e), 0]]), rel=1e-12)
