"""Cold start of the web process to the first usable page, and page switches, in headless Chromium on the demo run."""

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[2]
ROUNDS = 3
READY = '[data-testid="stApp"][data-test-script-state="notRunning"] h1'
# What the framework itself needs: the same server, a page with a title and nothing else.
BARE = 'import streamlit as st\nst.title("Bare")\n'
SERVE = (
    "import sys, streamlit as st; "
    "st.App(sys.argv[1]).run(config={'server.port': int(sys.argv[2]), 'server.headless': True})"
)


def rows() -> list[tuple[str, str, str]]:
    """(what, figure, compared with) for the table."""
    ours, bare, switches = [], [], []
    with sync_playwright() as driver, tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "bare.py"
        script.write_text(BARE)
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        for _ in range(ROUNDS):
            ours.append(
                _cold_start(browser, ["-m", "app", "--runs", "assets/demo-run", "--no-browser", "--port"], switches)
            )
            bare.append(_cold_start(browser, ["-c", SERVE, str(script)], None))
        browser.close()
    first, framework = statistics.median(ours), statistics.median(bare)
    slowest = max(statistics.median(times) for times in zip(*switches, strict=True))
    middle = statistics.median(time for times in switches for time in times)
    return [
        ("cold start to the first usable page", f"{first:.1f} s", f"{first / framework:.2f} × an empty Streamlit page"),
        ("page switch until all is drawn, median page", f"{middle:.2f} s", ""),
        ("page switch until all is drawn, slowest page", f"{slowest:.2f} s", ""),
    ]


def _cold_start(browser: Any, words: list[str], switches: list[list[float]] | None) -> float:
    """Seconds from the start of the process to a drawn page; then, if asked, the seconds of every page switch."""
    port = _free_port()
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    start = time.perf_counter()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen([sys.executable, *words, str(port)], cwd=ROOT, env=environment, **silent)
    try:
        _open(page, port)
        page.wait_for_selector(READY, timeout=60_000)
        seconds = time.perf_counter() - start
        if switches is not None:
            switches.append(_switch_pages(page))
        return seconds
    finally:
        page.close()
        server.terminate()
        server.wait()


def _open(page: Any, port: int) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                page.goto(f"http://127.0.0.1:{port}/")
                return
        time.sleep(0.02)
    raise TimeoutError(f"No server on port {port} within a minute.")


def _switch_pages(page: Any) -> list[float]:
    links = page.locator('[data-testid="stSidebarNavLink"]')
    seconds = []
    for number in [*range(1, links.count()), 0]:
        before = page.locator("h1").first.inner_text()
        start = time.perf_counter()
        links.nth(number).click()
        page.wait_for_function(
            "before => document.querySelector('h1')?.innerText !== before", arg=before, timeout=60_000
        )
        page.wait_for_selector(READY, timeout=60_000)
        seconds.append(time.perf_counter() - start)
    return seconds


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
