"""Starting the job that computes a map: its words are those the command reads, and nobody starts it twice."""

import subprocess
import sys
from types import SimpleNamespace

import pytest

from bss_core import jobs
from bss_core.__main__ import parser
from bss_core.errors import ConfigError, RunError
from bss_core.maps import requests
from bss_core.maps.requests import MapRequest, checked_request
from tests.score_tables import some_run


@pytest.fixture
def run(tmp_path):
    found = some_run(tmp_path)
    (found.folder / "checkpoints").mkdir()
    (found.folder / "checkpoints" / "best.safetensors").touch()
    return found


@pytest.fixture
def launched(monkeypatch):
    """Commands in the order of their start; in their place a process runs that waits until it is killed."""
    commands, processes = [], []

    def launch(words, env, **streams):
        commands.append(words[3:])
        processes.append(subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"], **streams))
        return processes[-1]

    fake = SimpleNamespace(Popen=launch, DEVNULL=subprocess.DEVNULL, STDOUT=subprocess.STDOUT)
    monkeypatch.setattr(jobs, "subprocess", fake)
    monkeypatch.setattr(jobs, "_children", [])
    yield commands
    for process in processes:
        process.kill()
        process.wait()


@pytest.mark.parametrize(
    "given", [{"of": "audio", "split": "all", "seed": 3}, {"of": "probabilities", "evaluation": 1}]
)
def test_the_command_asks_for_the_same_map(run, launched, given):
    request = checked_request(run, **given)
    state = jobs.start_embedding(run, request, "cpu")
    read = vars(parser().parse_args(launched[0]))
    names = ("of", "method", "split", "checkpoint", "evaluation", "seed", "neighbours", "min_dist")
    assert checked_request(run, **{name: read[name] for name in names if name in read}) == request
    assert (read["run"], read["device"], read["queue"]) == (run.folder, "cpu", True)
    assert state.path == run.folder / "maps" / "jobs" / read["job"] / "job.json"
    assert state.status == "starting"


def test_a_map_that_is_being_computed_is_not_started_again(run, launched):
    first = jobs.start_embedding(run, checked_request(run, "audio"))
    assert jobs.start_embedding(run, checked_request(run, "audio")) == first
    assert len(launched) == 1
    other = jobs.start_embedding(run, checked_request(run, "text"))
    assert jobs.embedding_jobs(run) == [other, first]


def test_one_that_ended_can_be_started_again(run, launched):
    first = jobs.start_embedding(run, checked_request(run, "audio"))
    first.update(status="failed", error="No space left.")
    assert jobs.start_embedding(run, checked_request(run, "audio")) != first


def test_without_umap_no_job_is_made(run, monkeypatch):
    monkeypatch.setattr(requests, "has_umap", lambda: False)
    with pytest.raises(ConfigError, match="pip install umap-learn"):
        jobs.start_embedding(run, MapRequest("audio", "umap", "train", checkpoint="best"))
    assert jobs.embedding_jobs(run) == []


def test_a_folder_that_cannot_be_made_is_named(run):
    (run.folder / "maps").write_text("in the way")
    with pytest.raises(RunError, match=r"maps/jobs/001 could not be made"):
        jobs.new_embedding_job(run, checked_request(run, "audio"), "cpu")
