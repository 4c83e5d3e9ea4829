"""The inspector's gestures in headless Chromium over 100,000 and 1,000,000 samples × 10 evaluations with pictures.

First usable page with the server warm and an empty browser cache, brush to gallery, flips of 60 thumbnails, memory of
the server and its growth over 500 flips; each beside the same gesture on a page that does nothing else.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.bench.million_run import run_of
from tests.bench.rows import Row, limited
from tests.bench.server import READY, Server, app_words, bare_words, open_browser, serving, window

SIZES = (100_000, 1_000_000)
ROUNDS = 5
FLIPS, FLIPS_TO_WARM = 500, 50
_GLANCE = 1000  # ms: the next page's pictures are fetched while one looks at this one's
_BARE = Path(__file__).with_name("bare_page.py")
_FIRST = {100_000: 3.0, 1_000_000: 5.0}  # targets in seconds
_BRUSH = {100_000: 1.0, 1_000_000: 2.0}
_FLIP = 0.5
_MEMORY, _GROWTH = 1500, 50  # limits in megabytes
_LOOKS_AT_REST = 40
# The cards live in the shadow of their component. A picture out of sight is loaded late, so only those in sight count.
_CARDS = """() => [...document.querySelectorAll('[data-testid="stBidiComponentIsolated"]')]
    .flatMap(one => one.shadowRoot ? [...one.shadowRoot.querySelectorAll('.card')] : [])"""
_LOOK = 20  # ms between two looks, lest looking slows down what is looked at
_IDS = f"() => ({_CARDS})().map(card => card.dataset.sample).join()"
_DRAWN = f"""before => {{
    const cards = ({_CARDS})(), seen = image => image.getBoundingClientRect().top < innerHeight
    const images = cards.flatMap(card => [...card.querySelectorAll('img')]).filter(seen)
    return images.length > 0 && cards.map(card => card.dataset.sample).join() !== before
        && images.every(image => image.complete && image.naturalWidth > 0)
}}"""


def rows() -> Iterator[Row]:
    """The table's rows, as they come."""
    with sync_playwright() as driver:
        browser = open_browser(driver)
        bare = _bare(browser)
        for n in SIZES:
            with run_of(n) as run, serving(app_words(run.folder.parent)) as server:
                server.wait()
                yield from _measured(browser, server, n, bare)
        browser.close()


def _bare(browser: Browser) -> dict[str, float]:
    """Seconds of the same gestures on the bare page."""
    with serving(bare_words(_BARE)) as server:
        server.wait()
        first = _medians(lambda _: _first_page(browser, server.address, lambda page: None))
        with window(browser) as page:
            page.goto(server.address)
            page.wait_for_selector(READY)
            return {
                "first": first,
                "brush": _medians(lambda turn: _brush(page, ".js-plotly-plot", turn, _bare_answer(page))),
                "turn": _medians(lambda turn: _bare_turn(page, turn)),
            }


def _measured(browser: Browser, server: Server, n: int, bare: dict[str, float]) -> Iterator[Row]:
    address = f"{server.address}/{{}}?run=made-{n}"
    browse = address.format("browse") + "&per=60"
    _first_page(browser, browse, _gallery)  # warms the server
    first = _medians(lambda _: _first_page(browser, browse, _gallery))
    yield _row(f"n = {n:,}: first usable page (Browse)", first, bare["first"], _FIRST[n])
    with window(browser) as page:
        page.goto(address.format("scores"))
        page.wait_for_selector(READY)
        brush = _medians(lambda turn: _brush(page, ".st-key-scores_cells .js-plotly-plot", turn, _gallery_of(page)))
        yield _row(f"n = {n:,}: brush to gallery", brush, bare["brush"], _BRUSH[n])
        page.goto(browse)
        _gallery(page)
        flip = _medians(lambda _: _flip(page, _GLANCE))
        yield _row(f"n = {n:,}: flip of 60 thumbnails", flip, bare["turn"], _FLIP)
        haste = _medians(lambda _: _flip(page))
        yield _row(f"n = {n:,}: flip upon flip", haste, bare["turn"])
        yield from _memory(page, server, n)


