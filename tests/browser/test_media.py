"""The media of a sample in a real browser: every kind is drawn, sounds and films play, and one at a time."""

from pathlib import Path

import pytest

from bss_core.manifest import write_manifest
from bss_core.runs import create_run
from tests.media_samples import everything

pytestmark = pytest.mark.browser

RECORD = """async () => {
  const canvas = document.createElement("canvas")
  const ink = canvas.getContext("2d")
  let at = 0
  const paint = () => ink.fillRect((at += 4) % canvas.width, 30, 24, 24)
  paint()
  const timer = setInterval(paint, 40)
  const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType: "video/webm" })
  const parts = []
  recorder.ondataavailable = (event) => parts.push(event.data)
  const isDone = new Promise((resolve) => (recorder.onstop = resolve))
  recorder.start()
  await new Promise((resolve) => setTimeout(resolve, 1500))
  recorder.stop()
  await isDone
  clearInterval(timer)
  return [...new Uint8Array(await new Blob(parts).arrayBuffer())]
}"""
LATER = """async (media) => {
  const from = media.currentTime
  while (media.currentTime <= from) await new Promise(requestAnimationFrame)
  return true
}"""
AGAIN = """async (media) => {
  let last = 0
  while (media.currentTime >= last) {
    last = media.currentTime
    await new Promise(requestAnimationFrame)
  }
  return !media.paused
}"""


@pytest.fixture(scope="module")
def film(chromium) -> bytes:
    """A film of one and a half seconds, recorded by the browser itself."""
    page = chromium.new_page()
    content = bytes(page.evaluate(RECORD))
    page.close()
    return content


@pytest.fixture(scope="module")
def address(serve, tmp_path_factory, film) -> str:
    data, runs = tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("runs")
    create_run(runs / "everything", {}, write_manifest(data, everything(data, film)))
    return serve(runs, script=Path(__file__).with_name("media_page.py"))


@pytest.fixture
def media(address, page):
    """The page of media, open and drawn; the left sample is the one that can be chosen."""
    page.goto(address)
    page.get_by_text("0.00 / 0.50 s").nth(1).wait_for()
    page.get_by_text("Frame 8 of 15").nth(1).wait_for()
    return page


def test_every_kind_is_drawn_with_what_it_measures(media):
    left = media.locator(".media").first
    for note in ("300 × 150", "3 channels", "32 numbers from −2.5 to 3.5", "near 800", "far 2,900", "steps 0 … 119"):
        left.get_by_text(note).wait_for()
    pictures = left.locator("img")
    decoded = pictures.evaluate_all("all => Promise.all(all.map(one => one.decode().then(() => one.naturalWidth)))")
    assert len(decoded) == 5 + 12  # photo, frame, depth, series, features, and the strip
    assert min(decoded) > 0
    assert left.locator("blockquote b").count() == 0
    assert left.locator("blockquote").inner_text().startswith("Sample 0: <b>not bold</b>")
    box = left.locator("blockquote").evaluate("text => [text.scrollHeight > text.clientHeight, text.tabIndex]")
    assert box == [True, 0]


def test_a_film_plays_and_can_be_sought(media):
    video = media.locator("video").first
    assert video.evaluate("video => video.play().then(() => true)")
    assert video.evaluate(LATER)
    video.evaluate("video => { video.pause(); video.currentTime = 1 }")
    assert video.evaluate(
        "video => new Promise(done => video.seeking ? video.onseeked = () => done(true) : done(true))"
    )
    assert video.evaluate("video => video.currentTime") == pytest.approx(1, abs=0.1)


def test_frames_follow_the_slider_and_the_strip(media):
    left = media.locator(".of-frames").first
    slider, picture = left.locator("input"), left.locator(".zoomable img")
    slider.press("ArrowRight")
    left.get_by_text("Frame 9 of 15").wait_for()
    assert picture.get_attribute("src").endswith("index=8")
    assert left.locator(".frame.current").count() == 1
    left.locator(".frame").last.hover()
    left.get_by_text("Frame 15 of 15").wait_for()
    assert picture.get_attribute("alt") == "gesture of left, frame 15 of 15"


def test_a_click_on_a_picture_zooms_and_escape_gives_the_focus_back(media):
    link = media.locator(".of-depth .zoomable").first
    link.click()
    dialog = media.locator("dialog[open]")
    dialog.wait_for()
    assert "side=1024" in dialog.locator("img").get_attribute("src")
    media.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    assert link.evaluate("link => link.getRootNode().activeElement === link")


def test_the_player_s_keys(media):
    stage, audio = media.locator(".stage").first, media.locator("audio").first
    at = "audio => audio.currentTime"
    for key, expected in (("PageDown", 0.05), ("ArrowRight", 0.15), ("PageUp", 0.10), ("End", 0.5), ("Home", 0.0)):
        stage.press(key)
        assert audio.evaluate(at) == pytest.approx(expected, abs=0.01)
    stage.press("ArrowDown")
    stage.press("m")
    assert audio.evaluate("audio => [audio.volume, audio.muted]") == [pytest.approx(0.9), True]
    stage.press("l")
    loop = media.locator(".loop").first
    assert (loop.get_attribute("aria-pressed"), audio.evaluate("audio => audio.loop")) == ("true", True)
    stage.press("Space")
    assert audio.evaluate(AGAIN)


def test_the_loop_is_pressed_by_key_and_moves_the_sound_too(media):
    loop, audio = media.locator(".loop").first, media.locator("audio").first
    for key, is_on in (("Enter", "true"), ("Space", "false")):
        loop.press(key)
        assert (loop.get_attribute("aria-pressed"), audio.evaluate("audio => audio.paused")) == (is_on, True)
    loop.press("End")
    assert audio.evaluate("audio => audio.currentTime") == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("part", [".of-depth .zoomable", "video", "blockquote", "audio[controls]"])
def test_the_browser_keeps_the_keys_that_are_its_own(media, part):
    media.evaluate("document.addEventListener('keydown', event => window.last = [event.key, event.defaultPrevented])")
    for key in ("Tab", "x"):
        media.locator(part).first.press(key)
        assert media.evaluate("last") == [key, False]


def test_a_rerun_leaves_the_sound_alone_and_another_sample_ends_it(media):
    media.locator(".loop").first.click()
    audio = media.locator("audio").first
    audio.evaluate("audio => audio.play()")
    media.get_by_role("button", name="Again").click()
    media.get_by_text("sample 0, run 2").wait_for()
    assert audio.evaluate("audio => !audio.paused")
    assert audio.evaluate(LATER)
    media.get_by_text("3", exact=True).click()
    media.get_by_text("sample 3, run 3").wait_for()
    media.locator("audio[src$='/s3/voice']").first.wait_for(state="attached")
    assert audio.evaluate("audio => [audio.paused, audio.currentTime, audio.loop]") == [True, 0, True]


def test_what_starts_stops_the_rest(media):
    media.locator(".loop").nth(0).click()
    media.locator(".loop").nth(1).click()
    first, second, video = media.locator("audio").nth(0), media.locator("audio").nth(1), media.locator("video").nth(1)
    paused = "media => media.paused"
    first.evaluate("audio => audio.play()")
    second.evaluate("audio => audio.play()")
    assert [first.evaluate(paused), second.evaluate(paused)] == [True, False]
    video.evaluate("video => video.play()")
    assert [second.evaluate(paused), video.evaluate(paused)] == [True, False]
