"""A real server on a free port and a real browser: what every browser test starts from."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
# No sandbox: it cannot be had as root or in a container. Sound plays without a click, as a test has none to give.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--autoplay-policy=no-user-gesture-required"]
PATIENCE = 120_000  # ms: a machine at work is slow, not broken; a test that hangs ends after pytest's own limit
_OF_A_SCRIPT = """
import sys
from pathlib import Path
from app.roots import publish
from app.server import build_app, options
script, port, *folders = sys.argv[1:]
folders = tuple(map(Path, folders))
publish(folders)
build_app(folders, f"http://127.0.0.1:{port}", script=Path(script)).run(config=options(int(port)))
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _started(words: list[str], log: Path) -> subprocess.Popen:
    """Start a server and wait for the line that says it answers."""
    with log.open("w") as errors:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        server = subprocess.Popen(
            [sys.executable, *words], cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True
        )
    if "BSS Lens is at" not in server.stdout.readline():
        server.kill()
        server.communicate()
        raise AssertionError(f"The server did not start: {log.read_text()[-2000:]}")
    return server


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., str]]:
    """``serve(folder, …)`` serves the app, ``serve(folder, script=path)`` another script; returns the address."""
    with ExitStack() as ends:

        def start(*folders: Path, script: Path | None = None) -> str:
            port, names = str(free_port()), [str(folder) for folder in folders]
            words = ["-c", _OF_A_SCRIPT, str(script), port, *names]
            if script is None:
                words = ["-m", "app", "--runs", *names, "--port", port, "--no-browser"]
            server = _started(words, tmp_path_factory.mktemp("server") / "log.txt")
            ends.callback(server.communicate)
            ends.callback(server.terminate)
            return f"http://127.0.0.1:{port}"

        yield start


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Debian's Chromium, one for the session."""
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Any) -> Iterator[Any]:
    """A fresh window; afterwards the test fails if a script failed or the page asked anything of another machine."""
    context = chromium.new_context(viewport={"width": 1400, "height": 900})
    context.set_default_timeout(PATIENCE)
    page, errors, strangers = context.new_page(), [], []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: strangers.append(request.url) if _is_elsewhere(request.url) else None)
    yield page
    context.close()
    assert errors == []
    assert strangers == []


def _is_elsewhere(url: str) -> bool:
    return not url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:"))
