"""Regions drawn with the mouse: what the pages then show is what an independent count finds inside the drawn line."""

import re
from urllib.parse import parse_qs, urlparse

import numpy as np
import pandas as pd
import pytest

from bss_core.commands_maps import embed
from bss_core.evaluations import scores_path
from bss_core.maps.requests import checked_request, map_path
from tests.browser.conftest import ROOT
from tests.browser.plots import plot_of, with_mouse
from tests.score_tables import CLASSES, some_run

pytestmark = pytest.mark.browser

DIAMOND = ((0.5, 0.15), (0.75, 0.5), (0.5, 0.95), (0.25, 0.5))  # in parts of the plot, from its upper left corner


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Forty samples whose captions hold their number, and a map of them."""
    found = some_run(tmp_path_factory.mktemp("maps"))
    embed(found.folder, {"of": "probabilities"}, "cpu")
    return found


@pytest.fixture(scope="module")
def address(serve, run) -> str:
    return serve(run.folder.parent)


_SCALES = {"Logarithmic": "log", "Linear": None}  # what the address says


def settled(page) -> None:
    page.locator("[data-test-script-state=notRunning]").wait_for()


def drag(page, plot, corners, layer=0):
    """Draw along corners given in parts of the plot; returns them in the units of the axes."""
    area = plot.locator(".nsewdrag").nth(layer).bounding_box()
    places = [(area["x"] + x * area["width"], area["y"] + y * area["height"]) for x, y in corners]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=12)
    page.mouse.up()
    return plot.evaluate(
        """(plot, corners) => {
            const {xaxis, yaxis} = plot._fullLayout
            return corners.map(([x, y]) => [xaxis.p2d(x * xaxis._length), yaxis.p2d(y * yaxis._length)])
        }""",
        corners,
    )


def inside(vertices, x, y):
    """Ray casting, an edge at a time."""
    found = np.zeros(len(x), bool)
    for (ax, ay), (bx, by) in zip(vertices, [*vertices[1:], vertices[0]], strict=True):
        if ay != by:
            crosses = (y >= min(ay, by)) & (y < max(ay, by))
            found ^= crosses & (x < ax + (y - ay) / (by - ay) * (bx - ax))
    return found


def shown(page):
    """Numbers of the samples in the page's gallery."""
    page.locator(".card").first.wait_for()
    words = page.locator(".card").all_inner_texts()
    return sorted(int(re.search(r"sound (\d+)", text)[1]) for text in words)


def shows(page, ids):
    """Wait until the page's gallery holds these samples and no others."""
    page.locator(".card").first.wait_for()
    expected = numbers(ids)
    for _ in range(50):
        if shown(page) == expected:
            return
        page.wait_for_timeout(100)
    assert shown(page) == expected


def select_everywhere(page):
    """Take the region that was drawn as the selection, when its samples are there."""
    page.locator(".card").first.wait_for()
    settled(page)
    page.get_by_role("button", name="Select these everywhere").click()


SLOW = f"""
import runpy, time
from app.views import scores
if not hasattr(scores, "quick_tools"):
    scores.quick_tools = scores.page_tools
    scores.page_tools = lambda *about: (time.sleep(3), scores.quick_tools(*about))
runpy.run_path({str(ROOT / "app" / "main.py")!r})
"""


def test_a_click_made_while_the_page_still_draws_the_last_one_is_not_lost(serve, run, page, tmp_path):
    """Streamlit drops what comes from a fragment that stands elsewhere after the page was drawn."""
    script = tmp_path / "slow.py"
    script.write_text(SLOW)
    page.goto(f"{serve(run.folder.parent, script=script)}/scores?run=some-1")
    plot = with_mouse(page, "scores_map", "Lasso", "lasso")
    drag(page, plot, [*DIAMOND, DIAMOND[0]])
    select_everywhere(page)
    page.wait_for_function("() => location.search.includes('lasso=')")
    page.get_by_role("button", name="Browse them").click()
    page.get_by_role("heading", name="Browse").wait_for(timeout=30_000)


def test_clicks_right_after_each_other_in_two_fragments_leave_one_map_to_see_and_to_use(address, page):
    """The second answer may come before the browser has cleared away what the first one replaced."""
    page.goto(f"{address}/scores?run=some-1")
    plot_of(page, "scores_map")
    seen = page.locator(".js-plotly-plot:visible").count()
    clicks = [("Lasso", "Logarithmic", "lasso"), ("Box", "Linear", "select")] * 4
    for number, (mouse, scale, expected) in enumerate(clicks):
        page.evaluate(
            """([mouse, scale, between]) => {
                const click = (name) => [...document.querySelectorAll("[role=radio]")]
                    .find((radio) => radio.innerText.trim() === name).click()
                click(mouse)
                setTimeout(() => click(scale), between)
            }""",
            [mouse, scale, 20 + 15 * number],
        )
        plot = plot_of(page, "scores_map", expected)
        page.wait_for_function("scale => new URL(location).searchParams.get('scale') === scale", arg=_SCALES[scale])
        assert page.locator(".js-plotly-plot:visible").count() == seen
    drag(page, plot, [(0.2, 0.2), (0.7, 0.7)])
    page.get_by_text("samples in the region").wait_for()


