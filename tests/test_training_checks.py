"""Options that do not go together: what is refused, what is warned of, and what passes in silence."""

import pytest

from bss_core.errors import ConfigError
from bss_core.registry import members
from bss_core.training_options import training_options, warnings_of


def warned(samples=None, **given):
    return warnings_of(training_options(given), samples)


class TestRefused:
    @pytest.mark.parametrize("scheduler", ["heuristic", "anti_curriculum"])
    def test_a_ranking_before_the_first_training_pass(self, scheduler):
        with pytest.raises(ConfigError, match=f"no scores before .* {scheduler} with burn_in = 0 .* initial_scores"):
            training_options({"scheduler": scheduler, "score_source": "training_pass"})

    @pytest.mark.parametrize(
        "given",
        [
            {"scheduler": "heuristic", "scheduler_options": {"burn_in": 1}},
            {"scheduler": "heuristic", "scheduler_options": {"lambda_0": 1}},  # the whole set from the start
            {"scheduler": "heuristic", "initial_scores": "scores.csv"},
            {"scheduler": "learned"},
            {"scheduler": "random_order"},
            {"scheduler": "learned", "measure": {"similarity": "feature_similarity"}},
        ],
    )
    def test_a_training_pass_that_comes_in_time_is_not(self, given):
        assert training_options({**given, "score_source": "training_pass"}).score_source == "training_pass"

    def test_gradients_from_a_training_pass(self):
        with pytest.raises(ConfigError, match="gradient_magnitude needs a pass of its own; take score_source"):
            training_options({"score_source": "training_pass", "measure": {"difficulty": "gradient_magnitude"}})

    def test_gradients_from_an_evaluation_pass_are_not(self):
        assert training_options({"measure": {"difficulty": "gradient_magnitude"}}).measure["similarity"] != "none"


class TestWarnedOf:
    @pytest.mark.parametrize("scheduler", sorted({*members("schedulers")} - {"heuristic", "anti_curriculum"}))
    def test_nothing_by_default(self, scheduler):
        assert warned(1000, scheduler=scheduler) == []

    def test_a_pool_that_stays_small(self):
        # t = 11 of 40 in the last of 12 epochs: λ = √(0.99 · 11/40 + 0.01) = 0.5313
        (sentence,) = warned(scheduler="heuristic", epochs=12)
        assert sentence.startswith(
            "The pool never reaches the whole training set: with t_grow = 40 it ends at λ = 0.53"
        )
        assert sentence.endswith("in the last of 12 epochs, and the rest is never drawn.")
        (sentence,) = warned(scheduler="heuristic", epochs=12, scheduler_options={"rerank_every": 4})
        assert sentence.endswith("and the samples at the end of its last ranking are left out.")

    def test_a_pool_is_full_when_t_reaches_t_grow(self):
        options = {"t_grow": 11}
        assert warned(scheduler="heuristic", epochs=12, scheduler_options=options) == []
        assert len(warned(scheduler="heuristic", epochs=11, scheduler_options=options)) == 1
        assert warned(scheduler="heuristic", epochs=11, scheduler_options={**options, "pacing_offset": 1}) == []

    def test_a_burn_in_as_long_as_the_run(self):
        (sentence,) = warned(scheduler="heuristic", epochs=5, scheduler_options={"burn_in": 5})
        assert sentence == "No ranking is ever used: burn_in = 5 is not below the 5 epochs of the run."

    def test_selection_on_test(self):
        (sentence,) = warned(select_on="test")
        assert "biased" in sentence

    def test_scores_that_depend_on_the_order_of_the_data(self):
        (sentence,) = warned(score_source="author")
        assert "mean little where it is sorted by class" in sentence

    def test_a_step_size_that_never_falls(self):
        (sentence,) = warned(lr_schedule="step", lr_step=12, epochs=12)
        assert sentence.startswith("The learning rate never falls: its first fall would come after 12 epochs")
        assert warned(lr_schedule="step", lr_step=11, epochs=12) == []
        assert warned(lr_schedule="step", epochs=12) == []
        assert warned(lr_schedule="cosine", lr_step=12, epochs=12) == []

    def test_scores_that_are_made_once(self):
        (sentence,) = warned(evaluate_every=12, epochs=12)
        assert "evaluate_every = 12 is not below its 12 epochs" in sentence
        assert warned(evaluate_every=11, epochs=12) == []
        assert warned(epochs=1) == []  # there are no later scores to miss

    @pytest.mark.parametrize(
        ("scheduler", "options", "reason"),
        [
            ("learned", {"beta": 1}, "beta = 1 forgets them at once"),
            ("heuristic", {"burn_in": 2, "t_grow": 3}, "the ranking is made after burn_in = 2 epochs"),
        ],
    )
    def test_initial_scores_without_effect(self, scheduler, options, reason):
        given = {"scheduler": scheduler, "scheduler_options": options}
        assert warned(**given, initial_scores="x.csv") == [f"initial_scores have no effect: {reason}."]
        assert warned(**given) == []

    def test_what_drop_last_leaves_out(self):
        (sentence,) = warned(100, drop_last=True, batch_size=32)
        assert sentence.startswith("drop_last leaves out the last 4 of 100 samples")
        assert warned(96, drop_last=True, batch_size=32) == []
        assert warned(100, batch_size=32) == []

    def test_a_pool_smaller_than_a_batch_that_drop_last_leaves_out(self):
        # ⌊100 · 0.1⌋ = 10 samples in the first pool
        given = {"scheduler": "heuristic", "epochs": 60, "drop_last": True}
        (sentence,) = warned(100, **given, batch_size=20)
        assert "it draws 10 samples, fewer than a batch of 20" in sentence
        assert warned(100, **given, batch_size=10) == []
