"""Whole studies on the tiny data set: tables and report, failures, resuming after a kill, one process at a time."""

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from bss_core.errors import ConfigError, RunError
from bss_core.runs import open_run
from bss_core.study import run_study
from bss_core.study.worker import work
from tests.engine.small_runs import OPTIONS
from tests.study.files import study_file

ROOT = Path(__file__).parents[2]
ANALYSES = 'analyses = ["ranking", "exposure", "corruption", "cost", "sources"]'
ARM = '\n[[arm]]\nname = "{}"\ngroups = ["a"]\n{}\n'
MORE = (
    ARM.format("h", 'scheduler = "heuristic"\nequal_steps = true\nset.t_grow = 2')
    + ARM.format("h-trained", 'scheduler = "heuristic"\ninitial_scores_from = "random"')
    + ARM.format("pass", 'scheduler = "learned"\nscore_source = "training_pass"')
    + ARM.format("bad", 'scheduler = "learned"\ncorrupt = { modality = "image", share = 0.5, how = "swap" }')
    + ARM.format("fails", 'scheduler = "learned"\nmeasure.similarity = "feature_similarity"')  # features of two lengths
)


@pytest.fixture(scope="module")
def study(shared_tiny_data, tmp_path_factory):
    """A study of seven arms and two seeds, run once: its folder and what it told."""
    folder, told = tmp_path_factory.mktemp("study"), []
    path = study_file(folder, shared_tiny_data, MORE, ANALYSES)
    outcome = run_study(path, folder / "out", 2, told.append)
    return folder / "out", told, outcome, path


def test_every_run_is_an_ordinary_run(study):
    out, told, outcome, _ = study
    runs = {path.name: open_run(path) for path in (out / "runs").iterdir()}

    assert len(runs) == 14
    assert {name for name, run in runs.items() if run.status != "finished"} == {"fails-seed0", "fails-seed1"}
    assert runs["random-seed1"].options["seed"] == 1
    assert (runs["random-seed1"].folder / "log.txt").exists()
    assert len(told) == 15
    assert outcome.endswith("12 of 14 runs finished")


def test_the_table_has_a_row_per_arm_and_seed(study):
    runs = pd.read_parquet(study[0] / "runs.parquet").set_index(["arm", "seed"])

    assert len(runs) == 14
    assert runs.loc[("random", 0), "steps"] == runs.loc[("h", 0), "steps"] == 3
    assert runs.loc[("h", 0), "epochs_run"] > runs.loc[("random", 0), "epochs_run"] == 1
    results = open_run(study[0] / "runs" / "random-seed0").details()["results"]
    assert runs.loc[("random", 0), "test_accuracy"] == results["test"]["multimodal"]["accuracy"]


def test_the_report_tells_results_protocol_and_failures(study):
    text = (study[0] / "results.md").read_text()

    for part in (
        "# Study tiny", "tiny (18 train, 9 validation, 9 test)", "2 seeds (0, 1), 7 arms, 12 of 14 runs finished",
        "preset paper", "**At equal epochs:**", "**At equal steps:**", "**Ranking.**", "**Sources.**",
        "## Runs that did not finish", "- runs/fails-seed0: failed. feature_similarity",
    ):  # fmt: skip
        assert part in text, part
    for figure in ("a-equal-epochs", "a-equal-steps", "a-exposure", "a-corruption"):
        assert f"(figures/{figure}.svg)" in text
        assert (study[0] / "figures" / f"{figure}.svg").read_text().count("<svg") == 1


def test_the_analyses_are_kept_as_tables(study):
    tables = {path.stem: pd.read_parquet(path) for path in (study[0] / "tables").iterdir()}

    assert tables["a-sources"]["arm"].tolist() == ["pass"]
    assert set(tables["a-corruption"]["arm"]) == {"bad"}
    assert tables["a-cost"].set_index("arm").loc["random", "relative"] >= 1.0
    assert "h" not in set(tables["a-equal-epochs"]["arm"])
    assert "h" in set(tables["a-equal-steps"]["arm"])


