"""Starting, continuing, scoring and stopping jobs, with small processes in the place of the real ones."""

import json
import os
import signal
import subprocess
import sys
from types import SimpleNamespace

import pytest

from bss_core import jobs
from bss_core.errors import ConfigError, ManifestError, RunError
from bss_core.job_state import JobState, read_json
from bss_core.manifest import read_info
from bss_core.runs import FILE, create_run, open_run
from tests.score_tables import some_run

READY = "print('ready', flush=True)"
AT_WORK = """
import os, sys
from pathlib import Path
from bss_core.errors import Cancelled
from bss_core.job_state import JobState, running
state = JobState(Path(sys.argv[1]))
state.own(os.getpid())
"""


@pytest.fixture
def launched(monkeypatch):
    """Commands in the order of their start; in their place a process runs that waits until it is killed."""
    commands, processes = [], []

    def launch(words, env, **streams):
        commands.append(SimpleNamespace(words=words[1:], environment=env, streams=streams))
        code = "import signal; signal.pause()"
        processes.append(subprocess.Popen([sys.executable, "-c", code], **streams))
        return processes[-1]

    fake = SimpleNamespace(Popen=launch, DEVNULL=subprocess.DEVNULL, STDOUT=subprocess.STDOUT)
    monkeypatch.setattr(jobs, "subprocess", fake)
    monkeypatch.setattr(jobs, "_children", [])
    yield commands
    for process in processes:
        process.kill()
        process.wait()


@pytest.fixture
def finished_run(tmp_path):
    """A finished run of three epochs with the checkpoints best and last."""
    run = some_run(tmp_path)
    run.state.update(status="finished", options={"epochs": 3, "evaluate_every": 2})
    (run.folder / "checkpoints").mkdir()
    for name in ("last", "best"):
        (run.folder / "checkpoints" / f"{name}.safetensors").touch()
    return run


def test_training_starts_in_its_own_process(tmp_path, tiny_data, launched):
    run = jobs.start_training(tmp_path / "runs" / "first", {"data": str(tiny_data), "epochs": 2})
    (command,) = launched
    assert command.words == ["-m", "bss_core", "train", "--run", str(run.folder), "--resume", "--queue"]
    assert command.streams["start_new_session"]
    assert int(command.environment["OMP_NUM_THREADS"]) == max(1, os.cpu_count() - 1)
    assert run.status == "starting"
    assert run.options["epochs"] == 2
    assert run.data == tiny_data