def numbers(ids):
    return sorted(int(name.removeprefix("x-")) for name in ids)


def in_address(page, name):
    """The corners of the region that the address holds."""
    [word] = parse_qs(urlparse(page.url).query)[name]
    return [tuple(float(value) for value in corner.split(",")) for corner in word.rpartition(":")[2].split(";")]


def test_a_lasso_selects_the_samples_inside_the_drawn_line_on_every_page(address, run, page, chromium):
    page.goto(f"{address}/scores?run=some-1")
    plot_of(page, "scores_map")
    plot = with_mouse(page, "scores_map", "Lasso", "lasso")
    drawn = drag(page, plot, [*DIAMOND, DIAMOND[0]])
    table = pd.read_parquet(scores_path(run.folder, 2))
    x, y = table["prediction_similarity"].to_numpy(), table["total_loss"].to_numpy()
    page.get_by_text("samples in the region").wait_for()
    select_everywhere(page)
    page.wait_for_function("() => location.search.includes('lasso=')")
    corners = in_address(page, "lasso")
    expected = table["sample_id"][inside(corners, x, y)]
    assert 3 < len(expected) < 24
    assert len(corners) < 12
    assert len(set(expected) ^ set(table["sample_id"][inside(drawn, x, y)])) <= 1  # a pixel more or less
    page.get_by_text(f"{len(expected)} of 40 samples", exact=True).wait_for()
    page.get_by_role("button", name="lasso: prediction similarity, total loss").wait_for()
    shows(page, expected)
    page.get_by_role("button", name="Browse them").click()
    page.get_by_role("heading", name="Browse").wait_for()
    page.get_by_role("button", name="lasso: prediction similarity, total loss").wait_for()
    settled(page)
    shows(page, expected)


def test_a_box_on_the_map_of_samples_opens_the_same_in_a_fresh_browser(address, run, page, chromium):
    page.goto(f"{address}/map?run=some-1&map_colour=label")
    plot_of(page, "embedding_map_pick", "pan")
    plot = with_mouse(page, "embedding_map", "Box", "select")
    (left, high), (right, low) = drag(page, plot, [(0.2, 0.2), (0.7, 0.7)])
    page.get_by_text("samples in the region").wait_for()
    select_everywhere(page)
    page.wait_for_function("() => location.search.includes('region=')")
    table = pd.read_parquet(map_path(run, checked_request(run, "probabilities")))
    corners = in_address(page, "region")
    expected = table["sample_id"][inside(corners, table["x"].to_numpy(), table["y"].to_numpy())]
    boxed = table["sample_id"][table["x"].between(left, right) & table["y"].between(low, high)]
    assert 3 < len(expected) < 24
    assert len(set(expected) ^ set(boxed)) <= 1
    shows(page, expected)
    settled(page)
    fresh = chromium.new_context(viewport={"width": 1400, "height": 900}).new_page()
    fresh.goto(page.url)
    fresh.get_by_text(f"{len(expected)} of 40 samples", exact=True).wait_for()
    assert fresh.get_by_role("radio", name="Class").is_checked()
    plot = plot_of(fresh, "embedding_map_pick", "pan")
    assert plot.evaluate("plot => plot.layout.shapes.map(shape => shape.name)") == ["selected region"] * 2
    fresh.context.close()


def test_a_drag_over_a_panel_marks_a_range_of_its_class(address, run, page):
    page.goto(f"{address}/scores?run=some-1")
    plot_of(page, "scores_map")
    page.get_by_text("Small multiples", exact=False).click()
    plot = plot_of(page, "scores_classes")
    drag(page, plot, [(0.05, 0.3), (0.95, 0.7)], layer=1)
    page.get_by_text("samples in the region").wait_for()
    labels = pd.read_parquet(scores_path(run.folder, 2))["label"].value_counts().sort_index()
    second = labels.sort_values(ascending=False, kind="stable").index[1]
    page.get_by_text(re.compile(f"^{labels[second]} of 40 samples in the region")).wait_for()
    select_everywhere(page)
    page.get_by_role("button", name=CLASSES[second], exact=True).wait_for()
