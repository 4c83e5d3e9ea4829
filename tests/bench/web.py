"""Cold start of the web process to the first usable page, and page switches, in headless Chromium on the demo run."""

import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.bench.rows import Row
from tests.bench.server import READY, app_words, bare_words, open_browser, serving, window

ROUNDS = 3
BARE = 'import streamlit as st\nst.title("Bare")\n'


def rows() -> list[Row]:
    """The table's rows."""
    ours, bare, switches = [], [], []
    with sync_playwright() as driver, tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "bare.py"
        script.write_text(BARE)
        browser = open_browser(driver)
        for _ in range(ROUNDS):
            ours.append(_cold_start(browser, app_words("assets/demo-run"), switches))
            bare.append(_cold_start(browser, bare_words(script), None))
        browser.close()
    first, framework = statistics.median(ours), statistics.median(bare)
    slowest = max(statistics.median(times) for times in zip(*switches, strict=True))
    middle = statistics.median(time for times in switches for time in times)
    ratio = first / framework
    return [
        Row("cold start to the first usable page", f"{first:.1f} s", f"{ratio:.2f} × an empty Streamlit page", ratio),
        Row("page switch until all is drawn, median page", f"{middle:.2f} s", "", middle / framework),
        Row("page switch until all is drawn, slowest page", f"{slowest:.2f} s", "", slowest / framework),
    ]


def _cold_start(browser: Browser, words: list[str], switches: list[list[float]] | None) -> float:
    """Seconds from the start of the process to a drawn page; then, if asked, the seconds of every page switch."""
    with serving(words) as server, window(browser) as page:
        server.wait()
        page.goto(f"{server.address}/")
        page.wait_for_selector(READY)
        seconds = time.perf_counter() - server.started
        if switches is not None:
            switches.append(_switch_pages(page))
        return seconds


def _switch_pages(page: Any) -> list[float]:
    links = page.locator('[data-testid="stSidebarNavLink"]')
    seconds = []
    for number in [*range(1, links.count()), 0]:
        before = page.locator("h1").first.inner_text()
        start = time.perf_counter()
        links.nth(number).click()
        page.wait_for_function("before => document.querySelector('h1')?.innerText !== before", arg=before)
        page.wait_for_selector(READY)
        seconds.append(time.perf_counter() - start)
    return seconds
