"""What a job's files say: its status whatever became of its process, its queue, its progress and its log."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time

import pytest

from bss_core import job_state
from bss_core.errors import BSSError, Cancelled, RunError
from bss_core.job_state import JobState, read_json, running, slot


@pytest.fixture
def state(tmp_path):
    (tmp_path / "job.json").write_text('{"status": "starting", "error": "", "split": "test"}')
    return JobState(tmp_path / "job.json")


def process_file(state):
    return state.path.parent / "process.json"


def child(code):
    """A Python process with its output and input connected; the caller ends it."""
    return subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


@contextlib.contextmanager
def started(code):
    process = child(code)
    try:
        assert process.stdout.readline().strip() == "ready"
        yield process
    finally:
        process.kill()
        process.communicate()


def at_work(state):
    """A process that marked itself as running this job and waits."""
    return started(
        "import os; from pathlib import Path; from bss_core.job_state import JobState, running\n"
        f"state = JobState(Path({str(state.path)!r})); state.own(os.getpid())\n"
        "with running(state):\n    print('ready', flush=True); input()"
    )


@pytest.mark.parametrize("status", ["finished", "failed", "cancelled", "interrupted"])
def test_status_of_an_ended_job_is_what_it_said(state, status):
    state.update(status=status)
    assert state.status == status


@pytest.mark.parametrize("status", ["running", "queued"])
def test_active_job_needs_a_living_process(state, status):
    state.update(status=status)
    assert state.status == "interrupted"
    state.own(os.getpid())
    assert state.status == status


def test_dead_process_is_interrupted(state):
    state.update(status="running")
    with started("print('ready', flush=True); input()") as process:
        state.own(process.pid)
        assert state.status == "running"
        process.kill()
        process.wait()
        assert state.status == "interrupted"


def test_unreaped_process_is_interrupted(state):
    state.update(status="running")
    process = child("")
    state.own(process.pid)
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # it ended, but is still listed as a zombie
    assert state.status == "interrupted"
    process.communicate()


def test_number_given_to_another_process_is_interrupted(state):
    state.update(status="running")
    state.own(os.getpid())
    process_file(state).write_text(json.dumps(read_json(process_file(state)) | {"started": 1.0}))
    assert state.status == "interrupted"


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"pid": "x", "started": 1}', '{"pid": 1, "started": null}'])
def test_damaged_process_file_is_interrupted(state, text):
    state.update(status="running")
    process_file(state).write_text(text)
    assert state.status == "interrupted"


def test_job_without_process_is_starting_only_for_a_while(state):
    assert state.status == "starting"
    long_ago = time.time() - 120
    os.utime(state.path, (long_ago, long_ago))
    assert state.status == "interrupted"


def test_job_that_ends_between_two_looks_is_not_interrupted(state, monkeypatch):
    def ends_now(self):
        self.update(status="finished")
        return False

    state.update(status="running")
    monkeypatch.setattr(JobState, "_is_alive", ends_now)
    assert state.status == "finished"


def test_killed_job_is_interrupted(state):
    with at_work(state) as process:
        assert state.status == "running"
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert state.read()["status"] == "running"
    assert state.status == "interrupted"


def test_terminated_job_is_cancelled(state):
    with at_work(state) as process:
        process.terminate()
        process.wait()
    assert state.status == "cancelled"


@pytest.mark.parametrize(
    ("text", "match"),
    [("", "is damaged"), ('{"status": "runn', "is damaged"), ("[1]", "holds no JSON object"), (None, "does not exist")],
)
def test_unreadable_state_file(tmp_path, text, match):
    path = tmp_path / "job.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(RunError, match=match):
        read_json(path)
    with pytest.raises(RunError, match=match):
        _ = JobState(path).status


def test_undecodable_state_file_is_damaged(tmp_path):
    (tmp_path / "job.json").write_bytes(b'{"status": "\xff\xfe"}')
    with pytest.raises(RunError, match="is damaged"):
        read_json(tmp_path / "job.json")


def test_update_keeps_the_other_keys(state):
    state.update(status="running", threads=1)
    assert state.read() == {"status": "running", "error": "", "split": "test", "threads": 1}


def test_prepare_forgets_the_last_process(state):
    state.own(os.getpid())
    state.request_cancel()
    state.update(status="failed", error="something")
    state.prepare()
    assert state.status == "starting"
    assert not state.is_stopping
    assert state.read()["error"] == ""
    assert not process_file(state).exists()


def test_progress(state):
    assert state.progress() == {}
    state.report("training", 2.5, 12, part=0.5)
    assert state.progress() == {"phase": "training", "done": 2.5, "total": 12, "part": 0.5}
    (state.path.parent / "progress.json").write_text('{"phase"')
    with pytest.raises(RunError, match="is damaged"):
        state.progress()


def test_request_to_stop(state):
    state.check_cancel()
    assert not state.is_stopping
    state.request_cancel()
    assert state.is_stopping
    with pytest.raises(Cancelled):
        state.check_cancel()


def test_kill_spares_a_process_that_is_not_the_job(state):
    with started("print('ready', flush=True); input()") as process:
        process_file(state).write_text(json.dumps({"pid": process.pid, "started": 1.0}))
        state.kill(signal.SIGKILL)
        assert process.poll() is None


def test_running_marks_a_job_finished(state):
    before = signal.getsignal(signal.SIGTERM)
    state.update(error="from before")
    state.own(os.getpid())
    with running(state):
        assert state.status == "running"
        assert state.read()["error"] == ""
    assert state.status == "finished"
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.parametrize("error", [Cancelled, KeyboardInterrupt])
def test_running_marks_a_job_cancelled(state, error):
    with pytest.raises(Cancelled), running(state):
        raise error
    assert state.status == "cancelled"


@pytest.mark.parametrize(
    ("error", "reason"), [(RunError("No data."), "No data."), (ValueError("a\nb"), "ValueError: a\nb")]
)
def test_running_marks_a_job_failed_with_the_reason(state, error, reason):
    with pytest.raises(type(error)), running(state):
        raise error
    assert state.status == "failed"
    assert state.read()["error"] == reason


def test_failure_that_cannot_be_written_does_not_hide_the_first(state, monkeypatch):
    def full(path, content):
        raise RunError("disk full")

    def fail():
        monkeypatch.setattr(job_state, "write_json", full)
        raise RunError("the first")

    with pytest.raises(BSSError, match="the first"), running(state):
        fail()


def holder(root):
    """A process that holds the slot of ``root`` until it ends."""
    return started(
        f"import fcntl; file = open({str(root / '.slot')!r}, 'w'); fcntl.flock(file, fcntl.LOCK_EX)\n"
        "print('ready', flush=True); input()"
    )


def test_free_slot_is_taken_at_once(state, tmp_path):
    state.update(status="running")
    state.own(os.getpid())
    with slot(tmp_path, state):
        assert state.status == "running"


@pytest.mark.parametrize("ending", ["kill", "terminate"])
def test_second_job_waits_until_the_first_is_gone(state, tmp_path, monkeypatch, ending):
    seen = []
    state.own(os.getpid())
    with holder(tmp_path) as first:

        def wait_a_moment(seconds):
            seen.append(state.status)
            getattr(first, ending)()
            first.wait()

        monkeypatch.setattr(job_state.time, "sleep", wait_a_moment)
        with slot(tmp_path, state):
            seen.append(state.status)
    assert seen == ["queued", "running"]


def test_slot_is_held_against_other_processes(state, tmp_path):
    attempt = f"import fcntl; fcntl.flock(open({str(tmp_path / '.slot')!r}, 'w'), fcntl.LOCK_EX | fcntl.LOCK_NB)"
    with slot(tmp_path, state):
        assert b"BlockingIOError" in subprocess.run([sys.executable, "-c", attempt], capture_output=True).stderr
    assert subprocess.run([sys.executable, "-c", attempt], check=True).returncode == 0


def test_queued_job_can_be_cancelled(state, tmp_path, monkeypatch):
    monkeypatch.setattr(job_state.time, "sleep", lambda seconds: state.request_cancel())
    with holder(tmp_path), pytest.raises(Cancelled), slot(tmp_path, state):
        pytest.fail("the slot was given away twice")


def test_log_is_empty_at_first(state):
    assert state.log_tail() == ""


def test_log_shows_what_a_terminal_would(state):
    (state.path.parent / "log.txt").write_bytes(b"one\ntwo\r\n\nbad \xff byte\n")
    (state.path.parent / "output.txt").write_bytes(b" 1%|#  |\r50%|## |\r99%|###|\nerror: No data.\n")
    assert state.log_tail().split("\n") == ["one", "two", "bad \ufffd byte", "99%|###|", "error: No data."]


def test_log_tail_of_a_long_log(state):
    (state.path.parent / "log.txt").write_text("".join(f"line {number} {'x' * 100}\n" for number in range(5000)))
    tail = state.log_tail(3).split("\n")
    assert [line.split()[1] for line in tail] == ["4997", "4998", "4999"]
