"""Questions about the courses of selected samples over the evaluations of a run; frames small at any number of samples.

The selection is asked of the last evaluation (and of ``dynamics.parquet``), then those samples are followed through
all of them. A sample that an evaluation lacks is not counted there.
"""

from bss_core.trajectories._distributions import curves, shares, spread
from bss_core.trajectories._followed import ORDERS, Followed
from bss_core.trajectories._maps import flows, heat
from bss_core.trajectories._pages import course_count, course_ends, course_page
from bss_core.trajectories._samples import leaders, some, trajectories

__all__ = [
    "ORDERS", "Followed", "course_count", "course_ends", "course_page", "curves", "flows", "heat", "leaders", "shares",
    "some", "spread", "trajectories",
]  # fmt: skip
