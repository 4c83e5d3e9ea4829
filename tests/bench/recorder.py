"""What recording costs a training loop: ``log_batch`` beside the step that made its logits, in one loop.

The step is a realistic small one: stamps, three encoders from scratch, batch 32, media decoded beforehand, so that the
step is as short as it can be. With a GPU at hand the same is measured there too: tensors then wait on the device and
are copied 32 batches at a time, so most calls cost next to nothing and one in 32 what all their copies take.
"""

import statistics
import tempfile
import time
from pathlib import Path

import torch

from bss_core import Recorder
from bss_core.engine.batch import Batch
from bss_core.engine.data import MediaDataset
from bss_core.engine.inputs import InputConfig
from bss_core.engine.model import LateFusion, build_model
from bss_core.engine.objective import objective
from bss_core.manifest import read_manifest

DATA = Path(__file__).parents[2] / "assets" / "stamps"
BATCH = 32
EPOCHS = 5


def rows() -> list[tuple[str, str, str]]:
    """(what, figure, compared with) for the table."""
    devices = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]
    return [row for device in devices for row in _on(torch.device(device))]


def _on(device: torch.device) -> list[tuple[str, str, str]]:
    steps, logs, ends = _measured(device)
    step, log, end = (statistics.median(seconds) for seconds in (steps, logs, ends))
    count = len(steps) // len(ends)
    share, whole = sum(logs) / sum(steps), (sum(logs) + sum(ends)) / sum(steps)
    return [
        (f"recorder: log_batch, median, {device.type}", f"{log * 1e3:.2f} ms", f"{log / step:.2%} of a training step"),
        (
            f"recorder: log_batch, whole epochs, {device.type}",
            f"{share:.2%} of all steps",
            f"{step * 1e3:.1f} ms a step",
        ),
        (
            f"recorder: end_evaluation, {device.type}",
            f"{end * 1e3:.0f} ms",
            f"with log_batch {whole:.1%} of {count} steps",
        ),
    ]


def _measured(device: torch.device) -> tuple[list[float], list[float], list[float]]:
    """Seconds of every step, of every ``log_batch`` and of every ``end_evaluation`` (the first epoch warms up)."""
    manifest = read_manifest(DATA)
    train = MediaDataset(manifest.split("train"), manifest.info, InputConfig())
    train.scan()
    model = build_model(manifest.info, shapes=train.shapes).to(device)
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3)
    parts = [range(start, min(start + BATCH, len(train))) for start in range(0, len(train), BATCH)]
    batches = [([train.sample_ids[row] for row in part], train.__getitems__(list(part)).to(device)) for part in parts]
    steps, logs, ends = [], [], []
    with tempfile.TemporaryDirectory() as folder, Recorder(Path(folder) / "run", manifest.info.classes) as recorder:
        for epoch in range(EPOCHS + 1):
            for ids, batch in batches:
                start = time.perf_counter()
                logits = _step(model, optimiser, batch)
                _wait(device)
                middle = time.perf_counter()
                recorder.log_batch(ids, logits, batch.labels)
                logs.append(time.perf_counter() - middle)
                steps.append(middle - start)
            start = time.perf_counter()
            recorder.end_evaluation(epoch)
            ends.append(time.perf_counter() - start)
            if not epoch:
                steps, logs, ends = [], [], []
    return steps, logs, ends


def _step(model: LateFusion, optimiser: torch.optim.Optimizer, batch: Batch) -> dict[str, torch.Tensor]:
    optimiser.zero_grad(set_to_none=True)
    logits = model(batch.inputs).logits
    objective(logits, batch.labels, 0.5).backward()
    optimiser.step()
    return logits


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
