import pytest

from bss_core.manifest import read_info
from bss_core.runs import create_run

pytestmark = pytest.mark.browser


def test_without_runs_the_app_says_how_to_get_one(serve, page, tmp_path):
    page.goto(serve(tmp_path))
    page.get_by_role("heading", name="No runs yet").wait_for()
    assert page.get_by_role("link", name="Start a run").get_attribute("href").endswith("train")
    page.get_by_text(f"--run {tmp_path}/first").wait_for()


def test_a_broken_run_is_listed_and_explained(serve, page, tmp_path):
    (tmp_path / "torn").mkdir()
    (tmp_path / "torn" / "run.json").write_text('{"half')
    page.goto(serve(tmp_path))
    page.get_by_text("run.json is damaged").wait_for()
    page.wait_for_url("**/?run=torn")
    assert page.get_by_role("combobox", name="Run").input_value() == "torn · broken"


def test_the_chosen_run_survives_a_change_of_page_and_a_reload(serve, page, tmp_path, tiny_data):
    for name in ("one", "two"):
        create_run(tmp_path / "runs" / name, {"scheduler": "learned"}, read_info(tiny_data))
        (tmp_path / "runs" / name / "run.json").write_text("{")
    address = serve(tmp_path / "runs")
    page.goto(f"{address}/?run=two")
    page.get_by_role("heading", name="two").wait_for()
    page.get_by_role("link", name="Trajectories").click()
    page.wait_for_url("**/trajectories?run=two")
    page.wait_for_function("() => document.title === 'Trajectories · BSS Lens'")
    page.locator("[data-test-script-state=notRunning]").wait_for()
    page.get_by_role("combobox").click()
    page.get_by_role("option", name="one · broken").click()
    page.get_by_role("heading", name="one").wait_for()
    page.wait_for_url("**/trajectories?run=one")
    page.reload()
    page.get_by_role("heading", name="one").wait_for()


def test_an_unknown_run_in_the_address_is_told(serve, page, tmp_path):
    (tmp_path / "torn").mkdir()
    (tmp_path / "torn" / "run.json").write_text("{")
    page.goto(f"{serve(tmp_path)}/?run=absent")
    page.get_by_text("There is no run 'absent' here").wait_for()
    page.wait_for_url("**/?run=torn")
