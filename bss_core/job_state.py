"""How a job tells the world what it does: small files beside its state file, readable by any process at any time.

The state file is ``run.json`` for training and ``scoring/003/job.json`` for a scoring job; beside it stand
``process.json`` (whose job it is), ``progress.json`` (replaced as it goes on), ``log.txt`` and, once somebody asked
the job to stop, ``cancel``.
"""

import contextlib
import fcntl
import json
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from bss_core.errors import BSSError, Cancelled, RunError
from bss_core.files import write_bytes, write_json

__all__ = ["ACTIVE", "JobState", "read_json", "running", "slot"]

ACTIVE = ("starting", "queued", "running")
_BIRTH = 60.0  # seconds a job may take from its state file to its process
_TAIL = 2**17  # bytes of a log that are read for its last lines


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object.

    Raises:
        RunError: missing or damaged.
    """
    try:
        content = json.loads(path.read_text())
    except FileNotFoundError:
        raise RunError(f"{path} does not exist.") from None
    except (OSError, ValueError) as error:
        raise RunError(f"{path} is damaged: {error}") from None
    if not isinstance(content, dict):
        raise RunError(f"{path} is damaged: it holds no JSON object.")
    return content


@dataclass(frozen=True)
class JobState:
    """The files of one job; ``path`` is its state file."""

    path: Path

    def read(self) -> dict[str, Any]:
        """The state file's content."""
        return read_json(self.path)

    def update(self, **changes: Any) -> None:
        """Change some keys of the state file, atomically."""
        write_json(self.path, {**self.read(), **changes})

    @property
    def status(self) -> str:
        """starting, queued, running, finished, failed, cancelled; or interrupted: its process is gone."""
        status = self._said()
        if status not in ACTIVE or self._is_unborn(status) or self._is_alive():
            return status
        last = self._said()  # it may have ended between the two looks
        return "interrupted" if last in ACTIVE else last

    def _said(self) -> str:
        return str(self.read().get("status", "interrupted"))

    def _is_unborn(self, status: str) -> bool:
        if status != "starting" or self._beside("process.json").exists():
            return False
        return time.time() - self.path.stat().st_mtime < _BIRTH

    @property
    def is_stopping(self) -> bool:
        """Whether somebody asked the job to stop."""
        return self._beside("cancel").exists()

    def prepare(self) -> None:
        """Forget the last process and an old request to stop; the next process is about to start."""
        for name in ("process.json", "cancel"):
            self._beside(name).unlink(missing_ok=True)
        self.update(status="starting", error="")

    def own(self, pid: int) -> None:
        """Record whose job this is: process number and start time (a number alone may be given out again)."""
        write_json(self._beside("process.json"), {"pid": pid, "started": psutil.Process(pid).create_time()})

    def kill(self, sign: int) -> None:
        """Send a signal to the job's process if it still lives."""
        if self._is_alive():
            os.kill(int(read_json(self._beside("process.json"))["pid"]), sign)

    def _is_alive(self) -> bool:
        try:
            process = read_json(self._beside("process.json"))
            found = psutil.Process(int(process["pid"]))
            same = abs(found.create_time() - float(process["started"])) < 1.0
            return same and found.status() != psutil.STATUS_ZOMBIE
        except (RunError, psutil.Error, KeyError, ValueError, TypeError):
            return False

    def report(self, phase: str, done: int, total: int, **more: Any) -> None:
        """Replace ``progress.json``."""
        write_json(self._beside("progress.json"), {"phase": phase, "done": done, "total": total, **more})

    def progress(self) -> dict[str, Any]:
        """The latest progress: ``phase``, ``done`` of ``total``; empty before the first report."""
        path = self._beside("progress.json")
        return read_json(path) if path.exists() else {}

    def request_cancel(self) -> None:
        """Ask the job to stop at the next step."""
        write_bytes(self._beside("cancel"), b"")

    def check_cancel(self) -> None:
        """Raise Cancelled if somebody asked the job to stop."""
        if self.is_stopping:
            raise Cancelled

    def log_tail(self, lines: int = 200) -> str:
        """The last lines of the log, then of what the process printed outside it (a crash, say)."""
        paths = [self._beside(name) for name in ("log.txt", "output.txt")]
        return "\n".join(line for path in paths if path.exists() for line in _last_lines(path, lines))

    def _beside(self, name: str) -> Path:
        return self.path.parent / name


def _last_lines(path: Path, count: int) -> list[str]:
    """Lines as a terminal would show them: what a carriage return overwrote (progress bars) is left out."""
    with open(path, "rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL))
        text = file.read().decode(errors="replace")
    shown = [line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n")]
    return [line for line in shown if line.strip()][-count:]


@contextlib.contextmanager
def running(state: JobState) -> Iterator[None]:
    """Mark the job running, and afterwards finished, cancelled or failed (with the reason); SIGTERM cancels."""
    state.update(status="running", error="")
    before = signal.signal(signal.SIGTERM, _raise_cancelled)
    try:
        yield
    except (Cancelled, KeyboardInterrupt):
        state.update(status="cancelled")
        raise Cancelled from None
    except BSSError as error:
        _record_failure(state, str(error))
        raise
    except Exception as error:
        _record_failure(state, f"{type(error).__name__}: {error}")
        raise
    else:
        state.update(status="finished")
    finally:
        signal.signal(signal.SIGTERM, before)


def _record_failure(state: JobState, reason: str) -> None:
    with contextlib.suppress(RunError):  # a full disk must not hide the first error
        state.update(status="failed", error=reason)


def _raise_cancelled(*_: Any) -> None:
    raise Cancelled


@contextlib.contextmanager
def slot(root: Path, state: JobState) -> Iterator[None]:
    """Wait, as ``queued``, until no other queued job of this runs folder is working; a dead holder frees the slot."""
    with open(root / ".slot", "w") as file:
        if not _locked(file.fileno()):
            _wait(file.fileno(), state)
        yield


def _wait(handle: int, state: JobState) -> None:
    state.update(status="queued")
    while not _locked(handle):
        state.check_cancel()
        time.sleep(0.3)
    state.update(status="running")


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
