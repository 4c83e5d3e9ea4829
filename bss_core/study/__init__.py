"""Studies: a grid of arms × seeds, run as ordinary runs, resumed after an interruption, told as one table."""

from bss_core.study.running import run_study

__all__ = ["run_study"]