def test_process_finds_the_library_from_any_folder(tmp_path, tiny_data, launched, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    jobs.start_training(tmp_path / "first", {"data": str(tiny_data)})
    root, other = launched[0].environment["PYTHONPATH"].split(os.pathsep)
    assert os.path.isfile(os.path.join(root, "bss_core", "__main__.py"))
    assert other == "/somewhere"


@pytest.mark.parametrize("name", ["", "..", ".hidden", "a b", "a\nb", "ü" * 101, "a$(x)", "a\0b"])
def test_unfit_names_are_refused(tmp_path, tiny_data, launched, name):
    with pytest.raises(RunError, match="cannot name a run"):
        jobs.start_training(tmp_path / "runs" / name if name else tmp_path / "..", {"data": str(tiny_data)})
    assert not launched
    assert not (tmp_path / "runs").exists()


def test_wrong_options_create_nothing(tmp_path, tiny_data, launched):
    with pytest.raises(ConfigError, match="epochs = 0 is out of range"):
        jobs.start_training(tmp_path / "first", {"data": str(tiny_data), "epochs": 0})
    with pytest.raises(ManifestError, match="There is no data set"):
        jobs.start_training(tmp_path / "first", {"data": str(tmp_path / "absent")})
    assert not (tmp_path / "first").exists()
    assert not launched


def test_existing_run_is_never_overwritten(finished_run, tiny_data, launched):
    before = (finished_run.folder / FILE).read_bytes()
    with pytest.raises(RunError, match="holds a run already"):
        jobs.start_training(finished_run.folder, {"data": str(tiny_data)})
    assert (finished_run.folder / FILE).read_bytes() == before
    assert not launched


def test_process_that_cannot_start_is_said_and_recorded(tmp_path, tiny_data, monkeypatch):
    def refuse(*words, **more):
        raise OSError(11, "Resource temporarily unavailable")

    fake = SimpleNamespace(Popen=refuse, DEVNULL=None, STDOUT=None)
    monkeypatch.setattr(jobs, "subprocess", fake)
    with pytest.raises(RunError, match="could not be started .Resource temporarily unavailable"):
        jobs.start_training(tmp_path / "first", {"data": str(tiny_data)})
    run = open_run(tmp_path / "first")
    assert run.status == "failed"
    assert "Resource temporarily unavailable" in run.error


@pytest.mark.parametrize("status", ["cancelled", "failed", "running"])
def test_ended_run_is_continued(finished_run, launched, status):
    finished_run.state.update(status=status)  # running without a process: interrupted
    finished_run.state.request_cancel()
    jobs.resume_training(finished_run)
    assert launched[0].words[2:] == ["train", "--run", str(finished_run.folder), "--resume", "--queue"]
    assert not finished_run.state.is_stopping
    assert finished_run.status == "starting"


def test_run_at_work_or_finished_is_not_continued(finished_run, launched):
    with pytest.raises(RunError, match="some-1 is finished; only a cancelled, interrupted or failed"):
        jobs.resume_training(finished_run)
    finished_run.state.update(status="running")
    finished_run.state.own(os.getpid())
    with pytest.raises(RunError, match="some-1 is running"):
        jobs.resume_training(finished_run)
    assert not launched


def test_scoring_gets_a_number_that_training_never_uses(finished_run, launched):
    first = jobs.start_scoring(finished_run, "best", "test", "cpu")
    second = jobs.start_scoring(finished_run, "last", "all")
    # 3 epochs make at most four evaluations, 0 to 3
    assert [state.path.parent.name for state in (first, second)] == ["005", "006"]
    expected = ["--checkpoint", "best", "--split", "test", "--device", "cpu", "--job", "005", "--queue"]
    assert launched[0].words[2:] == ["score", "--run", str(finished_run.folder), *expected]
    assert read_json(first.path) | {"split": "test", "checkpoint": "best", "status": "starting"} == read_json(
        first.path
    )
    assert [state.path for state in jobs.scoring_jobs(finished_run)] == [second.path, first.path]


def test_scoring_needs_a_checkpoint_of_the_run(finished_run, launched):
    with pytest.raises(RunError, match="no checkpoint '../best'; it has best, last"):
        jobs.start_scoring(finished_run, "../best", "test")
    for path in (finished_run.folder / "checkpoints").iterdir():
        path.unlink()
    with pytest.raises(RunError, match="it has none"):
        jobs.start_scoring(finished_run, "best", "test")
    assert not launched
    assert jobs.scoring_jobs(finished_run) == []


def test_scoring_folder_that_cannot_be_made(finished_run, launched):
    (finished_run.folder / "scoring").write_text("a file")
    with pytest.raises(RunError, match="could not be made"):
        jobs.start_scoring(finished_run, "best", "test")


def test_ended_children_are_reaped(tmp_path, tiny_data, launched):
    run = jobs.start_training(tmp_path / "first", {"data": str(tiny_data)})
    (process,) = jobs._children
    jobs.reap()
    assert jobs._children == [process]
    os.kill(process.pid, signal.SIGKILL)
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    jobs.reap()
    assert jobs._children == []
    assert run.status == "interrupted"


@pytest.fixture
def at_work(tmp_path):
    """Starts a job of the given behaviour and waits until it is at work."""
    processes = []

    def start(behaviour):
        path = tmp_path / "job.json"
        path.write_text(json.dumps({"status": "starting"}))
        words = [sys.executable, "-c", AT_WORK + behaviour, str(path)]
        process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        processes.append(process)
        jobs._children.append(process)
        assert process.stdout.readline().strip() == "ready"
        return JobState(path), process

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def test_request_to_stop_does_not_wait(at_work):
    state, _ = at_work(f"with running(state):\n    {READY}; import signal; signal.pause()")
    jobs.cancel(state)
    assert state.is_stopping
    assert state.status == "running"


def test_cooperative_job_stops_by_itself(at_work):
    state, process = at_work(f"with running(state):\n    {READY}\n    while True: state.check_cancel()")
    jobs.cancel(state, patience=30)
    assert state.status == "cancelled"
    process.wait()
    assert state.read()["status"] == "cancelled"


def test_job_that_does_not_look_is_terminated(at_work):
    state, process = at_work(f"import signal\nwith running(state):\n    {READY}\n    while True: signal.pause()")
    jobs.cancel(state, patience=1)
    process.wait(timeout=30)
    assert state.status == "cancelled"


def test_job_that_ignores_everything_is_killed(at_work):
    ignoring = f"import signal\nwith running(state):\n    signal.signal(signal.SIGTERM, signal.SIG_IGN); {READY}\n"
    state, process = at_work(ignoring + "    while True: signal.pause()")
    jobs.cancel(state, patience=0.3)
    process.wait(timeout=30)
    assert process.returncode == -signal.SIGKILL
    assert state.status == "interrupted"


def test_cancelling_an_ended_job_is_harmless(finished_run):
    jobs.cancel(finished_run.state, patience=0.1)
    assert finished_run.status == "finished"


def test_folder_for_a_new_run_is_checked(tmp_path, tiny_data):
    jobs.check_new_folder(tmp_path / "stamps-learned_1.2")
    create_run(tmp_path / "taken", {}, read_info(tiny_data))
    with pytest.raises(RunError, match="holds a run already; choose another name"):
        jobs.check_new_folder(tmp_path / "taken")