def test_a_second_call_trains_only_what_did_not_finish_and_gives_the_same_report(study):
    out, _, _, path = study
    before = {file: file.stat().st_mtime_ns for file in out.glob("runs/*/events.jsonl")}
    text, figures = (out / "results.md").read_text(), [f.read_bytes() for f in sorted(out.glob("figures/*"))]
    told = []
    run_study(path, out, 1, told.append)

    assert told[0].startswith("tiny: 14 runs, 12 finished already")
    assert len(told) == 3  # the two that fail, once more
    assert {file: file.stat().st_mtime_ns for file in before} == before
    assert (out / "results.md").read_text() == text
    assert [f.read_bytes() for f in sorted(out.glob("figures/*"))] == figures


def test_the_folder_may_be_named_in_another_way(study):
    out, _, _, path = study
    told = []
    with contextlib.chdir(out.parent):
        run_study(path, Path("out"), 1, told.append)

    assert told[0].startswith("tiny: 14 runs, 12 finished already")


def test_runs_of_other_options_are_not_taken_for_these(study, tmp_path, shared_tiny_data):
    path = study_file(tmp_path, shared_tiny_data, change=("epochs = 1", "epochs = 2"))
    with pytest.raises(
        RunError, match=r"random-seed0 was made with epochs = 1, but the study asks for 2; choose another"
    ):
        run_study(path, study[0])


def test_two_processes_do_not_share_a_folder(tmp_path, shared_tiny_data):
    (tmp_path / "out").mkdir()
    with open(tmp_path / "out" / ".lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(RunError, match="Another process is running the study in .*out; wait for it"):
            run_study(study_file(tmp_path, shared_tiny_data), tmp_path / "out")


def test_there_must_be_a_worker(tmp_path):
    with pytest.raises(ConfigError, match="workers = 0 is out of range: it must be ≥ 1"):
        run_study(tmp_path / "any.toml", workers=0)


CALL = "import sys; from pathlib import Path; from bss_core.study import run_study\n"
CALL += "run_study(Path(sys.argv[1]), Path(sys.argv[2]))"


def waited(condition, seconds=100):
    """Whether the condition came true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and not condition():
        time.sleep(0.05)
    return condition()


def test_a_killed_study_leaves_no_worker_behind_and_goes_on_where_it_was(tmp_path, shared_tiny_data):
    path = study_file(tmp_path, shared_tiny_data, change=("epochs = 1", "epochs = 400"))
    out = tmp_path / "out"
    run = out / "runs" / "random-seed0"
    command = [sys.executable, "-c", CALL, str(path), str(out)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        assert waited(lambda: (run / "events.jsonl").exists())
        process.send_signal(signal.SIGKILL)
    assert waited(lambda: not open_run(run).is_active), "the worker did not notice that its parent is gone"
    done = len(open_run(run).events())
    assert open_run(run).status == "cancelled"
    assert 0 < done < 400

    # shorter from here on: the same run, continued by a worker in this process
    open_run(run).state.update(options={**open_run(run).options, "epochs": done + 1})
    with contextlib.chdir(tmp_path):
        assert work(run, open_run(run).options, {}) == {"status": "finished", "error": ""}
    assert [event["epoch"] for event in open_run(run).events()] == list(range(1, done + 2))


def test_a_worker_decodes_the_same_data_once(tmp_path, shared_tiny_data):
    given = {**OPTIONS, "data": str(shared_tiny_data), "epochs": 1, "scheduler": "random_order"}
    cache = {}
    answers = [work(tmp_path / f"run{seed}", {**given, "seed": seed}, cache) for seed in range(2)]

    assert [answer["status"] for answer in answers] == ["finished", "finished"]
    assert len(cache) == 1
    assert [open_run(tmp_path / f"run{seed}").details()["skipped"] for seed in range(2)] == [{}, {}]


def test_a_worker_tells_what_was_wrong_with_a_run(tmp_path):
    answer = work(tmp_path / "run", {"data": str(tmp_path / "nowhere")}, {})

    assert answer["status"] == "failed"
    assert "There is no data set in" in answer["error"]
    assert os.listdir(tmp_path) == []
