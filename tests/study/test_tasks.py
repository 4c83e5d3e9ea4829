"""The runs of a study: one per arm and seed, shared where options agree, in an order that meets every need."""

import numpy as np
import pytest

from bss_core.errors import ConfigError
from bss_core.study.reading import read_study
from bss_core.study.tasks import plan_tasks, steps_per_epoch
from bss_core.training_options import training_options
from tests.study.files import study_file

ARM = '[[arm]]\nname = "{}"\nscheduler = "{}"\n{}\n'


def tasks(tmp_path, tiny_data, more):
    return plan_tasks(read_study(study_file(tmp_path, tiny_data, more)), tmp_path / "out")


def test_arms_of_the_same_options_share_a_run(tmp_path, tiny_data):
    more = ARM.format("again", "learned", "set.beta = 0.5") + ARM.format("other", "learned", "set.beta = 0.6")
    found = tasks(tmp_path, tiny_data, more)

    assert [(task.folder.name, task.arms) for task in found] == [
        ("random-seed0", ["random"]), ("bss-l-seed0", ["bss-l", "again"]), ("other-seed0", ["other"]),
        ("random-seed1", ["random"]), ("bss-l-seed1", ["bss-l", "again"]), ("other-seed1", ["other"]),
    ]  # fmt: skip
    assert [task.options["seed"] for task in found] == [0, 0, 0, 1, 1, 1]


def test_an_arm_starts_from_the_run_of_its_own_seed(tmp_path, tiny_data):
    more = ARM.format("trained", "heuristic", 'initial_scores_from = "again"')
    more += ARM.format("again", "random_order", "")
    found = tasks(tmp_path, tiny_data, more)
    trained = [task for task in found if task.arms == ["trained"]]

    assert [task.needs.name for task in trained] == ["random-seed0", "random-seed1"]
    assert [task.options["initial_scores"] for task in trained] == [str(task.needs) for task in trained]
    for task in trained:
        assert [other.folder for other in found].index(task.needs) < found.index(task)


def test_equal_steps_are_those_of_the_reference_over_as_many_epochs_as_they_take(tmp_path, tiny_data):
    more = ARM.format("h", "heuristic", "equal_steps = true\nset.t_grow = 4\nset.lambda_0 = 0.5\nbatch_size = 4")
    found = tasks(tmp_path, tiny_data, more)
    options = next(task.options for task in found if task.arms == ["h"])

    # the reference: 18 samples in batches of 8 are 3 steps; λ(0) = 0.5: 9 samples in batches of 4 are 3 steps
    assert (options["max_steps"], options["epochs"]) == (3, 1)


def test_equal_steps_by_hand_over_several_epochs(tmp_path, tiny_data):
    lines = "equal_steps = true\nset.t_grow = 4\nset.lambda_0 = 0.1"
    path = study_file(tmp_path, tiny_data, ARM.format("h", "heuristic", lines), change=("epochs = 1", "epochs = 3"))
    options = next(task.options for task in plan_tasks(read_study(path), tmp_path) if task.arms == ["h"])

    # λ² = 0.01 + 0.2475 t: λ = .1, .507, .711, .867, 1 → pools of 1, 9, 12, 15, 18 of 18 → 1 + 2 + 2 + 2 + 3 steps of 8
    assert (options["max_steps"], options["epochs"]) == (9, 5)


def test_steps_of_an_epoch_count_the_last_batch_only_if_it_is_kept():
    options = training_options({"scheduler": "random_order", "batch_size": 8})

    assert steps_per_epoch(options, 18, 0) == 3
    assert steps_per_epoch(training_options({**options.as_dict(), "drop_last": True}), 18, 0) == 2


def test_equal_steps_that_cannot_be_reached_are_refused(tmp_path, tiny_data):
    lines = "equal_steps = true\nset.t_grow = 100000\nset.lambda_0 = 0.001\nbatch_size = 512"
    path = study_file(
        tmp_path, tiny_data, ARM.format("h", "heuristic", lines), change=("batch_size = 8", "batch_size = 2")
    )
    content = path.read_text().replace("epochs = 1", "epochs = 9")
    path.write_text(content.replace("batch_size = 512", "batch_size = 512\nepochs = 1"))
    with pytest.raises(
        ConfigError, match="The arm 'h' makes 50 steps in 50 epochs, fewer than the 81 of its reference"
    ):
        plan_tasks(read_study(path), tmp_path)


def test_a_corrupted_arm_trains_on_a_copy(tmp_path, tiny_data):
    lines = 'corrupt = { modality = "image", share = 0.5, how = "swap" }'
    found = tasks(tmp_path, tiny_data, ARM.format("bad", "random_order", lines))
    options = next(task.options for task in found if task.arms == ["bad"])

    assert options["data"] == str(tmp_path / "out" / "data" / "tiny-image-swap-0.5")
    assert (tmp_path / "out" / "data" / "tiny-image-swap-0.5" / "manifest.parquet").exists()
    assert np.unique([task.options["data"] for task in found]).size == 2
