from pathlib import Path

import pytest

from bss_core.manifest import read_info
from bss_core.runs import create_run

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(serve, tmp_path_factory, shared_tiny_data) -> str:
    """Where the page of widgets is served."""
    runs = tmp_path_factory.mktemp("runs")
    create_run(runs / "first", {}, read_info(shared_tiny_data))
    return serve(runs, script=Path(__file__).with_name("widget_page.py"))


@pytest.fixture
def widgets(address, page):
    """The page of widgets, open and drawn."""
    page.goto(address)
    page.get_by_text("picked tiny-01").wait_for()
    page.locator(".card").nth(11).wait_for()
    page.get_by_text("0.00 / 0.50 s").wait_for()
    return page


def test_cards_are_drawn_with_their_pictures_and_never_as_html(widgets):
    cards = widgets.locator(".card")
    assert cards.count() == 12
    assert cards.nth(3).locator("img").evaluate("image => image.decode().then(() => image.naturalWidth)") == 32
    assert cards.nth(3).locator("img").get_attribute("alt") == "<b>thing</b> number 3"
    assert widgets.locator(".card b").count() == 0
    cards.nth(0).locator("svg.icon").wait_for()  # its picture does not exist
    assert cards.nth(1).locator(".label").inner_text() == "low red → high blue"
    assert cards.nth(2).locator(".pick").get_attribute("aria-label") == (
        "<b>thing</b> number 2, low red, balance score 0.17, imbalanced"
    )


def test_cards_are_picked_by_mouse_and_by_keyboard(widgets):
    picks = widgets.locator(".pick")
    picks.nth(4).click()
    widgets.get_by_text("picked tiny-04").wait_for()
    widgets.keyboard.press("ArrowRight")
    widgets.keyboard.press("Enter")
    widgets.get_by_text("picked tiny-05").wait_for()
    assert widgets.locator(".card.selected .pick").get_attribute("aria-pressed") == "true"
    assert widgets.locator(".pick[tabindex='0']").count() == 1
    widgets.keyboard.press("End")
    widgets.keyboard.press("ArrowRight")
    widgets.keyboard.press("Enter")
    widgets.get_by_text("picked tiny-11").wait_for()
    widgets.keyboard.press("Home")
    widgets.keyboard.press("ArrowDown")
    columns = picks.evaluate_all(
        "all => all.filter(one => one.offsetParent.offsetTop === all[0].offsetParent.offsetTop).length"
    )
    widgets.keyboard.press("Enter")
    widgets.get_by_text(f"picked tiny-{columns:02d}").wait_for()


def test_one_card_s_sound_plays_at_a_time(widgets):
    speakers = widgets.locator(".speaker")
    voice = widgets.locator("audio.voice")
    speakers.nth(2).click()
    assert voice.evaluate("voice => voice.getAttribute('src')").endswith("/tiny-02/audio")
    speakers.nth(3).click()
    assert voice.evaluate("voice => voice.getAttribute('src')").endswith("/tiny-03/audio")
    assert widgets.locator(".speaker.playing").count() <= 1
    widgets.locator(".speaker.playing").wait_for(state="detached")  # half a second later it has ended


def test_the_player_shows_its_axes_seeks_and_plays(widgets):
    stage, clock = widgets.locator(".stage"), widgets.locator(".clock")
    audio = widgets.locator("figure.player audio")
    widgets.get_by_text("0.00 / 0.50 s").wait_for()
    assert widgets.locator(".frequencies .top").inner_text() == "4 kHz"
    box = stage.bounding_box()
    stage.click(position={"x": box["width"] / 2, "y": 20})
    assert audio.evaluate("audio => audio.currentTime") == pytest.approx(0.25, abs=0.01)
    assert clock.inner_text() == "0.25 / 0.50 s"
    stage.press("ArrowLeft")
    assert audio.evaluate("audio => audio.currentTime") == pytest.approx(0.15, abs=0.01)
    stage.press("Space")
    widgets.get_by_text("0.50 / 0.50 s").wait_for()
    assert float(widgets.locator(".playhead").evaluate("line => parseFloat(line.style.left)")) == pytest.approx(
        100, abs=1
    )


def test_another_sample_moves_nothing_on_the_page(widgets):
    before = widgets.locator("figure.player").bounding_box()
    widgets.locator(".pick").nth(7).click()
    widgets.get_by_text("picked tiny-07").wait_for()
    assert widgets.locator("figure.player").bounding_box() == before
    assert widgets.locator("figure.player audio").get_attribute("src").endswith("/tiny-07/audio")
