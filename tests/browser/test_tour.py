from pathlib import Path

import pytest

from app.views.tour_steps import STEPS

pytestmark = pytest.mark.browser
DEMO = Path(__file__).resolve().parents[2] / "assets" / "demo-run"
FRAMED = """() => {
  const host = [...document.querySelectorAll(".st-key-tour_panel *")].find((one) => one.shadowRoot)
  const frame = host?.shadowRoot.querySelector(".frame")
  return frame?.style.visibility === "visible" && frame.getBoundingClientRect().width > 100
}"""


@pytest.fixture(scope="module")
def address(serve) -> str:
    return serve(DEMO)


def _step(page, number):
    page.get_by_text(f"Guided tour · {number} of {len(STEPS)}").wait_for()
    page.wait_for_function(FRAMED)


def test_the_tour_leads_over_all_pages_and_frames_what_it_means(address, page):
    page.goto(f"{address}/browse?run=demo-run&band=balanced")
    page.get_by_role("button", name="Guided tour").click()
    for number, step in enumerate(STEPS, 1):
        page.get_by_role("heading", name=step.title).wait_for()
        _step(page, number)
        assert page.evaluate("document.title").lower().startswith(step.page)
        page.keyboard.press("ArrowRight" if number % 2 else "Enter")  # its button has the focus
    page.get_by_role("dialog", name=STEPS[-1].title).wait_for(state="detached")
    assert "tour=" not in page.url
    page.get_by_role("link", name="Browse").click()
    page.wait_for_url("**/browse?*band=balanced*")  # what was selected before is selected again


def test_the_tour_can_be_left_found_again_and_ended(address, page):
    page.goto(f"{address}/?run=demo-run&tour=4")
    _step(page, 4)
    page.get_by_role("link", name="Pacing").click()
    page.get_by_role("button", name="Return to this step").click()
    _step(page, 4)
    page.reload()
    _step(page, 4)
    page.get_by_role("button", name="Back", exact=True).click()
    _step(page, 3)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="End the tour").wait_for(state="detached")
    assert "tour=" not in page.url


def test_a_question_mark_opens_the_keys_but_not_while_typing(address, page):
    page.goto(f"{address}/browse?run=demo-run")
    keys = page.get_by_role("dialog", name="Keys")
    search = page.get_by_role("textbox", name="Search", exact=True)
    search.wait_for()
    page.get_by_role("button", name="Keys").wait_for()  # it is drawn with what listens to the key
    page.locator("[data-test-script-state=notRunning]").wait_for()
    page.keyboard.press("?")
    keys.wait_for()
    page.keyboard.press("Escape")
    keys.wait_for(state="hidden")
    search.click()
    page.keyboard.press("?")
    assert search.input_value() == "?"
    assert not keys.is_visible()
    page.set_viewport_size({"width": 480, "height": 800})  # the sidebar is folded away
    page.locator("h1").click()
    page.keyboard.press("?")
    keys.wait_for()
    assert keys.bounding_box()["width"] <= 480
