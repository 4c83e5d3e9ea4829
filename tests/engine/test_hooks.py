"""The loop's named points: their order, and what a method can do at each of them."""

import pytest
import torch

from bss_core.engine.batch import Batch
from bss_core.engine.hooks import Hooks
from tests.engine.small_runs import assert_same_tables, trainer_for, trainer_of


class Recording(Hooks):
    """Does what the defaults do and notes the order of the points."""

    def __init__(self):
        self.points = []

    def run_started(self, trainer):
        self.points.append(f"run {trainer.epoch}")
        return super().run_started(trainer)

    def epoch_started(self, trainer):
        assert trainer.sampler.epoch == trainer.epoch
        assert len(trainer.sampler) == 18  # the scores are there
        self.points.append(f"epoch {trainer.epoch}")
        return super().epoch_started(trainer)

    def batch_drawn(self, trainer, batch):
        self.points.append(f"batch {len(batch)}")
        return super().batch_drawn(trainer, batch)

    def update(self, trainer, batch):
        self.points.append("update")
        return super().update(trainer, batch)

    def present(self, trainer, batch):
        self.points.append("present")
        return super().present(trainer, batch)

    def loss(self, trainer, outputs, batch):
        self.points.append("loss")
        return super().loss(trainer, outputs, batch)

    def gradients_ready(self, trainer):
        assert all(parameter.grad is not None for parameter in trainer.model.parameters())
        self.points.append("gradients")
        return super().gradients_ready(trainer)

    def epoch_ended(self, trainer, metrics):
        assert 0 <= metrics["multimodal"]["accuracy"] <= 1
        self.points.append(f"ended {sorted(metrics)}")
        return super().epoch_ended(trainer, metrics)


def fit(folder, data, hooks=None, **given):
    trainer = trainer_for(folder, data, hooks, **given)
    trainer.fit()
    return trainer


def one_batch(trainer):
    trainer.model.train()
    return trainer.train.__getitems__([0, 1, 2, 3])


def test_the_points_come_in_order(tmp_path, tiny_data):
    hooks = Recording()
    fit(tmp_path / "run", tiny_data, hooks, batch_size=10, scheduler="random_order")
    step = ["update", "present", "loss", "gradients"]
    ended = "ended ['audio', 'caption', 'image', 'mean_softmax', 'multimodal', 'sum_all', 'sum_unimodal']"
    epochs = [[f"epoch {epoch}", "batch 10", *step, "batch 8", *step, ended] for epoch in range(2)]
    assert hooks.points == ["run 0", *epochs[0], *epochs[1]]


def test_points_that_do_nothing_change_no_bit(tmp_path, tiny_data):
    with_hooks = fit(tmp_path / "with", tiny_data, Recording(), augment=0.5)
    without = fit(tmp_path / "without", tiny_data, augment=0.5)
    assert_same_tables(with_hooks.run, without.run)


class KeepsClassZero(Hooks):
    """Drops the samples of every other class."""

    def __init__(self):
        self.labels = []

    def batch_drawn(self, trainer, batch):
        chosen = batch.labels == 0
        inputs = {name: values[chosen] for name, values in batch.inputs.items()}
        return Batch(batch.index[chosen], batch.labels[chosen], inputs)

    def loss(self, trainer, outputs, batch):
        self.labels += batch.labels.tolist()
        assert len(outputs.logits["multimodal"]) == len(batch)
        return super().loss(trainer, outputs, batch)


def test_samples_can_be_dropped(tmp_path, tiny_data):
    hooks = KeepsClassZero()
    fit(tmp_path / "run", tiny_data, hooks, epochs=1, batch_size=18, scheduler="random_order")
    assert hooks.labels == [0] * 6


class HidesImages(Hooks):
    """Hides the image of the first two samples of every batch."""

    def present(self, trainer, batch):
        return {"image": torch.arange(len(batch)) >= 2}

    def loss(self, trainer, outputs, batch):
        self.outputs = outputs
        return super().loss(trainer, outputs, batch)


