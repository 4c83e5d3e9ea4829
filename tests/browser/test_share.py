"""Sharing with real clicks: the link copied into another browser, and the report saved, carried away and opened."""

import shutil
from pathlib import Path

import pytest

from bss_core import annotations

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
QUERY = "run=demo-run&band=imbalanced&tag=to+do&sort=-total_loss&th=0.1..0.5"
PATIENCE = 120_000


@pytest.fixture(scope="module")
def address(serve, tmp_path_factory):
    """The app with a copy of the demo run, for tags are kept beside a run; three samples are tagged."""
    folder = tmp_path_factory.mktemp("share")
    shutil.copytree(ROOT / "assets" / "demo-run", folder / "runs" / "demo-run")
    shutil.copytree(ROOT / "assets" / "stamps", folder / "runs" / "stamps")
    annotations.add_tag(folder / "runs" / "demo-run", "to do", ["0182", "0763", "0008"], "ada")
    return serve(folder / "runs")


def counted(page):
    """What the chips say of how many samples are selected."""
    found = page.get_by_text("of 401 samples").first
    found.wait_for()
    return found.inner_text()


def opened(page, address):
    page.goto(f"{address}/browse?{QUERY}")
    said = counted(page)
    page.get_by_role("button", name="Share").click()
    page.get_by_label("Address of this view").wait_for()
    return said


def test_the_link_copied_shows_the_same_in_another_browser(page, chromium, address):
    said = opened(page, address)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy link").click()
    page.get_by_text("Copied.").wait_for()
    link = page.evaluate("() => navigator.clipboard.readText()")
    assert link == page.get_by_label("Address of this view").input_value()
    assert link.startswith(f"{address}/browse?run=demo-run&")
    assert link.endswith("&k=12")

    context = chromium.new_context()
    context.set_default_timeout(PATIENCE)
    other = context.new_page()
    other.goto(link)
    assert counted(other) == said
    other.get_by_text("to do").first.wait_for()
    context.close()


def test_without_a_clipboard_the_link_is_marked_to_be_copied_by_hand(page, address):
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    opened(page, address)
    page.get_by_role("button", name="Copy link").click()
    page.get_by_text("press Ctrl+C").wait_for()
    field = page.get_by_label("Address of this view")
    assert field.evaluate("field => field.value.length > 20 && field.selectionEnd === field.value.length")


def test_a_report_clicked_in_the_app_opens_as_a_file_without_a_network(page, chromium, address, tmp_path):
    opened(page, address)
    link = page.get_by_role("link", name="Frozen report")
    link.evaluate("link => link.removeAttribute('target')")  # the tab that it opens for the download closes itself
    with page.expect_download() as saved:
        link.click()
    assert saved.value.suggested_filename == "demo-run-evaluation-012.html"
    saved.value.save_as(tmp_path / "report.html")

    context, asked = chromium.new_context(offline=True), []
    report = context.new_page()
    report.on("request", lambda request: asked.append(request.url[:60]))
    report.goto((tmp_path / "report.html").as_uri())
    report.locator("#chart-map .main-svg").first.wait_for()
    assert "tagged “to do”" in report.locator(".facts").first.inner_text()
    cards = report.locator("[data-sample]")
    assert report.locator("#filter-count").inner_text() == f"{cards.count()} of {cards.count()} shown."
    assert report.locator("[data-sample] .tag").all_inner_texts() == ["to do"] * cards.count()
    cards.first.click()
    report.locator("dialog audio").evaluate("player => player.play()")
    report.wait_for_function("() => document.querySelector('dialog audio').currentTime > 0.1")
    context.close()
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []


def test_a_page_of_charts_filtered_and_set_opens_the_same_in_another_browser(page, chromium, address):
    page.goto(f"{address}/scores?run=demo-run")
    page.get_by_role("button", name="Filter", exact=True).click()
    page.get_by_role("button", name="○ imbalanced").click()
    page.get_by_text("170 of 401 samples shown").wait_for()
    page.get_by_role("button", name="○ imbalanced").click()  # still open: the chips that came did not close it
    page.get_by_text("401 of 401 samples shown").first.wait_for()
    page.get_by_role("button", name="○ imbalanced").click()
    page.get_by_text("170 of 401 samples counted").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("radio", name="Logarithmic").click()
    page.wait_for_url("**scale=log**")
    page.get_by_role("radio", name="all 401").click()
    page.get_by_text("401 of 401 samples counted").wait_for()

    context = chromium.new_context()
    context.set_default_timeout(PATIENCE)
    other = context.new_page()
    other.goto(page.url)
    other.get_by_text("401 of 401 samples counted").wait_for()
    other.get_by_role("button", name="imbalanced", exact=True).wait_for()
    assert other.get_by_role("radio", name="Logarithmic").get_attribute("aria-checked") == "true"
    other.get_by_role("radio", name="the 170 selected").click()
    other.get_by_text("170 of 401 samples counted").wait_for()
    context.close()
