"""axe-core finds nothing serious on any page, in either theme; pages fit every window and do not jump while loading."""

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "assets" / "demo-run"
NAMES = sorted(path.stem for path in (ROOT / "pages").glob("*.py"))
DRAWN = '[data-testid="stApp"][data-test-script-state="notRunning"] h1'
# Streamlit 1.67 groups the links of its navigation in <div> between <ul> and <li>.
NOT_OURS = {"list": "stSidebarNavItems", "listitem": "stSidebarNavItems"}
# Of the page itself, later than half a second after the click: what is to change at once may move.
JUMPS = """
() => {
  window.jumps = []
  window.watch?.disconnect()
  const isOurs = ({ node }) => node?.parentElement?.closest('[data-testid="stMainBlockContainer"]')
  window.watch = new PerformanceObserver((list) => {
    for (const entry of list.getEntries())
      if (!entry.hadRecentInput && entry.sources.some(isOurs)) window.jumps.push(entry.value)
  })
  window.watch.observe({ type: "layout-shift" })
}
"""


@pytest.fixture(scope="module")
def address(serve) -> str:
    return serve(DEMO)


def opened(page, address, name):
    """Open the page and wait until it is drawn."""
    page.goto(f"{address}/{'' if name == 'overview' else name}?run=demo-run")
    drawn(page)


def drawn(page):
    """Wait until the page is drawn with its charts."""
    page.locator(DRAWN).wait_for()
    page.wait_for_function(
        """() => {
          const isBare = (chart) => !chart.querySelector("svg")
          const charts = [...document.querySelectorAll('[data-testid="stPlotlyChart"]')]
          return !charts.some(isBare) && !document.querySelector('[data-testid="stSkeleton"]')
        }"""
    )


def serious(page) -> list[tuple[str, str]]:
    """(rule, element) of what axe-core finds serious or critical in our own content."""
    sync_playwright = pytest.importorskip("axe_playwright_python.sync_playwright")
    found = sync_playwright.Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        (rule["id"], node["html"][:200])
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
        if not _is_not_ours(page, rule["id"], node["target"])
    ]


def _is_not_ours(page, rule, target) -> bool:
    inside = f'[data-testid="{NOT_OURS.get(rule, "none of it")}"]'
    return isinstance(target[-1], str) and page.evaluate(
        "([target, inside]) => document.querySelector(target)?.closest(inside) != null", [target[-1], inside]
    )


@pytest.mark.parametrize("name", NAMES)
def test_nothing_serious_is_found_on_any_page(address, page, name):
    page.set_viewport_size({"width": 1400, "height": 4000})  # what is out of sight is not checked for its contrast
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        opened(page, address, name)
        assert serious(page) == []


def test_nothing_serious_is_found_in_the_tour_and_the_keys(address, page):
    page.goto(f"{address}/?run=demo-run&tour=1")
    page.get_by_role("button", name="End the tour").wait_for()
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keys").wait_for()
    assert serious(page) == []


@pytest.mark.parametrize("name", NAMES)
def test_pages_fit_every_window(address, page, name):
    opened(page, address, name)
    for width in (1920, 800, 480):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function(  # charts follow the window a moment later
            """() => {
              const main = document.querySelector('[data-testid="stMain"]')
              const charts = [...main.querySelectorAll(".js-plotly-plot")].map((one) => one.getBoundingClientRect())
              return main.scrollWidth <= main.clientWidth && charts.every((one) => one.right <= innerWidth + 1)
            }"""
        )


@pytest.mark.parametrize("name", NAMES)
def test_all_is_seen_in_a_narrow_window(address, page, name):
    """Streamlit's header does not stand on the page's title, nor a legend on its chart's, and no choice is cut off."""
    page.set_viewport_size({"width": 400, "height": 900})
    opened(page, address, name)
    page.wait_for_function(
        """() => {
          const box = (one) => one?.getBoundingClientRect()
          const meet = (one, other) => one && other && one.top < other.bottom && other.top < one.bottom
            && one.left < other.right && other.left < one.right
          const heads = ['[data-testid="stHeader"]', "h1"].map((name) => box(document.querySelector(name)))
          const charts = [...document.querySelectorAll(".js-plotly-plot")]
            .map((chart) => [".infolayer .legend", ".gtitle"].map((name) => box(chart.querySelector(name))))
          const choices = [...document.querySelectorAll('[data-testid="stButtonGroup"] > :not(label)')]
          return ![heads, ...charts].some(([one, other]) => meet(one, other))
            && choices.every((one) => one.scrollWidth <= one.clientWidth + 1)
        }"""
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_page_hardly_moves_while_it_is_drawn(address, page, name):
    opened(page, address, name)  # Streamlit fetches a kind of widget when it first draws one, and knows no size before
    title = page.locator("h1").inner_text()
    for link in ("Score" if name != "score" else "Train", title):
        page.evaluate(JUMPS)
        page.get_by_test_id("stSidebarNavItems").get_by_role("link", name=link, exact=True).click()
        page.locator("h1", has_text=re.compile(f"^{link}$")).wait_for()
        drawn(page)
    assert sum(page.evaluate("window.jumps")) < 0.1