def test_a_masked_modality_is_a_zero_feature_and_its_head_says_the_bias(tmp_path, tiny_data):
    hooks = HidesImages()
    trainer = trainer_for(tmp_path / "run", tiny_data, hooks)
    bias = trainer.model.heads["image"].bias.detach().clone()
    trainer.update(one_batch(trainer))
    features, logits = hooks.outputs.features, hooks.outputs.logits
    assert (features["image"][:2] == 0).all()
    assert (features["image"][2:] != 0).any()
    assert torch.equal(logits["image"][:2].detach(), bias.expand(2, -1))
    assert not torch.equal(logits["image"][2:].detach(), bias.expand(2, -1))
    for name in ("audio", "caption"):
        assert (features[name][:2] != 0).any()


class StopsImages(Hooks):
    """Takes the gradient of the image's part away."""

    def gradients_ready(self, trainer):
        for parameter in trainer.parameters_of("image"):
            parameter.grad.zero_()


def test_one_modalitys_gradient_can_be_taken_away(tmp_path, tiny_data):
    trainer = trainer_for(tmp_path / "run", tiny_data, StopsImages(), optimizer="sgd", weight_decay=0.0)
    names = ("image", "audio", "caption")
    before = {name: [values.detach().clone() for values in trainer.parameters_of(name)] for name in names}
    fused = trainer.model.heads["multimodal"].weight.detach().clone()
    trainer.update(one_batch(trainer))
    moved = {
        name: [not torch.equal(old, new) for old, new in zip(before[name], trainer.parameters_of(name), strict=True)]
        for name in names
    }
    assert not any(moved["image"])
    assert all(moved["audio"])
    assert all(moved["caption"])
    assert not torch.equal(trainer.model.heads["multimodal"].weight, fused)


class LooksTwice(Hooks):
    """Two backward passes in one step: the whole objective, then the image's loss alone."""

    def update(self, trainer, batch):
        trainer.optimiser.zero_grad()
        loss = trainer.objective(trainer.model(batch.inputs), batch)
        loss.backward()
        logits = trainer.model(batch.inputs).logits["image"]
        torch.nn.functional.cross_entropy(logits, batch.labels).backward()
        self.steps = getattr(self, "steps", 0) + 1
        trainer.optimiser.step()
        return loss


def test_a_step_can_be_replaced_by_one_with_two_passes(tmp_path, tiny_data):
    hooks = LooksTwice()
    replaced = fit(tmp_path / "replaced", tiny_data, hooks, scheduler="random_order")
    plain = fit(tmp_path / "plain", tiny_data, scheduler="random_order")
    assert hooks.steps == sum(event["steps"] for event in replaced.run.events()) == 6
    assert replaced.run.events()[0]["loss"] == pytest.approx(plain.run.events()[0]["loss"], rel=0.2)
    weights = [trainer.model.heads["image"].weight for trainer in (replaced, plain)]
    assert not torch.equal(*weights)
    assert all(torch.isfinite(values).all() for values in replaced.model.parameters())


class Doubles(Hooks):
    """Twice the objective."""

    def loss(self, trainer, outputs, batch):
        return 2 * super().loss(trainer, outputs, batch)


def test_the_objective_can_be_changed(tmp_path, tiny_data):
    gradients = []
    for number, hooks in enumerate((Doubles(), Hooks())):
        trainer = trainer_for(tmp_path / f"run-{number}", tiny_data, hooks)
        torch.manual_seed(0)
        trainer.update(one_batch(trainer))
        gradients.append(trainer.model.heads["audio"].weight.grad)
    assert torch.allclose(gradients[0], 2 * gradients[1], atol=1e-7)


def test_a_resumed_run_starts_at_its_epoch(tmp_path, tiny_data):
    first = trainer_for(tmp_path / "run", tiny_data)
    first.evaluate()
    first._train_epoch()
    hooks = Recording()
    again = trainer_of(first.run, tiny_data, hooks)
    again.resume()
    again.fit()
    assert hooks.points[:2] == ["run 1", "epoch 1"]
