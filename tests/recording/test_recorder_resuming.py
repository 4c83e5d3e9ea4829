"""A recorder that is killed, stopped or reopened goes on where it was, or says why it cannot."""

import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import bss_core as bss
from bss_core.errors import RunError
from bss_core.evaluations import scores_path
from bss_core.manifest import read_info
from bss_core.runs import create_run, open_run
from tests.recording.recordings import CLASSES, balance, batches, record

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "mine"


CHILD = """
import os, signal, sys
import bss_core as bss
from tests.recording.recordings import CLASSES, batches, record
recorder = bss.Recorder(sys.argv[1], CLASSES)
record(recorder, 0, 0)
first, second, third = batches(1)
recorder.log_batch(*first)
recorder.log_batch(*second)
os.kill(os.getpid(), signal.SIGKILL)
"""


class TestGoingOn:
    def test_a_killed_process_loses_nothing(self, folder):
        done = subprocess.run([sys.executable, "-c", CHILD, str(folder)], cwd=ROOT, timeout=120, check=False)
        assert done.returncode == -signal.SIGKILL
        assert open_run(folder).status == "interrupted"
        with bss.Recorder(folder, CLASSES) as recorder:
            assert (recorder.number, recorder.pending) == (1, 16)
            recorder.log_batch(*list(batches(1))[2])
            found = recorder.end_evaluation(1)

        assert found.table["balance_score"].to_numpy() == pytest.approx(balance(1), abs=1e-12)
        assert found.table["smoothed_score"].to_numpy() == pytest.approx((balance(0) + balance(1)) / 2, abs=1e-12)
        assert list((folder / "recording").iterdir()) == []

    @pytest.mark.parametrize("stop", [0, 1, 5, 8])
    def test_stopped_and_reopened_anywhere_the_scores_are_the_same(self, tmp_path, stop):
        calls = [(seed, batch) for seed in range(3) for batch in [*batches(seed), None]]
        for name, at in (("whole", len(calls)), ("stopped", stop)):
            for part in (calls[:at], calls[at:]):
                with bss.Recorder(tmp_path / name, CLASSES) as recorder:
                    for seed, batch in part:
                        recorder.end_evaluation(seed) if batch is None else recorder.log_batch(*batch)
        tables = [[pd.read_parquet(scores_path(tmp_path / name, k)) for k in range(3)] for name in ("whole", "stopped")]

        assert all(one.equals(other) for one, other in zip(*tables, strict=True))

    def test_a_journal_whose_evaluation_is_complete_is_not_used_again(self, folder):
        with bss.Recorder(folder, CLASSES) as recorder:
            recorder.log_batch(*next(batches(0)))
            kept = (folder / "recording" / "evaluation=000.journal").read_bytes()
            record(recorder, 0, 0)
        (folder / "recording" / "evaluation=000.journal").write_bytes(kept)  # a kill came before it was removed
        with bss.Recorder(folder, CLASSES) as recorder:
            assert (recorder.number, recorder.pending) == (1, 0)
        assert list((folder / "recording").iterdir()) == []

    def test_an_error_of_the_loop_is_the_status_and_the_batches_stay(self, folder):
        def loop():
            with bss.Recorder(folder, CLASSES) as recorder:
                recorder.log_batch(*next(batches(0)))
                raise ArithmeticError("diverged")

        with pytest.raises(ArithmeticError, match="diverged"):
            loop()
        assert (open_run(folder).status, open_run(folder).error) == ("failed", "ArithmeticError: diverged")
        with bss.Recorder(folder, CLASSES) as recorder:
            assert recorder.pending == 8

    def test_ctrl_c_is_a_cancelled_run(self, folder):
        with pytest.raises(KeyboardInterrupt, match="by hand"), bss.Recorder(folder, CLASSES):
            raise KeyboardInterrupt("by hand")
        assert open_run(folder).status == "cancelled"

    def test_one_recorder_at_a_time(self, folder):
        with bss.Recorder(folder, CLASSES), pytest.raises(RunError, match="mine is being recorded already"):
            bss.Recorder(folder, CLASSES)

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"classes": ("cat", "dog")}, r"recorded with classes \['cat', 'dog', 'owl'\]; it cannot go on with"),
            ({"measure": {"normaliser": "rank"}}, "mine was recorded with measure"),
            ({"scheduler": "random_order"}, "recorded with scheduler 'learned'; it cannot go on with 'random_order'"),
            ({"beta": 0.1}, "recorded with scheduler_options .* cannot go on with"),
        ],
    )
    def test_other_options_are_refused(self, folder, options, message):
        bss.Recorder(folder, CLASSES).close()
        with pytest.raises(RunError, match=message):
            bss.Recorder(folder, **{"classes": CLASSES} | options)

    def test_a_run_of_another_kind_is_refused(self, folder, shared_tiny_data):
        create_run(folder, {}, read_info(shared_tiny_data))
        with pytest.raises(RunError, match="holds a run that was trained or imported"):
            bss.Recorder(folder, CLASSES)
