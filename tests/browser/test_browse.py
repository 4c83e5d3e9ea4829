"""Browse in a real browser: no chart leaves the machine, and what is shared arrives as a file."""

import csv

import pytest

from tests.score_tables import some_run

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(serve, tmp_path_factory) -> str:
    """Where a run without media is served."""
    return serve(some_run(tmp_path_factory.mktemp("browse")).folder.parent)


@pytest.fixture
def browse(address, page):
    """The page with the imbalanced samples of the split train, drawn."""
    page.goto(f"{address}/browse?run=some-1&band=imbalanced&split=train")
    page.locator(".card").first.wait_for()
    page.locator(".js-plotly-plot").nth(2).wait_for()
    return page


def test_a_chart_is_saved_as_a_file_and_cannot_be_uploaded(browse, tmp_path):
    charts = browse.locator(".js-plotly-plot")
    for number in range(charts.count()):
        buttons = charts.nth(number).locator(".modebar-btn")
        told = " ".join(buttons.evaluate_all("all => all.map(one => one.outerHTML)")).lower()
        assert buttons.count() > 0
        assert not any(word in told for word in ("cloud", "share", "edit in", "logo"))
    charts.first.hover()
    with browse.expect_download() as saved:
        charts.first.locator(".modebar-btn").first.click()
    assert saved.value.suggested_filename == "anatomy_score.svg"
    saved.value.save_as(tmp_path / "figure.svg")
    assert "fill: rgb(255, 255, 255)" in (tmp_path / "figure.svg").read_text()[:2000]  # a ground of its own


def test_the_selected_samples_are_downloaded_in_their_order(browse, tmp_path):
    browse.get_by_role("button", name="Share").click()
    with browse.expect_download() as saved:
        browse.get_by_role("link", name="CSV").click()
    assert saved.value.suggested_filename == "some-1-evaluation-002.csv"
    saved.value.save_as(tmp_path / "rows.csv")
    with (tmp_path / "rows.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    scores = [float(row["balance_score"]) for row in rows]
    assert {(row["band"], row["split"]) for row in rows} == {("imbalanced", "train")}
    assert scores == sorted(scores)
    browse.get_by_text(f"Share {len(rows)} of 40 samples").wait_for()
