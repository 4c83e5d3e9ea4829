"""Browse's gallery in a real browser: keys, pages, zoom, comparison, and the card that stays in view."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

FOCUSED = """() => {
  let found = document.activeElement
  while (found?.shadowRoot?.activeElement) found = found.shadowRoot.activeElement
  return found?.classList.contains("pick") ? found.getAttribute("aria-label") : found?.tagName
}"""
COLUMNS = "all => all.filter(one => one.offsetTop === all[0].offsetTop).length"


@pytest.fixture(scope="module")
def address(serve) -> str:
    """Where the demo run is served."""
    return serve(ROOT / "assets" / "demo-run")


@pytest.fixture
def browse(address, page):
    """Opens Browse of the demo run at an address, and waits until it is drawn."""

    def opened(words=""):
        page.goto(f"{address}/browse?run=demo-run&{words}")
        page.locator(".pick").first.wait_for()
        page.locator(".js-plotly-plot .main-svg").nth(2).wait_for()
        settled(page)
        return page

    return opened


def settled(page) -> None:
    page.locator("[data-test-script-state=notRunning]").wait_for()


def names(page) -> list[str]:
    return page.locator(".pick").evaluate_all("all => all.map(one => one.getAttribute('aria-label'))")


def focused(page, name) -> None:
    """Wait until this card has the focus."""
    page.wait_for_function(f"name => ({FOCUSED})() === name", arg=name)


def test_arrows_lead_through_the_rows_and_pages_turn_by_key(browse):
    page = browse("per=24")
    first = names(page)
    columns = page.locator(".card").evaluate_all(COLUMNS)
    page.locator(".pick").first.focus()
    for key, place in [("ArrowRight", 1), ("ArrowDown", 1 + columns), ("ArrowLeft", columns), ("ArrowUp", 0)]:
        page.keyboard.press(key)
        focused(page, first[place])
    page.keyboard.press("PageUp")  # there is no page before
    page.keyboard.press("End")
    focused(page, first[23])
    page.keyboard.press("PageDown")
    page.get_by_text("Samples 25 to 48 of 401.").wait_for()
    page.wait_for_function(f"first => ({FOCUSED})() !== first", arg=first[23])
    second = names(page)
    focused(page, second[0])
    assert not set(first) & set(second)
    page.keyboard.press("PageUp")
    page.get_by_text("Samples 1 to 24 of 401.").wait_for()
    focused(page, first[23])
    page.keyboard.press("ArrowRight")  # beyond the last card
    page.get_by_text("Samples 25 to 48 of 401.").wait_for()
    focused(page, second[0])


def test_a_turned_page_draws_the_gallery_alone_from_pictures_fetched_early(browse):
    page = browse("per=24&sample=0452")
    asked = []
    page.wait_for_load_state("networkidle")
    page.on("request", lambda request: asked.append(request.url) if "/api/thumb/" in request.url else None)
    mark = "one => { one.dataset.mine = 'same' }"
    page.locator(".js-plotly-plot").first.evaluate(mark)
    page.locator(".pick").first.focus()
    page.keyboard.press("PageDown")
    page.get_by_text("Samples 25 to 48 of 401.").wait_for()
    shown = page.locator(".pick img").evaluate_all("all => all.map(one => one.src)")
    page.wait_for_function("() => true")
    assert not set(shown) & set(asked)
    assert page.locator("[data-mine=same]").count() == 1
    assert "sample=0452" in page.url
    assert "page=2" in page.url


def test_j_and_k_step_through_the_samples_however_fast(browse):
    page = browse("per=24")
    shown = names(page)
    for _ in range(4):
        page.keyboard.press("j")
    page.keyboard.press("k")
    page.get_by_text("4 of 401", exact=True).wait_for()
    settled(page)
    assert page.locator(".pick[aria-pressed=true]").get_attribute("aria-label") == shown[3]
    page.locator(".st-key-filter_text input").press("j")  # typed, not meant as a key
    assert page.locator(".pick[aria-pressed=true]").get_attribute("aria-label") == shown[3]


def test_steps_lead_over_the_edge_of_a_page(browse):
    page = browse("per=24")
    page.locator(".pick").nth(23).click()
    page.get_by_text("24 of 401", exact=True).wait_for()
    settled(page)
    page.keyboard.press("j")
    page.get_by_text("Samples 25 to 48 of 401.").wait_for()
    page.get_by_text("25 of 401", exact=True).wait_for()
    page.keyboard.press("/")
    assert page.evaluate("() => document.activeElement.closest('.st-key-filter_text') !== null")


def test_a_picture_is_zoomed_by_key_and_by_click_and_the_focus_comes_back(browse):
    page = browse()
    third = page.locator(".pick").nth(2)
    third.focus()
    page.keyboard.press("z")
    large = page.locator("dialog[open] img")
    assert large.get_attribute("src").endswith("side=1024")
    assert large.evaluate("image => image.decode().then(() => image.naturalWidth)") > 16
    page.keyboard.press("Escape")
    page.locator("dialog[open]").wait_for(state="detached")
    focused(page, third.get_attribute("aria-label"))
    third.hover()
    page.locator(".card").nth(2).locator(".zoom").click()
    page.locator("dialog[open]").get_by_role("button", name="Close").click()
    assert page.locator("dialog[open]").count() == 0


def test_two_samples_are_compared_by_key_and_the_address_shows_it(browse):
    page = browse("sample=0452")
    page.locator(".pick").nth(1).focus()
    page.keyboard.press("c")
    page.get_by_text("Differences of the values").wait_for()
    page.locator(".js-plotly-plot .main-svg").nth(5).wait_for()
    assert page.locator(".card.compared").count() == 1
    assert "compare=" in page.url
    tops = [page.locator("[data-testid=stPlotlyChart]").nth(place).bounding_box()["y"] for place in (0, 1)]
    assert tops[0] == pytest.approx(tops[1], abs=2)
    page.get_by_role("button", name="Close").click()
    page.get_by_text("Differences of the values").wait_for(state="detached")
    assert "compare" not in page.url


def test_a_sound_is_played_by_key_and_stops_for_another(browse):
    page = browse()
    voice = page.locator("audio.voice")
    page.locator(".pick").nth(1).focus()
    page.keyboard.press("p")
    first = voice.evaluate("voice => voice.getAttribute('src')")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    assert voice.evaluate("voice => voice.getAttribute('src')") not in (first, None)
    page.locator(".speaker.playing").wait_for(state="detached")  # it has ended


def test_the_card_stays_in_view_and_stands_below_in_a_narrow_window(browse):
    page = browse("group=band")
    page.locator(".pick").nth(24).scroll_into_view_if_needed()
    card = page.locator(".st-key-browse_next button")
    assert 0 < card.bounding_box()["y"] < 200
    assert page.locator(".heading").first.inner_text().startswith("imbalanced · 48 of ")
    page.set_viewport_size({"width": 800, "height": 900})
    gallery = page.locator(".st-key-browse_gallery")
    assert card.bounding_box()["y"] > gallery.bounding_box()["y"] + gallery.bounding_box()["height"]
    assert page.evaluate("() => document.documentElement.scrollWidth") == 800


def test_the_grid_tells_screen_readers_what_it_is(browse):
    axe = Axe()
    page = browse("group=class&compare=0452")
    found = axe.run(page, context=".st-key-browse_body").response["violations"]
    assert [item["id"] for item in found if item["impact"] in ("serious", "critical")] == []
    page.locator(".pick").first.focus()
    page.keyboard.press("z")
    page.locator("dialog[open] img").wait_for()
    found = axe.run(page, context=".st-key-browse_gallery").response["violations"]
    assert [item["id"] for item in found if item["impact"] in ("serious", "critical")] == []


@pytest.mark.parametrize("part", ["audio[controls]", ".stage", ".loop"])
def test_the_arrows_of_a_sound_with_the_focus_leave_the_sample_alone(browse, part):
    page = browse("sample=0452")
    page.evaluate("window.heard = []; document.addEventListener('keydown', event => heard.push(event.key))")
    focus = page.locator("figure.player").first.locator(part)
    for key in ("ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown", "ArrowRight"):
        focus.press(key)
    assert page.evaluate("heard") == []
    assert "sample=0452" in page.url
    focus.press("j")  # any other key goes on to the page
    page.wait_for_url(lambda address: "sample=0452" not in address)
    assert page.evaluate("heard") == ["j"]


def test_the_arrows_turn_to_another_sample_where_nothing_else_wants_them(browse):
    page = browse("sample=0452")
    page.keyboard.press("ArrowRight")
    page.wait_for_url(lambda address: "sample=0452" not in address)
    settled(page)
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**sample=0452**")
