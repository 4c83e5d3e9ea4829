"""The named options of the loop: score sources, rankings, and the length of a run."""

import copy

import numpy as np
import pandas as pd
import pytest
import torch

from bss_core.engine.device import seed_everything
from bss_core.engine.hooks import Hooks
from bss_core.errors import Cancelled, ConfigError, RunError
from tests.engine.small_runs import (
    assert_same_tables,
    data_set,
    new_run,
    tables,
    train_as_job,
    trained,
    trainer_for,
    trainer_of,
    untimed,
)


def column(run, number, name):
    return tables(run)[f"evaluation={number:03d}.parquet"][name].to_numpy()


def numbered(run):
    return [(item.number, item.epoch) for item in run.evaluations()]


class Draws(Hooks):
    """Notes the positions that every epoch draws."""

    def __init__(self):
        self.epochs = []

    def epoch_started(self, trainer):
        self.epochs.append([])

    def batch_drawn(self, trainer, batch):
        self.epochs[-1].append(batch.index.tolist())
        return batch


class TestScoreSources:
    """Where the scores come from is written beside them."""

    def test_the_authors_score_in_training_mode(self, tmp_path, tiny_data):
        given = {"augment": 0.5, "scoring_batch_size": 6, "score_source": "author"}
        trainer = trainer_for(tmp_path / "run", tiny_data, **given)
        model = copy.deepcopy(trainer.model).train()
        seed_everything(5)
        torch.empty((), dtype=torch.int64).random_()  # the loader's seed for its workers
        with torch.no_grad():
            logits = [model(trainer.train.__getitems__(list(range(at, at + 6))).inputs).logits for at in (0, 6, 12)]
        seed_everything(5)
        trainer.evaluate()
        about = trainer.run.evaluations()[0]
        assert (about.source, about.kind, about.measure["similarity"]) == (
            "author",
            "training",
            "prediction_similarity",
        )
        for head in ("image", "multimodal"):
            expected = torch.cat([one[head] for one in logits]).softmax(1)[range(18), trainer.train.labels].numpy()
            np.testing.assert_allclose(column(trainer.run, 0, f"probability_{head}"), expected, rtol=1e-5)
        for (name, values), expected in zip(
            trainer.model.state_dict().items(), model.state_dict().values(), strict=True
        ):
            assert torch.equal(values, expected), name  # batch statistics moved, and only by these batches

    def test_an_evaluation_pass_says_what_it_measured_with(self, tmp_path, tiny_data):
        measure = {"similarity": "none", "normaliser": "rank"}
        trainer = trainer_for(tmp_path / "run", tiny_data, measure=measure)
        trainer.evaluate()
        about = trainer.run.evaluations()[0]
        assert about.source == "evaluation_pass"
        assert about.measure == trainer.evaluator.measurer.as_dict()
        expected = -(pd.Series(column(trainer.run, 0, "total_loss")).rank() - 1) / 17
        np.testing.assert_allclose(column(trainer.run, 0, "balance_score"), expected)

    @pytest.mark.parametrize("source", ["author", "evaluation_pass"])
    def test_a_stopped_run_goes_on_with_the_same_bits(self, tmp_path, tiny_data, source):
        given = {"score_source": source, "augment": 0.5, "epochs": 3}
        whole = trained(tmp_path / "whole", tiny_data, **given)
        run, options = new_run(tmp_path / "parts", tiny_data, **given)

        def stop(phase, done, total):
            if phase == "training" and done > 1.4:
                raise Cancelled

        with pytest.raises(Cancelled):
            train_as_job(run, options, stop)
        train_as_job(run, options)
        assert_same_tables(run, whole)
        assert untimed(run) == untimed(whole)

    def test_gradients_and_features_reach_the_scores(self, tmp_path, tiny_data):
        same = {"image": {"name": "small_cnn", "width": 2}, "audio": {"name": "small_cnn", "width": 2}}
        encoders = {**same, "caption": {"name": "word_bag", "vocabulary": 512, "width": 16}}
        measure = {"similarity": "feature_similarity", "difficulty": "gradient_magnitude"}
        run = trained(tmp_path / "run", tiny_data, encoders=encoders, measure=measure, epochs=1)
        for number in range(2):
            assert (column(run, number, "gradient_magnitude") > 0).all()
            assert len(set(column(run, number, "feature_similarity"))) > 1
            parts = [column(run, number, name) for name in ("feature_similarity", "gradient_magnitude")]
            scaled = [(part - part.min()) / (part.max() - part.min()) for part in parts]
            np.testing.assert_allclose(column(run, number, "balance_score"), scaled[0] - scaled[1], atol=1e-6)


