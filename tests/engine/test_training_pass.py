"""Scores from the training steps' own logits: which value a sample has, no pass besides, and the same after a stop."""

import numpy as np
import pytest
import torch

from bss_core.engine.batch import Batch
from bss_core.engine.hooks import Hooks
from bss_core.engine.model import Outputs
from bss_core.engine.training_pass import TrainingPass, WholeFirst
from bss_core.errors import Cancelled, ConfigError, RunError
from bss_core.evaluations import predictions_path
from bss_core.measurer import build_measurer
from bss_core.predictions import read_predictions
from bss_core.registry import build
from tests.engine.small_runs import assert_same_tables, data_set, new_run, tables, trainer_for, trainer_of, untimed

GIVEN = {"score_source": "training_pass", "augment": 0.5}


@pytest.fixture
def data(shared_tiny_data):
    return data_set(shared_tiny_data)


def batch_of(positions, dtype=torch.float32):
    """A batch and its outputs: the logits of the classes are the position, 0 and 0."""
    index = torch.tensor(positions)
    logits = torch.stack([index.float(), torch.zeros(len(index)), torch.zeros(len(index))], dim=1)
    names = ("image", "audio", "caption", "multimodal")
    features = {name: torch.ones(len(index), 2) for name in names[:3]}
    outputs = Outputs({name: logits.to(dtype).requires_grad_() for name in names}, features, torch.ones(len(index), 6))
    return Batch(index, torch.zeros_like(index), {}), outputs


def shifted(outputs, by):
    """The outputs with another first logit."""
    logits = {name: values + torch.tensor([by, 0.0, 0.0]) for name, values in outputs.logits.items()}
    return Outputs(logits, outputs.features, outputs.fused)


class TestCollecting:
    """Of several values the latest counts."""

    def test_every_sample_gets_its_row(self, data):
        collected = TrainingPass(data, build_measurer())
        for positions in ([17, 3, 5, 0], [1, 2, 4, 6, 7, 8], [16, 15, 14, 13, 12, 11, 10, 9]):
            collected.add(*batch_of(positions))
        collected.end_epoch()
        found = collected.predictions()
        assert found.sample_ids.tolist() == data.sample_ids.tolist()
        expected = np.exp(np.arange(18)) / (np.exp(np.arange(18)) + 2)
        for head in ("audio", "caption", "image", "multimodal"):
            np.testing.assert_allclose(found.probabilities[head][:, 0], expected, rtol=1e-6)
        assert found.logits == {}

    def test_the_latest_value_counts_and_others_stay(self, data):
        collected = TrainingPass(data, build_measurer({"similarity_on": "logits"}))
        collected.add(*batch_of(list(range(18))))
        collected.end_epoch()
        batch, outputs = batch_of([4, 9, 4])
        logits = {name: values + torch.tensor([[1.0], [2.0], [3.0]]) for name, values in outputs.logits.items()}
        collected.add(batch, Outputs(logits, outputs.features, outputs.fused))
        batch, outputs = batch_of([9, 2])
        collected.add(batch, shifted(outputs, 5.0))
        collected.end_epoch()
        first = np.arange(18.0)
        first[[2, 4, 9]] = 7, 7, 14
        assert collected.predictions().logits["audio"][:, 0].tolist() == first.tolist()

    def test_feature_similarity_costs_no_pass(self, data):
        collected = TrainingPass(data, build_measurer({"similarity": "feature_similarity"}))
        collected.add(*batch_of(list(range(18))))
        collected.end_epoch()
        assert collected.predictions().measured["feature_similarity"] == pytest.approx(np.ones(18))

    def test_half_precision_is_kept_exactly(self, data):
        collected = TrainingPass(data, build_measurer())
        collected.add(*batch_of(list(range(18)), torch.bfloat16))
        collected.end_epoch()
        assert collected.predictions().probabilities["image"].dtype == np.float32
        assert collected.predictions().probabilities["image"][1, 0] == pytest.approx(np.e / (np.e + 2), rel=1e-6)

    def test_samples_without_logits_are_counted_and_the_first_is_named(self, data):
        collected = TrainingPass(data, build_measurer())
        collected.add(*batch_of([0, 1, 3]))
        collected.end_epoch()
        first = data.sample_ids[2]
        with pytest.raises(RunError, match=f"no logits of 15 of 18 samples, first '{first}': the first epoch must"):
            collected.predictions()

    def test_logits_that_are_not_finite_name_head_and_sample(self, data):
        collected = TrainingPass(data, build_measurer())
        batch, outputs = batch_of(list(range(18)))
        spoilt = outputs.logits["caption"].detach().clone()
        spoilt[6] = torch.nan
        collected.add(batch, Outputs({**outputs.logits, "caption": spoilt}, outputs.features, outputs.fused))
        collected.end_epoch()
        name = data.sample_ids[6]
        with pytest.raises(RunError, match=f"'caption' gives no finite prediction for 1 of 18 samples, first '{name}'"):
            collected.predictions()

    def test_the_state_is_all_there_is(self, data, tmp_path):
        collected, again = (TrainingPass(data, build_measurer({"similarity_on": "logits"})) for _ in range(2))
        collected.add(*batch_of(list(range(18))))
        collected.end_epoch()
        torch.save(collected.state(), tmp_path / "state.pt")
        again.load_state(torch.load(tmp_path / "state.pt", weights_only=True))
        for one in (collected, again):
            batch, outputs = batch_of([3, 4])
            one.add(batch, shifted(outputs, 1.5))
            one.end_epoch()
        for name, values in collected.predictions().logits.items():
            assert (values == again.predictions().logits[name]).all()
        assert collected.predictions().logits["image"][3, 0] == 4.5


