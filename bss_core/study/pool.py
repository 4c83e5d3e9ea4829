"""Worker processes of a study: each takes one run after another; one that dies costs its run and is replaced."""

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from bss_core.errors import Cancelled
from bss_core.study.tasks import Task

__all__ = ["train_all"]

_COMMAND = [sys.executable, "-m", "bss_core.study.worker"]


def train_all(tasks: Iterable[Task], workers: int, log: Path, finished: Callable[[Task, dict[str, str]], None]) -> None:
    """Train all tasks; each on one thread, a task only after the one that it needs.

    Args:
        workers: processes that work side by side.
        log: file that takes what the workers print outside their runs' logs.
        finished: called with each task and its ``status`` and ``error``, in the order of their ends.

    Raises:
        Cancelled: interrupted from the keyboard; the workers have been stopped.
    """
    board = _Board(list(tasks), finished)
    threads = [threading.Thread(target=_serve, args=(board, log), daemon=True) for _ in range(workers)]
    for thread in threads:
        thread.start()
    try:
        for thread in threads:
            while thread.is_alive():
                thread.join(0.2)
    except KeyboardInterrupt:
        board.stop()
        for thread in threads:
            thread.join()
        raise Cancelled from None
    if board.fault:
        raise board.fault


class _Board:
    """What is still to do, shared by the threads; guarded by one condition."""

    def __init__(self, tasks: list[Task], finished: Callable[[Task, dict[str, str]], None]) -> None:
        self._waiting, self._open, self._ended = tasks, {task.folder for task in tasks}, {}
        self._finished, self._changed = finished, threading.Condition()
        self._processes: set[subprocess.Popen] = set()
        self.stopped, self.fault = False, None

    def take(self) -> Task | None:
        """The next task whose need is met; waits for one; None when nothing is left."""
        with self._changed:
            while not self.stopped and self._waiting:
                ready = next((task for task in self._waiting if task.needs not in self._open), None)
                if ready:
                    self._waiting.remove(ready)
                    return ready
                self._changed.wait()
            return None

    def end(self, task: Task, answer: dict[str, str]) -> None:
        """Tell the others that a task has ended, and the caller how."""
        with self._changed:
            self._open.discard(task.folder)
            try:
                if not self.stopped:
                    self._finished(task, answer)
            except Exception as error:  # of the caller's callback
                self.fail(error)
            self._changed.notify_all()

    def fail(self, error: Exception) -> None:
        """End the study with an error that is raised again in the caller's thread."""
        with self._changed:
            self.fault, self.stopped = error, True
            self._changed.notify_all()

    def add(self, process: subprocess.Popen) -> None:
        """A worker that :meth:`stop` is to end."""
        with self._changed:
            self._processes.add(process)
            if self.stopped:
                process.terminate()

    def remove(self, process: subprocess.Popen) -> None:
        """A worker that has ended."""
        with self._changed:
            self._processes.discard(process)

    def stop(self) -> None:
        """Let the workers cancel their runs."""
        with self._changed:
            self.stopped = True
            for process in self._processes:
                process.terminate()
            self._changed.notify_all()


def _serve(board: _Board, log: Path) -> None:
    """One thread: feed one worker process, and a new one if it dies."""
    process = None
    try:
        while (task := board.take()) is not None:
            if process is None:
                process = _started(log)
                board.add(process)
            answer = _asked(process, task)
            if answer is None:
                code, process = _ended(process, board), None
                answer = {"status": "failed", "error": f"The worker process ended with status {code}; see {log.name}."}
            board.end(task, answer)
    except Exception as error:  # no process could be started, say
        board.fail(error)
    finally:
        if process is not None:
            _ended(process, board)


def _ended(process: subprocess.Popen, board: _Board) -> int:
    """Close the worker's input, which ends it if it still lives, and wait for that; its exit status."""
    with contextlib.suppress(BrokenPipeError), process:  # an order that it did not take is lost with it
        pass
    board.remove(process)
    return process.wait()


def _started(log: Path) -> subprocess.Popen:
    root = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))
    # one thread each: several processes of several threads would fight for the cores
    single = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "PYTHONPATH": path, "PYTHONUNBUFFERED": "1"}
    with open(log, "ab") as errors:
        return subprocess.Popen(
            _COMMAND, env={**os.environ, **single},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True,
        )  # fmt: skip


def _asked(process: subprocess.Popen, task: Task) -> dict[str, str] | None:
    """Hand over one task and wait for the answer; None if the worker is gone."""
    order: dict[str, Any] = {"folder": str(task.folder), "options": task.options}
    try:
        process.stdin.write(json.dumps(order) + "\n")
        process.stdin.flush()
        answer = process.stdout.readline()
    except BrokenPipeError:
        return None
    return json.loads(answer) if answer.endswith("\n") else None
