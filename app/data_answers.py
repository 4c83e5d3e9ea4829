"""Cached answers: the key of one is the question, its arguments and the state of everything it was read from.

A frame is never hashed, a changed file is never served stale, and errors are not kept.
"""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from bss_core import annotations, dynamics
from bss_core.runs import Run
from bss_core.selection import Selection

__all__ = ["answer", "forget", "identity", "large_answer", "maps_state", "selected_by"]

Identity = tuple[str, int, int]


def identity(*paths: Path) -> tuple[Identity, ...]:
    """(path, modification time in ns, size in bytes) of each file; (path, 0, −1) for one that is not there."""
    return tuple(_identity(path) for path in paths)


def _identity(path: Path) -> Identity:
    try:
        found = path.stat()
    except OSError:
        return str(path), 0, -1
    return str(path), found.st_mtime_ns, found.st_size


def _asked(key: str, _ask: Callable[[], Any]) -> Any:
    return _ask()


@functools.cache
def _kept() -> Any:
    """The cache, made with the first question: while no server runs yet, Streamlit would warn that it finds none."""
    return st.cache_data(max_entries=512, show_spinner=False)(_asked)


def answer(question: str, read: tuple[Any, ...], arguments: tuple[Any, ...], ask: Callable[[], Any]) -> Any:
    """The answer of ``ask``, from the cache if the same was asked before.

    Args:
        question: its name.
        read: the state of all that it is read from, see :func:`identity` and :func:`selected_by`.
        arguments: of the question; their ``repr`` must tell them apart.
        ask: called when the answer is not known.
    """
    return _kept()(repr((question, read, arguments)), ask)


@st.cache_resource(max_entries=2, show_spinner=False)
def _kept_whole(key: str, _ask: Callable[[], Any]) -> Any:
    return _ask()


def large_answer(question: str, read: tuple[Any, ...], arguments: tuple[Any, ...], ask: Callable[[], Any]) -> Any:
    """The same for answers that grow with the samples: only the last two are kept, and all who ask share one.

    What is got must not be changed.
    """
    return _kept_whole(repr((question, read, arguments)), ask)


def forget() -> None:
    """Empty the caches, for tests: their files may be made within one tick of the clock."""
    _kept().clear()
    _kept_whole.clear()


def selected_by(run: Run, *arguments: Any) -> tuple[Any, ...]:
    """The state of all that the selections among a question's arguments are answered from, besides the score table.

    Tags go by the number of their last change, for two changes may fall into one tick of a file's clock.

    Raises:
        RunError: tags are asked for and cannot be read.
    """
    chosen = [item for item in arguments if isinstance(item, Selection)]
    read: tuple[Any, ...] = ()
    if any(item.asks_history for item in chosen):
        read += identity(run.folder / dynamics.FILE)
    if any(item.tags for item in chosen):
        read += (str(run.folder), *annotations.revision(run.folder))
    if any(item.regions for item in chosen):
        read += maps_state(run)
    return read


def maps_state(run: Run) -> tuple[Identity, ...]:
    """The state of all maps of a run and of all that they are computed from; empty if it has none."""
    maps = sorted((run.folder / "maps").glob("*.parquet"))
    origins = sorted([*(run.folder / "checkpoints").glob("*.safetensors"), *(run.folder / "predictions").glob("*")])
    return identity(*maps, *origins) if maps else ()
