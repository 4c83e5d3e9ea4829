"""BSS Lens' library: balance-aware sequence sampling for multimodal learning. Importing it loads no torch.

>>> import bss_core as bss
>>> table = bss.balance_scores({"audio": p_audio, "image": p_image, "multimodal": p_fused}, labels)  # doctest: +SKIP
>>> scheduler = bss.build("schedulers", "heuristic", lambda_0=0.1, t_grow=40)
>>> round(scheduler.share(10), 3)
0.507
"""

from typing import TYPE_CHECKING, Any

from bss_core.registry import build, members
from bss_core.scores import balance_scores

if TYPE_CHECKING:
    from bss_core.engine.sampler import CurriculumSampler
    from bss_core.recording.recorder import Recorder

__all__ = ["CurriculumSampler", "Recorder", "balance_scores", "build", "members"]


def __getattr__(name: str) -> Any:
    if name == "CurriculumSampler":  # a torch Sampler: torch is loaded only now
        from bss_core.engine.sampler import CurriculumSampler

        return CurriculumSampler
    if name == "Recorder":  # it brings the run store and DuckDB along, which scores and schedules do without
        from bss_core.recording.recorder import Recorder

        return Recorder
    raise AttributeError(f"module 'bss_core' has no attribute {name!r}")
