"""The README's training loop runs as it stands there, on its own data, and the run it records is whole."""

import os
import re
import subprocess
import sys
from pathlib import Path

from bss_core.runs import open_run

ROOT = Path(__file__).parents[1]


def blocks(section, language="python"):
    """The code blocks of one section of the README."""
    text = (ROOT / "README.md").read_text().partition(f"## {section}\n")[2].partition("\n## ")[0]
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)


def test_the_training_loop_runs_and_leaves_a_run(tmp_path):
    (tmp_path / "loop.py").write_text("\n".join(blocks("In your own training loop")))
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"}
    done = subprocess.run(
        [sys.executable, "loop.py"], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    run = open_run(tmp_path / "runs" / "mine")

    assert run.status == "finished"
    assert [(item.number, item.epoch, item.samples) for item in run.evaluations()] == [(k, k, 600) for k in range(5)]
    assert run.classes == ["cat", "dog", "owl"]


def test_the_part_that_is_ours_is_short():
    ours = blocks("In your own training loop")[1]
    added = [line for line in ours.splitlines() if any(word in line for word in ("bss", "sampler", "recorder"))]

    assert len(added) <= 10
