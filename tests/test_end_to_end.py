"""The whole way: train in a process of its own, kill it, resume it, read what it wrote; and a user's own script."""

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import torch
import torch.nn.functional as F  # noqa: N812 (torch's own convention)
from safetensors.torch import load_file
from torch.utils.data import DataLoader, TensorDataset

import bss_core as bss
from bss_core.__main__ import main
from bss_core.engine.jobs import train_run
from bss_core.job_state import running
from bss_core.runs import open_run
from tests.engine.small_runs import assert_same_tables, ignore, new_run, trained

ROOT = Path(__file__).parents[1]
WORDS = ["--image-size", "16", "--mels", "16", "--epochs", "8", "--device", "cpu", "--seed", "5"]


@pytest.fixture
def start(tmp_path, tiny_data):
    """Starts training in a process of its own; what still runs at the end of the test is killed."""
    processes = []

    def launch(name):
        words = ["train", "--data", str(tiny_data), "--run", str(tmp_path / name), *WORDS]
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        processes.append(subprocess.Popen([sys.executable, "-m", "bss_core", *words], cwd=ROOT, **streams))
        return processes[-1], tmp_path / name

    yield launch
    for process in processes:
        process.kill()
        process.communicate()


def wait_for(process, folder, epochs):
    """Return once a run has so many complete epochs; its process must live until then."""
    for _ in range(12_000):
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.01)
            pytest.fail(f"It ended too early, with status {process.returncode}: {process.communicate()[1]}")
        path = folder / "events.jsonl"
        if path.exists() and path.read_text().count("\n") >= epochs:
            return
    pytest.fail(f"{epochs} epochs took more than two minutes.")


def assert_readable(folder):
    """Every file of a run folder is whole."""
    for path in folder.rglob("*"):
        if path.suffix == ".parquet":
            pq.read_table(path)
        elif path.suffix == ".json":
            json.loads(path.read_text())
        elif path.suffix == ".jsonl":
            [json.loads(line) for line in path.read_text().splitlines()]
        elif path.suffix == ".safetensors":
            load_file(path)
        elif path.suffix == ".pt":
            torch.load(path, weights_only=True)


def test_a_killed_run_goes_on_to_the_same_bits(start, tmp_path, tiny_data):
    process, folder = start("killed")
    wait_for(process, folder, 2)
    process.kill()
    assert process.wait() == -signal.SIGKILL
    run = open_run(folder)
    assert run.status == "interrupted"
    before = len(run.events())
    assert 2 <= before < 8
    assert_readable(folder)
    assert main(["train", "--run", str(folder), "--resume"]) == 0
    assert run.status == "finished"
    assert main(["train", "--data", str(tiny_data), "--run", str(tmp_path / "whole"), *WORDS]) == 0
    whole = open_run(tmp_path / "whole")
    assert_same_tables(run, whole)
    assert [event["epoch"] for event in run.events()] == list(range(1, 9))
    assert run.details()["results"] == whole.details()["results"]
    assert f"resumed after epoch {before}" in run.state.log_tail() or f"epoch {before - 1}" in run.state.log_tail()


def test_a_terminated_run_is_cancelled_and_loses_nothing(start):
    process, folder = start("terminated")
    wait_for(process, folder, 1)
    process.terminate()
    printed, said = process.communicate()
    assert process.returncode == 130
    assert printed == ""
    assert said.endswith("cancelled; what was written stays\n")
    assert "Traceback" not in said
    run = open_run(folder)
    assert run.status == "cancelled"
    assert 1 <= len(run.events()) < 8
    assert len(run.evaluations()) >= len(run.events())
    assert_readable(folder)
    assert not list(folder.rglob(".*"))


class Killed(BaseException):
    """The end of the process, as far as this process can play it: nobody catches it."""


