"""The training loop: when it scores, what an epoch draws, one step by hand, checkpoints, and the same bits again."""

import copy

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812 (torch's own convention)

from bss_core.engine import trainer as trainer_module
from bss_core.engine.checkpoints import load_model
from bss_core.engine.hooks import Hooks
from bss_core.engine.scoring import predict
from bss_core.metrics import metrics
from tests.engine.small_runs import assert_same_tables, tables, trainer_for, trainer_of, untimed


class Draws(Hooks):
    """Notes the positions that every epoch draws."""

    def __init__(self):
        self.epochs = []

    def epoch_started(self, trainer):
        self.epochs.append([])

    def batch_drawn(self, trainer, batch):
        self.epochs[-1] += batch.index.tolist()
        return batch


def fit(folder, data, hooks=None, **given):
    trainer = trainer_for(folder, data, hooks, **given)
    trainer.fit()
    return trainer


def column(trainer, number, name):
    return tables(trainer.run)[f"evaluation={number:03d}.parquet"][name].to_numpy()


@pytest.mark.parametrize(
    ("epochs", "every", "expected"),
    [(2, 1, [(0, 0), (1, 1), (2, 2)]), (3, 2, [(0, 0), (1, 2), (2, 3)]), (2, 5, [(0, 0), (1, 2)])],
)
def test_it_scores_every_e_epochs_and_at_the_end(tmp_path, tiny_data, epochs, every, expected):
    trainer = fit(tmp_path / "run", tiny_data, epochs=epochs, scheduler_options={"evaluate_every": every})
    found = trainer.run.evaluations()
    assert [(item.number, item.epoch) for item in found] == expected
    assert {(item.kind, item.split, item.checkpoint, item.samples) for item in found} == {
        ("training", "train", "current", 18)
    }


def test_the_heuristic_draws_its_pool_from_the_balanced_end(tmp_path, tiny_data):
    draws = Draws()
    options = {"lambda_0": 0.5, "t_grow": 4}
    trainer = fit(tmp_path / "run", tiny_data, draws, epochs=5, scheduler="heuristic", scheduler_options=options)
    # λ(t) = √(¾/4·t + ¼) = 0.5, 0.661, 0.791, 0.901, 1, of 18 samples, rounded down
    sizes = [9, 11, 14, 16, 18]
    events = trainer.run.events()
    assert [event["schedule"]["size"] for event in events] == [event["samples"] for event in events] == sizes
    assert [event["schedule"]["share"] for event in events] == pytest.approx([0.5, 0.6614, 0.7906, 0.9014, 1], abs=1e-4)
    assert [event["schedule"]["effective_sample_size"] for event in events] == pytest.approx(sizes)
    assert [event["steps"] for event in events] == [2, 2, 2, 2, 3]
    ranking = np.argsort(column(trainer, 0, "rank"))
    for size, drawn in zip(sizes, draws.epochs, strict=True):
        assert sorted(drawn) == sorted(ranking[:size])
    for number in range(6):  # the first ranking stays, whatever later evaluations say
        assert (column(trainer, number, "smoothed_score") == column(trainer, 0, "balance_score")).all()
    assert (column(trainer, 5, "balance_score") != column(trainer, 0, "balance_score")).any()
    # the evaluation before the second epoch gives the eleven of its pool one chance in eleven each
    chances = column(trainer, 1, "sampling_probability")
    assert sorted(np.flatnonzero(chances)) == sorted(ranking[:11])
    assert chances[ranking[:11]] == pytest.approx(1 / 11)


def test_random_order_draws_all_once(tmp_path, tiny_data):
    draws = Draws()
    fit(tmp_path / "run", tiny_data, draws, scheduler="random_order")
    assert [sorted(drawn) for drawn in draws.epochs] == [list(range(18))] * 2
    assert draws.epochs[0] != draws.epochs[1]


def test_learned_draws_n_with_repeats_and_follows_momentum_and_softmax(tmp_path, tiny_data):
    draws = Draws()
    options = {"beta": 0.25, "temperature": 0.5, "replacement": True}
    trainer = fit(tmp_path / "run", tiny_data, draws, epochs=3, scheduler="learned", scheduler_options=options)
    assert [len(drawn) for drawn in draws.epochs] == [18] * 3
    assert all(len(set(drawn)) < 18 for drawn in draws.epochs)
    smoothed = column(trainer, 0, "balance_score")
    for number in range(4):
        if number:
            smoothed = 0.75 * smoothed + 0.25 * column(trainer, number, "balance_score")
        np.testing.assert_allclose(column(trainer, number, "smoothed_score"), smoothed, rtol=1e-12)
        weights = np.exp(smoothed / 0.5)
        np.testing.assert_allclose(column(trainer, number, "sampling_probability"), weights / weights.sum())
    # epoch 2 draws with the scores of evaluation 2
    plan = trainer.scheduler.plan(column(trainer, 2, "smoothed_score"), 2)
    assert draws.epochs[2] == plan.draw(np.random.default_rng([0, 2])).tolist()


def test_between_two_evaluations_the_last_scores_hold(tmp_path, tiny_data):
    draws = Draws()
    options = {"evaluate_every": 2, "replacement": False}
    trainer = fit(tmp_path / "run", tiny_data, draws, scheduler_options=options)
    plan = trainer.scheduler.plan(column(trainer, 0, "smoothed_score"), 1)
    assert draws.epochs[1] == plan.draw(np.random.default_rng([0, 1])).tolist()


def test_one_step_of_sgd_by_hand(tmp_path, tiny_data):
    trainer = trainer_for(tmp_path / "run", tiny_data, optimizer="sgd", learning_rate=0.1, weight_decay=0.0, alpha=0.3)
    batch = trainer.train.__getitems__([0, 3, 7, 8])
    trainer.model.train()
    model = copy.deepcopy(trainer.model)
    torch.manual_seed(1)  # for dropout
    logits = model(batch.inputs).logits
    losses = {head: F.cross_entropy(values, batch.labels) for head, values in logits.items()}
    expected = 0.7 * losses["multimodal"] + 0.3 * (losses["image"] + losses["audio"] + losses["caption"])
    expected.backward()
    torch.manual_seed(1)
    assert trainer.update(batch).item() == pytest.approx(expected.item(), rel=1e-6)
    for moved, start in zip(trainer.model.parameters(), model.parameters(), strict=True):
        assert torch.allclose(moved, start - 0.1 * start.grad, atol=1e-7)


def test_a_modalitys_parameters_are_its_own(tmp_path, tiny_data):
    trainer = trainer_for(tmp_path / "run", tiny_data)
    owned = {name: {id(one) for one in trainer.parameters_of(name)} for name in ("image", "audio", "caption")}
    assert not owned["image"] & owned["audio"] | owned["image"] & owned["caption"] | owned["audio"] & owned["caption"]
    everything = {id(one) for one in trainer.model.parameters()}
    rest = {id(one) for one in trainer.model.heads["multimodal"].parameters()}
    assert set.union(*owned.values()) == everything - rest


def test_events_hold_what_the_epoch_was(tmp_path, tiny_data):
    trainer = fit(tmp_path / "run", tiny_data, lr_schedule="cosine", learning_rate=0.01)
    first, second = trainer.run.events()
    assert [first["epoch"], second["epoch"]] == [1, 2]
    assert [first["learning_rate"], second["learning_rate"]] == pytest.approx([0.01, 0.005])
    assert first["loss"] > 0
    assert first["seconds"] >= 0
    found = metrics(predict(trainer.model, trainer.validation, trainer.device))
    assert second["metrics"]["validation"] == found


def test_best_is_the_first_epoch_of_the_highest_validation_map(tmp_path, tiny_data):
    trainer = fit(tmp_path / "run", tiny_data, epochs=4, learning_rate=0.02)
    precisions = [event["metrics"]["validation"]["multimodal"]["map"] for event in trainer.run.events()]
    best, about = load_model(trainer.run.folder / "checkpoints" / "best.safetensors")
    assert about["epoch"] == 1 + int(np.argmax(precisions))
    assert metrics(predict(best, trainer.validation, trainer.device))["multimodal"]["map"] == max(precisions)
    last, about = load_model(trainer.run.folder / "checkpoints" / "last.safetensors")
    assert about["epoch"] == 4
    assert about["data_hash"] == trainer.train.info.content_hash
    assert all(
        torch.equal(one, other) for one, other in zip(last.parameters(), trainer.model.parameters(), strict=True)
    )


def test_the_earlier_of_two_equal_epochs_is_the_best(tmp_path, tiny_data, monkeypatch):
    precisions = iter([0.25, 0.5, 0.5, 0.375])
    found = {"accuracy": 0.5}
    monkeypatch.setattr(trainer_module, "metrics", lambda _: {"multimodal": {**found, "map": next(precisions)}})
    trainer = fit(tmp_path / "run", tiny_data, epochs=4)
    assert trainer.best == (0.5, 2)
    assert load_model(trainer.run.folder / "checkpoints" / "best.safetensors")[1]["epoch"] == 2


def test_it_learns(tmp_path, tiny_data):
    trainer = fit(tmp_path / "run", tiny_data, epochs=12, learning_rate=0.03, augment=0.0, scheduler="random_order")
    losses = [event["loss"] for event in trainer.run.events()]
    assert losses[-1] < 0.5 * losses[0]
    assert metrics(predict(trainer.model, trainer.train, trainer.device))["multimodal"]["accuracy"] > 0.9


def test_the_same_seed_gives_the_same_scores_to_the_last_bit(tmp_path, tiny_data):
    given = {"augment": 0.5, "scheduler": "learned"}  # dropout, augmentation and draws all use chance
    runs = [fit(tmp_path / f"run-{number}", tiny_data, seed=3, **given).run for number in range(2)]
    assert_same_tables(*runs)
    assert untimed(runs[0]) == untimed(runs[1])


def test_another_seed_gives_other_scores(tmp_path, tiny_data):
    first, second = (fit(tmp_path / f"run-{seed}", tiny_data, seed=seed, epochs=1) for seed in range(2))
    for number in range(2):
        assert (column(first, number, "balance_score") != column(second, number, "balance_score")).any()


def test_resuming_brings_everything_back(tmp_path, tiny_data):
    whole = fit(tmp_path / "whole", tiny_data, epochs=3, optimizer="sgd", augment=0.5)
    short = trainer_for(tmp_path / "parts", tiny_data, epochs=3, optimizer="sgd", augment=0.5)
    assert not short.resume()
    short.evaluate()
    short._train_epoch()
    again = trainer_of(short.run, tiny_data)
    torch.rand(100)
    assert again.resume()
    assert again.epoch == 1
    assert again.best == short.best
    again.fit()
    assert_same_tables(again.run, whole.run)
    for one, other in zip(again.model.state_dict().values(), whole.model.state_dict().values(), strict=True):
        assert torch.equal(one, other)
