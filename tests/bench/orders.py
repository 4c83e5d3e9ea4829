"""One epoch's order: the samplers here beside torch's, and the memory that an order of 10⁸ samples takes.

``python -m tests.bench.orders KIND N`` prints the peak memory of one order, beyond the sampler's own scores, in arrays
of N numbers of 8 bytes.
"""

import os
import resource
import statistics
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch.utils.data import WeightedRandomSampler

from bss_core.draws import highest
from bss_core.engine.sampler import CurriculumSampler
from bss_core.registry import build

SAMPLES, MANY = 10**7, 10**8
ROUNDS = 3
KINDS = {
    "with replacement": ("learned", {"replacement": True}),
    "without replacement": ("learned", {"replacement": False}),
    "BSS-H pool of a half": ("heuristic", {"lambda_0": 0.5}),
}


def rows() -> list[tuple[str, str, str]]:
    """(what, figure, compared with) for the table."""
    found = [*_draws(True), *_draws(False), _pool()]
    found += [(f"memory of an order, n = 10⁸, {kind}", _memory(kind), "arrays of n · 8 bytes") for kind in KINDS]
    return [*found, ("samples in an order; threads of torch", f"{SAMPLES:,}; {torch.get_num_threads()}", "")]


def _draws(replace: bool) -> list[tuple[str, str, str]]:
    """The sampler plans, draws and yields Python numbers; torch's is given its weights and yields them too."""
    sampler = _sampler("with replacement" if replace else "without replacement", SAMPLES)
    chances = sampler.plan.probabilities
    weights = torch.from_numpy(chances)
    whole = _paired(
        lambda: list(_next_epoch(sampler)), lambda: list(WeightedRandomSampler(weights, SAMPLES, replacement=replace))
    )
    bare = _paired(
        lambda: sampler.plan.draw(np.random.default_rng()), lambda: torch.multinomial(weights, SAMPLES, replace)
    )
    word = "with" if replace else "without"
    return [
        (f"an epoch's order {word} replacement", *_figures(whole, "WeightedRandomSampler")),
        (f"the bare draw {word} replacement", *_figures(bare, "torch.multinomial")),
    ]


def _pool() -> tuple[str, str, str]:
    scores = np.random.default_rng(0).uniform(-1, 1, SAMPLES)
    pair = _paired(lambda: highest(scores, SAMPLES // 2), lambda: np.argsort(-scores, kind="stable")[: SAMPLES // 2])
    return ("BSS-H pool of a half", *_figures(pair, "full stable argsort"))


def _sampler(kind: str, n: int) -> CurriculumSampler:
    name, options = KINDS[kind]
    sampler = CurriculumSampler(build("schedulers", name, **options), n)
    sampler.set_scores(np.random.default_rng(0).uniform(-1, 1, n))
    return sampler


def _next_epoch(sampler: CurriculumSampler) -> CurriculumSampler:
    sampler.set_epoch(sampler.epoch + 1)
    return sampler


def _paired(ours: Callable[[], object], theirs: Callable[[], object]) -> tuple[float, float]:
    """Median seconds of both, run in turn; the machine's drift then hits both alike."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for seconds, work in zip(times, (ours, theirs), strict=True):
            start = time.perf_counter()
            work()
            seconds.append(time.perf_counter() - start)
    return statistics.median(times[0]), statistics.median(times[1])


def _figures(pair: tuple[float, float], what: str) -> tuple[str, str]:
    return f"{pair[0]:.2f} s", f"{pair[1] / pair[0]:.1f} × as fast as {what}"


def _memory(kind: str) -> str:
    """In a process of its own, whose peak is nobody else's."""
    command = [sys.executable, "-m", "tests.bench.orders", kind, str(MANY)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def _measure(kind: str, n: int) -> str:
    sampler = _sampler(kind, n)
    before = int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    start = time.perf_counter()
    deque(sampler, maxlen=0)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return f"{(peak - before) / n / 8:.2f} ({seconds:.1f} s)"


if __name__ == "__main__":
    print(_measure(sys.argv[1], int(sys.argv[2])))