@pytest.mark.parametrize("is_renamed", [False, True])
@pytest.mark.parametrize(
    ("target", "time"),
    [
        ("predictions/evaluation=000.parquet", 1),
        ("scores/evaluation=001.parquet", 1),
        ("dynamics.parquet", 1),
        ("checkpoints/last.safetensors", 2),
        ("checkpoints/resume.pt", 1),
        ("checkpoints/resume.pt", 2),
        ("scores/evaluation=002.parquet", 1),
    ],
)
def test_a_run_can_die_before_and_after_any_file(tmp_path, tiny_data, monkeypatch, target, time, is_renamed):
    rename, seen = os.replace, []

    def replace(source, path):
        seen.extend([path] if str(path).endswith(target) else [])
        dies = len(seen) == time and str(path).endswith(target)
        if is_renamed or not dies:
            rename(source, path)
        if dies:
            raise Killed

    given = {"seed": 1, "augment": 0.5, "scheduler_options": {"evaluate_every": 1}}
    run, options = new_run(tmp_path / "run", tiny_data, **given)
    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(Killed), running(run.state):
        train_run(run, options, ignore)
    monkeypatch.undo()
    assert run.status == "interrupted"
    assert_readable(run.folder)
    assert main(["train", "--run", str(run.folder), "--resume"]) == 0
    assert_same_tables(run, trained(tmp_path / "whole", tiny_data, **given))
    assert [event["epoch"] for event in run.events()] == [1, 2]


@pytest.mark.parametrize("is_removed", [False, True])
def test_a_run_that_dies_at_its_very_end_is_finished(tmp_path, tiny_data, monkeypatch, is_removed):
    remove = Path.unlink

    def unlink(path, **more):
        if path.name != "resume.pt" or is_removed:
            remove(path, **more)
        if path.name == "resume.pt":
            raise Killed

    run, options = new_run(tmp_path / "run", tiny_data)
    monkeypatch.setattr(Path, "unlink", unlink)
    with pytest.raises(Killed), running(run.state):
        train_run(run, options, ignore)
    assert run.status == "finished"
    assert run.details()["results"]["checkpoint"] == "best"


def test_a_torn_last_line_of_the_events_costs_no_epoch(tmp_path, tiny_data):
    run, options = new_run(tmp_path / "run", tiny_data)

    def die(phase, done, total):
        if phase == "training" and done > 1:
            raise Killed

    with pytest.raises(Killed), running(run.state):
        train_run(run, options, die)
    with open(run.folder / "events.jsonl", "a") as file:
        file.write('{"epoch": 2, "st')
    assert main(["train", "--run", str(run.folder), "--resume"]) == 0
    assert [event["epoch"] for event in run.events()] == [1, 2]


def test_help_needs_no_data_no_network_and_no_torch():
    code = (
        "import sys, bss_core.__main__ as m\ntry: m.main(['train', '--help'])\nfinally: print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("usage: python -m bss_core train")
    assert done.stdout.endswith("False\n")


def test_samplers_and_scores_serve_a_script_of_ones_own():
    """A loop that knows nothing of runs: two feature modalities, one linear head each, scores back to the sampler."""
    torch.manual_seed(0)
    labels = torch.arange(60) % 3
    strong = F.one_hot(labels, 3) * 3 + torch.randn(60, 3) * 0.1
    weak = F.one_hot(labels, 3) * torch.where(torch.arange(60) < 30, 3, 0)[:, None] + torch.randn(60, 3) * 0.1
    heads = {"strong": torch.nn.Linear(3, 3), "weak": torch.nn.Linear(3, 3)}
    optimiser = torch.optim.SGD([values for head in heads.values() for values in head.parameters()], 0.5)
    sampler = bss.CurriculumSampler(bss.build("schedulers", "heuristic", lambda_0=0.5, t_grow=8), n=60, seed=0)
    loader = DataLoader(TensorDataset(torch.arange(60), strong, weak, labels), batch_size=10, sampler=sampler)
    sampler.set_scores(np.zeros(60))
    for epoch in range(10):
        sampler.set_epoch(epoch)
        for _, first, second, wanted in loader:
            loss = F.cross_entropy(heads["strong"](first), wanted) + F.cross_entropy(heads["weak"](second), wanted)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    with torch.no_grad():
        chances = {"strong": heads["strong"](strong).softmax(1).numpy(), "weak": heads["weak"](weak).softmax(1).numpy()}
    table = bss.balance_scores(chances, labels.numpy())
    # where the second modality says nothing, samples are imbalanced
    assert table["balance_score"][:30].min() > table["balance_score"][30:].max()
    sampler.set_scores(table["balance_score"].to_numpy())
    sampler.set_epoch(0)
    assert sorted(sampler) == list(range(30))
