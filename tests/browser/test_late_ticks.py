"""A page is not cleared by what the page before it repeats, when the browser asks for that a moment too late."""

import os

import pytest

from tests.score_tables import some_run

pytestmark = pytest.mark.browser
KEEP = """
const send = WebSocket.prototype.send
WebSocket.prototype.send = function (data) {
  (window.sent ??= []).push([this, data.slice()])
  send.call(this, data)
}
"""


@pytest.fixture
def address(serve, tmp_path) -> str:
    """Where a run at work is served."""
    run = some_run(tmp_path)
    run.state.update(status="running")
    run.state.own(os.getpid())
    return serve(run.folder.parent)


def test_the_next_page_stays_when_the_last_one_repeats_itself_once_more(address, page):
    page.add_init_script(KEEP)
    page.goto(f"{address}/scores?run=some-1")
    page.get_by_text("This run is at work").wait_for()
    before = page.evaluate("window.sent.length")
    page.wait_for_function("before => sent.length > before", arg=before)  # nobody clicked: it repeated itself
    page.evaluate("window.late = sent.at(-1)")
    page.get_by_test_id("stSidebarNavItems").get_by_role("link", name="Browse").click()
    page.locator(".card").first.wait_for()
    page.evaluate("late[0].send(late[1])")
    page.wait_for_timeout(2000)
    assert page.locator(".card").count() > 0
