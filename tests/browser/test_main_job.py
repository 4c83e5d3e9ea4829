"""The main job as a user does it: train a run, see it finish, hear its most imbalanced sample, follow that sample."""

import re
from urllib.parse import parse_qs, urlparse

import pytest

from bss_core.runs import open_run
from bss_core.tables import frame, parquet
from tests.browser.conftest import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def settled(page) -> None:
    page.locator("[data-test-script-state=notRunning]").wait_for()


def choose(page, box: str, option: str) -> None:
    page.get_by_role("combobox", name=box, exact=True).click()
    page.get_by_role("option", name=option, exact=True).click()
    settled(page)


def test_train_browse_listen_follow(serve, page, tmp_path):
    page.set_default_timeout(60_000)
    page.goto(serve(tmp_path, ROOT / "assets" / "demo-run"))
    page.get_by_role("heading", name="demo-run").wait_for()
    page.get_by_role("link", name="Train", exact=True).click()
    page.get_by_role("heading", name="New run").wait_for()
    settled(page)
    choose(page, "Scheduler", "Heuristic scheduler (BSS-H)")
    page.get_by_text("rank once").first.wait_for()  # its own options are drawn: what is typed now stays
    settled(page)
    epochs = page.get_by_role("spinbutton", name="Epochs", exact=True)
    epochs.fill("2")
    epochs.press("Enter")
    page.get_by_text(re.compile("^15 steps")).wait_for()  # ⌈40/8⌉ + ⌈74/8⌉
    settled(page)
    page.get_by_role("button", name="Start the run").click()
    run = tmp_path / "stamps-heuristic-1"
    page.get_by_text("Accuracy", exact=False).first.wait_for()
    link = page.get_by_test_id("stMain").get_by_role("link", name="Browse")
    link.wait_for(timeout=200_000)
    finished = open_run(run)
    assert finished.status == "finished"
    assert [event["schedule"]["size"] for event in finished.events()] == [40, 74]  # ⌊401·0.1⌋, ⌊401·0.186…⌋

    link.click()
    page.get_by_role("heading", name="Browse").wait_for()
    page.locator(".card").first.wait_for()
    settled(page)
    lowest = frame(
        f"SELECT sample_id FROM {parquet([run / 'scores' / 'evaluation=002.parquet'])} "
        "ORDER BY balance_score, sample_id LIMIT 1"
    )["sample_id"].item()
    page.locator(".pick").first.click()
    page.get_by_text(f"sample {lowest}").first.wait_for()
    audio = page.locator("figure.player audio")
    assert audio.get_attribute("src").endswith(f"/stamps-heuristic-1/{lowest}/speech")
    audio.evaluate("audio => audio.play()")
    page.wait_for_function("audio => audio.currentTime > 0.1", arg=audio.element_handle(), timeout=20_000)

    page.get_by_role("button", name="Trajectory").click()
    page.get_by_role("heading", name="Trajectories").wait_for()
    settled(page)
    asked = parse_qs(urlparse(page.url).query)
    assert (asked["run"], asked["sample"]) == (["stamps-heuristic-1"], [lowest])
    page.get_by_text(f"{lowest} · label").first.wait_for()