class TestWholeFirst:
    """All samples in epoch 0, then the scheduler's own plan."""

    def test_it_follows_the_scheduler_from_the_second_epoch_on(self):
        own = build("schedulers", "heuristic", lambda_0=0.5, t_grow=4, burn_in=2)
        first, scores = WholeFirst(own), np.linspace(1, -1, 8)
        assert (first.share(0), first.share(2)) == (1.0, 0.5)
        assert sorted(first.plan(scores, 0).pool) == list(range(8))
        assert sorted(first.plan(scores, 2).pool) == [0, 1, 2, 3]
        assert first.smooth(scores, -scores, 2).tolist() == (-scores).tolist()
        assert [first.needs_scores_at(epoch) for epoch in range(4)] == [False, True, True, False]


class Watching(Hooks):
    """Notes the logits of every step, and what was drawn."""

    def __init__(self):
        self.latest, self.epochs = {}, []

    def epoch_started(self, trainer):
        self.epochs.append([])

    def loss(self, trainer, outputs, batch):
        self.epochs[-1] += batch.index.tolist()
        for row, position in enumerate(batch.index.tolist()):
            self.latest[position] = outputs.logits["image"][row].detach().softmax(0).tolist()
        return super().loss(trainer, outputs, batch)


def test_the_scores_are_those_of_the_steps_and_cost_no_pass(tmp_path, tiny_data):
    watching, sizes = Watching(), []
    trainer = trainer_for(tmp_path / "run", tiny_data, watching, epochs=3, drop_last=True, **GIVEN)
    trainer.model.register_forward_pre_hook(
        lambda model, inputs: sizes.append((model.training, len(inputs[0]["image"])))
    )
    trainer.fit()
    # the first epoch leaves nothing out; validation (9 samples) is the only pass besides
    assert sizes == [(True, 8), (True, 8), (True, 2), (False, 9)] + 2 * [(True, 8), (True, 8), (False, 9)]
    assert sorted(watching.epochs[0]) == list(range(18))
    found = [(item.number, item.epoch, item.source, item.kind) for item in trainer.run.evaluations()]
    assert found == [(k, k + 1, "training_pass", "training") for k in range(3)]
    last = read_predictions(predictions_path(trainer.run.folder, 2))
    for position, expected in watching.latest.items():
        np.testing.assert_allclose(last.probabilities["image"][position], expected, atol=1e-6)
    # the second epoch draws by the scores of the first
    scores = tables(trainer.run)["evaluation=000.parquet"]["smoothed_score"].to_numpy()
    plan = trainer.scheduler.plan(scores, 1)
    assert watching.epochs[1] == plan.draw(np.random.default_rng([0, 1])).tolist()[:16]


def test_a_ranking_after_the_burn_in_takes_the_newest_scores(tmp_path, tiny_data):
    options = {"burn_in": 2, "lambda_0": 0.5, "t_grow": 2}
    given = {"scheduler": "heuristic", "scheduler_options": options, "evaluate_every": 5, "epochs": 4}
    trainer = trainer_for(tmp_path / "run", tiny_data, **GIVEN, **given)
    trainer.fit()
    assert [(item.number, item.epoch) for item in trainer.run.evaluations()] == [(0, 1), (1, 2), (2, 4)]
    assert [event["samples"] for event in trainer.run.events()] == [18, 18, 9, 14]  # λ = ½ and √(¾/2 + ¼) = 0.79
    found = tables(trainer.run)
    for name in ("evaluation=001.parquet", "evaluation=002.parquet"):
        assert found[name]["smoothed_score"].equals(found["evaluation=001.parquet"]["balance_score"])


@pytest.mark.parametrize("stop", [1, 2, 3])
@pytest.mark.parametrize("every", [1, 2])
def test_a_stopped_run_goes_on_with_the_same_bits(tmp_path, tiny_data, stop, every):
    given = {**GIVEN, "epochs": 4, "scheduler_options": {"evaluate_every": every}}
    whole = trainer_for(tmp_path / "whole", tiny_data, **given)
    whole.fit()
    parts = trainer_for(tmp_path / "parts", tiny_data, **given)

    def report(phase, epoch, part):
        if epoch == stop and phase == "training":
            raise Cancelled

    parts.report = report
    with pytest.raises(Cancelled):
        parts.fit()
    torch.rand(100)
    again = trainer_of(parts.run, tiny_data)
    assert again.resume()
    again.fit()
    assert_same_tables(again.run, whole.run)
    assert untimed(again.run) == untimed(whole.run)


class DropsTheFirst(Hooks):
    """Takes sample 0 out of every batch."""

    def batch_drawn(self, trainer, batch):
        kept = batch.index != 0
        return Batch(batch.index[kept], batch.labels[kept], {name: one[kept] for name, one in batch.inputs.items()})


def test_a_method_that_hides_samples_is_told(tmp_path, tiny_data):
    trainer = trainer_for(tmp_path / "run", tiny_data, DropsTheFirst(), **GIVEN)
    with pytest.raises(RunError, match="no logits of 1 of 18 samples, first 'tiny-00'"):
        trainer.fit()


def test_a_ranking_without_scores_is_refused(tmp_path, tiny_data):
    with pytest.raises(ConfigError, match="set burn_in to 1 or more"):
        new_run(tmp_path / "run", tiny_data, scheduler="heuristic", **GIVEN)
