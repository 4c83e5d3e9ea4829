"""The browser's own back and forward buttons, which only a browser has: each step is one change of the filters."""

import re
import shutil
from pathlib import Path

import pytest

from bss_core import annotations

pytestmark = pytest.mark.browser
DEMO = Path(__file__).resolve().parents[2] / "assets" / "demo-run"


@pytest.fixture(scope="module")
def address(serve, tmp_path_factory):
    """The demo run with a tag on its samples 0000 to 0019."""
    root = tmp_path_factory.mktemp("history")
    for name in ("demo-run", "stamps"):
        shutil.copytree(DEMO.parent / name, root / name)
    annotations.add_tag(root / "demo-run", "odd", [f"{number:04d}" for number in range(20)])
    return serve(root / "demo-run")


def says(page, *parameters):
    """Wait until the address has these filters and no others, and the page a chip for each of them."""
    page.wait_for_function(
        """wanted => {
            const found = [...new URLSearchParams(location.search)].map(pair => pair.join("=")).slice(1);
            const chips = document.querySelectorAll("[class*=st-key-browse_chip_]").length;
            return JSON.stringify(found) === JSON.stringify(wanted) && chips === wanted.length;
        }""",
        arg=list(parameters),
    )


def test_back_and_forward_go_through_the_changes_of_the_filters_one_by_one(address, page):
    page.goto(f"{address}/browse?run=demo-run")
    page.locator(".st-key-filter_bands button").last.click()
    says(page, "band=imbalanced")
    page.get_by_role("combobox", name=re.compile("Tagged with")).click()
    page.get_by_role("option", name=re.compile(r"^odd")).click()
    page.keyboard.press("Escape")
    says(page, "band=imbalanced", "tag=odd")
    page.go_back()
    says(page, "band=imbalanced")
    page.go_back()
    says(page)
    page.go_forward()
    says(page, "band=imbalanced")
    page.go_forward()
    says(page, "band=imbalanced", "tag=odd")


def test_a_change_of_page_takes_the_filters_along_and_back(address, page):
    page.goto(f"{address}/browse?run=demo-run&band=imbalanced&tag=odd")
    says(page, "band=imbalanced", "tag=odd")
    page.get_by_role("link", name="Overview").first.click()
    page.wait_for_url(re.compile(r"/\?run=demo-run&.*tag=odd"))
    page.wait_for_timeout(600)
    page.go_back()
    page.wait_for_timeout(600)
    if "/browse?" not in page.url:  # Streamlit may make two steps of a change of page: the bare address is one of them
        page.go_back()
    says(page, "band=imbalanced", "tag=odd")
