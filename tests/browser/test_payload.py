"""What goes through the socket, all bytes counted: opening each page and brushing counts of 100,000 samples, and
brushing every point of a run with as many samples as are drawn as points at most.

Streamlit sends what is marked again with whatever the page asks next; here a single mark is counted.
"""

import pytest

from app.figures.coloured import MOST_POINTS
from bss_core.commands_maps import embed
from tests.bench.million_run import make_run
from tests.browser.plots import plot_in, with_mouse

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

MOST_DOWN, MOST_UP = 5_000_000, 250_000  # bytes
MIDDLE = ((0.2, 0.2), (0.7, 0.8))
EVERYTHING = {
    "Box": ((0.002, 0.002), (0.998, 0.998)),
    "Lasso": ((0.002, 0.002), (0.998, 0.002), (0.998, 0.998), (0.002, 0.998), (0.002, 0.003)),
}
_MODES = {"Box": "select", "Lasso": "lasso"}
_PAGES = ("", "browse", "scores", "trajectories", "map", "pacing", "train", "score")


@pytest.fixture(scope="module")
def address(serve, tmp_path_factory) -> str:
    """Where a run of 100,000 samples × 10 evaluations is served."""
    run = make_run(tmp_path_factory.mktemp("payload"), 100_000)
    return serve(run.folder.parent)


@pytest.fixture(scope="module")
def points_address(serve, tmp_path_factory) -> str:
    """Where a run is served that has as many samples as are drawn as points at most, and a map of them."""
    run = make_run(tmp_path_factory.mktemp("points"), MOST_POINTS)
    embed(run.folder, {"of": "probabilities"}, "cpu")
    run.state.update(status="finished")  # a page of a run at work asks, and so sends, every few seconds
    return serve(run.folder.parent)


@pytest.fixture
def counted(page):
    """The page, and the bytes that it got and sent: frames of the socket, and answers of the app's own routes."""
    bytes_of = {"down": 0, "up": 0}

    def heard(way: str):
        def count(payload: str | bytes) -> None:
            bytes_of[way] += len(payload if isinstance(payload, bytes) else payload.encode())

        return count

    def listen(socket) -> None:
        socket.on("framereceived", heard("down"))
        socket.on("framesent", heard("up"))

    def answered(response) -> None:
        if "/api/" in response.url:
            bytes_of["down"] += int(response.headers.get("content-length", 0))

    page.on("websocket", listen)
    page.on("response", answered)
    return page, bytes_of


def _settled(page, bytes_of: dict[str, int]) -> None:
    """The page asked the server something and shows the answer; pytest's time limit ends the wait for it."""
    while not (bytes_of["up"] and bytes_of["down"]):
        page.wait_for_timeout(50)
    page.locator("h1").first.wait_for()
    page.locator("[data-test-script-state=notRunning]").wait_for()


def _check(bytes_of: dict[str, int], flow: str) -> None:
    assert 0 < bytes_of["down"] <= MOST_DOWN, f"{flow}: {bytes_of}"
    assert bytes_of["up"] <= MOST_UP, f"{flow}: {bytes_of}"
    bytes_of.update(down=0, up=0)


def _brush(page, chart, bytes_of: dict[str, int], corners=MIDDLE) -> None:
    """Draw along the corners until the server hears of it: a chart that is just being drawn takes nothing."""
    bytes_of.update(down=0, up=0)
    while not bytes_of["up"]:
        _drag_over(page, chart, corners)
        page.wait_for_timeout(2000)


def _drag_over(page, chart, corners) -> None:
    """Draw along corners given in parts of the plot, from its upper left one."""
    area = chart.locator(".nsewdrag").first.bounding_box()
    places = [(area["x"] + x * area["width"], area["y"] + y * area["height"]) for x, y in corners]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=6)
    page.mouse.up()


@pytest.mark.parametrize("name", _PAGES)
def test_opening_a_page(address, counted, name):
    page, bytes_of = counted
    page.goto(f"{address}/{name}?run=made-100000")
    _settled(page, bytes_of)
    _check(bytes_of, f"opening {name or 'overview'}")


def test_brushing_the_histogram_and_the_map_and_looking_at_the_samples(address, counted):
    page, bytes_of = counted
    page.goto(f"{address}/scores?run=made-100000")
    _settled(page, bytes_of)
    for chart in ("scores_histogram", "scores_cells"):
        plot = page.locator(plot_in(chart))
        plot.wait_for()
        plot.scroll_into_view_if_needed()
        _brush(page, plot, bytes_of)
        page.get_by_text("samples in the region").first.wait_for()
        _settled(page, bytes_of)
        _check(bytes_of, f"brushing {chart}")
    page.get_by_role("button", name="Browse them").first.click()
    page.wait_for_url("**/browse?**")
    page.locator(".card").first.wait_for()
    _settled(page, bytes_of)
    _check(bytes_of, "looking at the samples of a region")


@pytest.mark.parametrize("way", ["Box", "Lasso"])
@pytest.mark.parametrize("colour", ["change", "label"])
@pytest.mark.parametrize(("name", "chart"), [("scores", "scores_map"), ("map", "embedding_map")])
def test_brushing_every_point_of_the_most_that_are_drawn(points_address, counted, name, chart, colour, way):
    page, bytes_of = counted
    page.goto(f"{points_address}/{name}?run=made-{MOST_POINTS}&map_colour={colour}")
    _settled(page, bytes_of)
    plot = with_mouse(page, chart, way, _MODES[way])
    _settled(page, bytes_of)
    _brush(page, plot, bytes_of, EVERYTHING[way])
    page.get_by_text(f"{MOST_POINTS:,} of {MOST_POINTS:,} samples in the region").wait_for()
    _settled(page, bytes_of)
    _check(bytes_of, f"brushing {chart} by {colour}, {way}")