def _row(what: str, seconds: float, bare: float, target: float | None = None) -> Row:
    ratio, wanted = seconds / bare, "" if target is None else f"; target {target:g} s"
    return Row(what, f"{seconds:.2f} s", f"{ratio:.2f} × a bare page ({bare:.2f} s){wanted}", ratio)


def _medians(measure: Callable[[int], float]) -> float:
    measure(0)  # the first warms caches
    return statistics.median(measure(turn) for turn in range(1, ROUNDS + 1))


def _first_page(browser: Browser, address: str, is_drawn: Callable[[Any], None]) -> float:
    with window(browser) as page:
        start = time.perf_counter()
        page.goto(address, wait_until="commit")
        page.wait_for_selector(READY)
        is_drawn(page)
        return time.perf_counter() - start


def _gallery(page: Any) -> None:
    page.wait_for_function(_DRAWN, arg="", polling=_LOOK)


def _gallery_of(page: Any) -> Callable[[], None]:
    """Waits until the samples of a new region are on the page with their pictures."""
    before = page.evaluate(_IDS)
    return lambda: page.wait_for_function(_DRAWN, arg=before, polling=_LOOK)


def _brush(page: Any, chart: str, turn: int, answered: Callable[[], None]) -> float:
    """Draw a box over the chart, another one in every turn; seconds from its end to the answer."""
    plot = page.locator(f"{chart} .nsewdrag").first
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    page.mouse.move(box["x"] + (0.1 + 0.04 * turn) * box["width"], box["y"] + 0.2 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + (0.5 + 0.05 * turn) * box["width"], box["y"] + 0.8 * box["height"], steps=5)
    start = time.perf_counter()
    page.mouse.up()
    answered()
    return time.perf_counter() - start


def _bare_answer(page: Any) -> Callable[[], None]:
    said = page.get_by_text("box ").last
    before = said.inner_text()
    return lambda: page.wait_for_function(
        "before => ![...document.querySelectorAll('[data-testid=stText]')].some(one => one.innerText === before)",
        arg=before, polling=_LOOK,
    )  # fmt: skip


def _bare_turn(page: Any, turn: int) -> float:
    start = time.perf_counter()
    page.get_by_role("button", name="Turn").click()
    page.get_by_text(f"turned {turn + 1} times").wait_for()
    return time.perf_counter() - start


def _flip(page: Any, glance: float = 0) -> float:
    """Turn to the next page, after a glance of some milliseconds at the last one."""
    page.wait_for_timeout(glance)
    is_turned = _gallery_of(page)
    page.locator(".card .pick").first.focus()
    start = time.perf_counter()
    page.keyboard.press("PageDown")
    is_turned()
    return time.perf_counter() - start


def _memory(page: Any, server: Server, n: int) -> Iterator[Row]:
    """What many turned pages leave behind, and the most that is needed while one of them is asked for."""
    _turn(page, server, FLIPS_TO_WARM)
    before = _at_rest(server)
    most = _turn(page, server, FLIPS)
    yield limited(f"n = {n:,}: growth over {FLIPS} flips", _at_rest(server) - before, _GROWTH)
    yield limited(f"n = {n:,}: memory of the server, at most", most, _MEMORY)


def _turn(page: Any, server: Server, flips: int) -> float:
    """Turn so many pages; the most megabytes of the server after any of them."""
    sizes = []
    for _ in range(flips):
        _flip(page)
        sizes.append(server.memory())
    return max(sizes)


def _at_rest(server: Server) -> float:
    """The least of many looks: what a question was answered in is given back some seconds later."""
    sizes = []
    for _ in range(_LOOKS_AT_REST):
        time.sleep(0.5)
        sizes.append(server.memory())
    return min(sizes)