class TestRankings:
    """When BSS-H ranks, and by what."""

    def test_after_the_burn_in(self, tmp_path, tiny_data):
        draws = Draws()
        options = {"burn_in": 2, "lambda_0": 0.5, "t_grow": 2}
        given = {"scheduler": "heuristic", "scheduler_options": options, "epochs": 4, "evaluate_every": 9}
        trainer = trainer_for(tmp_path / "run", tiny_data, draws, **given)
        trainer.fit()
        assert numbered(trainer.run) == [(0, 0), (1, 2), (2, 4)]
        assert [sum(map(len, epoch)) for epoch in draws.epochs] == [18, 18, 9, 14]
        ranking = np.argsort(column(trainer.run, 1, "rank"))
        assert sorted(sum(draws.epochs[2], [])) == sorted(ranking[:9])

    def test_again_every_two_epochs(self, tmp_path, tiny_data):
        options = {"rerank_every": 2, "lambda_0": 0.5, "t_grow": 9}
        given = {"scheduler": "heuristic", "scheduler_options": options, "epochs": 5, "evaluate_every": 1}
        run = trained(tmp_path / "run", tiny_data, **given)
        for number, ranked in enumerate([0, 0, 2, 2, 4, 4]):
            assert (column(run, number, "smoothed_score") == column(run, ranked, "balance_score")).all()
        assert (column(run, 2, "balance_score") != column(run, 0, "balance_score")).any()

    @pytest.mark.parametrize("scheduler", ["heuristic", "learned"])
    def test_by_scores_from_outside(self, tmp_path, tiny_data, scheduler):
        ids = data_set(tiny_data).sample_ids
        outside = np.linspace(-1, 1, 18)
        pd.DataFrame({"sample_id": ids[::-1], "balance_score": outside[::-1]}).to_csv(tmp_path / "s.csv", index=False)
        given = {"initial_scores": str(tmp_path / "s.csv"), "scheduler": scheduler, "epochs": 1}
        run = trained(tmp_path / "run", tiny_data, **given)
        own = column(run, 0, "balance_score")
        expected = outside if scheduler == "heuristic" else 0.5 * outside + 0.5 * own
        np.testing.assert_allclose(column(run, 0, "smoothed_score"), expected, atol=1e-12)

    @pytest.mark.parametrize("source", ["evaluation_pass", "training_pass"])
    @pytest.mark.parametrize("stop", [0.4, 1.4, 2.4])
    def test_they_survive_a_stop(self, tmp_path, tiny_data, source, stop):
        table = tmp_path / "s.csv"
        frame = pd.DataFrame({"sample_id": data_set(tiny_data).sample_ids, "balance_score": np.linspace(-1, 1, 18)})
        frame.to_csv(table, index=False)
        given = {"initial_scores": str(table), "score_source": source, "epochs": 4, "scheduler_options": {"beta": 0.3}}
        whole = trained(tmp_path / "whole", tiny_data, **given)
        run, options = new_run(tmp_path / "parts", tiny_data, **given)

        def tell(phase, done, total):
            if phase == "training" and done > stop:
                raise Cancelled

        with pytest.raises(Cancelled):
            train_as_job(run, options, tell)
        train_as_job(run, options)
        assert_same_tables(run, whole)

    def test_by_another_runs_last_evaluation(self, tmp_path, tiny_data):
        first = trained(tmp_path / "first", tiny_data, epochs=1)
        given = {"initial_scores": str(first.folder), "scheduler": "heuristic", "epochs": 1}
        run = trained(tmp_path / "run", tiny_data, **given)
        assert (column(run, 0, "smoothed_score") == column(first, 1, "balance_score")).all()

    def test_scores_that_cannot_be_read_end_the_run_before_the_media_are(self, tmp_path, tiny_data):
        phases = []
        run, options = new_run(tmp_path / "run", tiny_data, initial_scores=str(tmp_path / "none.csv"))
        with pytest.raises(RunError, match="There are no initial scores in .*none.csv"):
            train_as_job(run, options, lambda phase, done, total: phases.append(phase))
        assert (phases, run.status) == ([], "failed")


class TestLength:
    """Epochs, steps and whole batches."""

    def test_random_order_need_not_be_scored(self, tmp_path, tiny_data):
        run = trained(tmp_path / "run", tiny_data, scheduler="random_order", evaluate_every=100, epochs=3)
        assert numbered(run) == [(0, 0), (1, 3)]
        assert [event["scoring_seconds"] > 0 for event in run.events()] == [True, False, False]

    @pytest.mark.parametrize(("steps", "expected"), [(2, [2]), (3, [3]), (5, [3, 2]), (100, [3, 3, 3])])
    def test_max_steps_ends_inside_an_epoch(self, tmp_path, tiny_data, steps, expected):
        draws = Draws()
        trainer = trainer_for(tmp_path / "run", tiny_data, draws, epochs=3, max_steps=steps, scheduler="random_order")
        trainer.fit()
        events = trainer.run.events()
        assert [event["steps"] for event in events] == [len(epoch) for epoch in draws.epochs] == expected
        assert [event["samples"] for event in events] == [sum(map(len, epoch)) for epoch in draws.epochs]
        assert numbered(trainer.run)[-1] == (len(expected), len(expected))

    def test_steps_go_on_being_counted_after_a_stop(self, tmp_path, tiny_data):
        given = {"epochs": 4, "max_steps": 5}
        whole = trainer_for(tmp_path / "whole", tiny_data, **given)
        whole.fit()
        short = trainer_for(tmp_path / "parts", tiny_data, **given)
        short.evaluate()
        short._train_epoch()
        again = trainer_of(short.run, tiny_data)
        assert again.resume()
        assert again.steps == 3
        again.fit()
        assert_same_tables(again.run, whole.run)
        assert untimed(again.run) == untimed(whole.run)

    def test_drop_last_makes_full_batches_only(self, tmp_path, tiny_data):
        draws = Draws()
        trainer_for(tmp_path / "run", tiny_data, draws, drop_last=True, scheduler="random_order").fit()
        assert [[len(batch) for batch in epoch] for epoch in draws.epochs] == [[8, 8], [8, 8]]

    def test_an_epoch_without_a_full_batch_is_refused(self, tmp_path, tiny_data):
        given = {"drop_last": True, "scheduler": "heuristic", "scheduler_options": {"lambda_0": 0.2}}
        trainer = trainer_for(tmp_path / "run", tiny_data, **given)
        with pytest.raises(ConfigError, match="epoch 0 without a batch: it draws 3 samples and a batch has 8"):
            trainer.fit()
