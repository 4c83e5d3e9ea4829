"""Worker processes: needs are met in order, a dead worker costs one run, an interruption stops all."""

import sys
import threading

import pytest

from bss_core.errors import Cancelled
from bss_core.study import pool
from bss_core.study.tasks import Task

# A worker that trains nothing: it does what the run's name says, and notes which runs it took.
WORKER = """
import json, os, pathlib, sys, time
for line in sys.stdin:
    folder = pathlib.Path(json.loads(line)["folder"])
    with open(folder.parent / "order.txt", "a") as file:
        file.write(folder.name + chr(10))
    if folder.name == "dies": os._exit(7)
    if folder.name == "hangs": time.sleep(600)
    print(json.dumps({"folder": str(folder), "status": "finished", "error": ""}), flush=True)
"""


@pytest.fixture
def train(tmp_path, monkeypatch):
    """Train tasks by name; ``needs`` maps a name to the one it needs. Returns name → answer."""
    monkeypatch.setattr(pool, "_COMMAND", [sys.executable, "-c", WORKER])

    def run(names, workers=1, needs=(), finished=None):
        answers, needs = {}, dict(needs)
        tasks = [Task(tmp_path / name, 0, {}, tmp_path / needs[name] if name in needs else None) for name in names]
        keep = finished or (lambda task, answer: answers.update({task.folder.name: answer}))
        pool.train_all(tasks, workers, tmp_path / "workers.log", keep)
        return answers

    return run


def order(tmp_path):
    return (tmp_path / "order.txt").read_text().split()


def test_one_worker_takes_the_tasks_in_order(train, tmp_path):
    assert list(train(["a", "b", "c"])) == order(tmp_path) == ["a", "b", "c"]


def test_a_task_waits_for_the_one_it_needs(train, tmp_path):
    train(["needing", "b", "needed"], needs={"needing": "needed"})

    assert order(tmp_path) == ["b", "needed", "needing"]


def test_a_need_that_is_no_task_any_more_has_been_met(train, tmp_path):
    assert list(train(["a"], needs={"a": "finished-yesterday"})) == ["a"]


@pytest.mark.parametrize("workers", [1, 3])
def test_a_worker_that_dies_costs_its_run_and_no_other(train, tmp_path, workers):
    answers = train(["a", "dies", "b", "c"], workers, needs={"c": "dies"})

    assert {name: answer["status"] for name, answer in answers.items()} == {
        "a": "finished", "dies": "failed", "b": "finished", "c": "finished",
    }  # fmt: skip
    assert answers["dies"]["error"] == "The worker process ended with status 7; see workers.log."
    assert sorted(order(tmp_path)) == ["a", "b", "c", "dies"]


def test_no_task_needs_no_worker(train, tmp_path):
    assert train([]) == {}
    assert not (tmp_path / "workers.log").exists()


def test_a_fault_of_the_callback_ends_the_study(train):
    def finished(task, answer):
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        train(["a", "b"], finished=finished)


def test_a_worker_that_cannot_be_started_ends_the_study(train, monkeypatch):
    monkeypatch.setattr(pool, "_COMMAND", ["/nowhere/python"])
    with pytest.raises(FileNotFoundError, match="/nowhere/python"):
        train(["a", "b"], workers=2)


def test_an_interruption_stops_the_workers_and_says_so(train, tmp_path, monkeypatch):
    def interrupted(thread, timeout=None):
        if (tmp_path / "order.txt").exists() and not interrupted.done:
            interrupted.done = True
            raise KeyboardInterrupt
        return join(thread, timeout)

    interrupted.done, join = False, threading.Thread.join
    monkeypatch.setattr(threading.Thread, "join", interrupted)
    with pytest.raises(Cancelled):
        train(["hangs", "never"])
    assert order(tmp_path) == ["hangs"]
