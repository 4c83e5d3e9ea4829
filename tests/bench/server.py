"""A server in a process of its own, for the benchmarks that look through a browser."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Browser, Playwright

ROOT = Path(__file__).parents[2]
READY = '[data-testid="stApp"][data-test-script-state="notRunning"] h1'
# What the framework itself needs: the same server with another script.
_BARE = (
    "import sys, streamlit as st; "
    "st.App(sys.argv[1]).run(config={'server.port': int(sys.argv[2]), 'server.headless': True})"
)


@dataclass(frozen=True)
class Server:
    """A running server; ``started`` is the clock's time (``time.perf_counter``) when its process began."""

    port: int
    process: subprocess.Popen
    started: float

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def memory(self) -> float:
        """Resident megabytes of the process."""
        return psutil.Process(self.process.pid).memory_info().rss / 1e6

    def wait(self, seconds: float = 60) -> None:
        """Wait until it takes connections.

        Raises:
            TimeoutError: it does not within ``seconds``.
        """
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        raise TimeoutError(f"No server on port {self.port} within {seconds:g} seconds.")


def app_words(*folders: Path | str) -> list[str]:
    """How the app is started on some run folders; the port follows."""
    return ["-m", "app", "--runs", *map(str, folders), "--no-browser", "--port"]


def bare_words(script: Path) -> list[str]:
    """How another script is served; the port follows."""
    return ["-c", _BARE, str(script)]


@contextmanager
def serving(words: list[str]) -> Iterator[Server]:
    """The server, stopped at the end."""
    port, silent = _free_port(), {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    started = time.perf_counter()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([sys.executable, *words, str(port)], cwd=ROOT, env=environment, **silent)
    try:
        yield Server(port, process, started)
    finally:
        process.terminate()
        process.wait()


def open_browser(driver: Playwright) -> Browser:
    """Debian's Chromium without a graphics card."""
    return driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])


@contextmanager
def window(browser: Browser) -> Iterator[Any]:
    """A page in a window of its own, whose cache is empty; as high as a page and the gallery below its map."""
    context = browser.new_context(viewport={"width": 1440, "height": 1800})
    context.set_default_timeout(60_000)
    yield context.new_page()
    context.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
