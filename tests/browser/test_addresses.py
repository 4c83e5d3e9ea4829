"""Hand-edited and hostile addresses, and runs that vanish or grow while somebody looks at them."""

import shutil
from urllib.parse import quote

import pytest

from tests.score_tables import some_predictions, some_run, write_some

pytestmark = pytest.mark.browser

_HOSTILE = (
    "range=no_such_column:0..1",
    "range=" + quote('balance_score" OR 1=1; DROP TABLE x; --') + ":0..1",
    "sort=" + quote("(SELECT 1)"),
    "band=everything&class=99999999999999999999&class=-1&split=" + quote("../../etc/passwd"),
    "&".join(f"class={number}" for number in range(2000)),
    "lasso=" + quote("balance_score,total_loss:" + ";".join(["1e308,-1e308"] * 500)),
    "region=" + quote("../../../etc/passwd:0,0;1,0;1,1"),
    "tag=" + quote("' OR '1'='1"),
    "sample=" + quote("<script>alert(1)</script>"),
    "text=" + quote("<img src=//elsewhere.example/x onerror=alert(1)>"),
    "sample=" + quote("`![x](//elsewhere.example/a.png)") + "&run=" + quote("![x](//elsewhere.example/b.png)"),
    "k=-5&th=9..-9&s=nan..inf&history=" + quote("forgetting:;--"),
    "compare=" + quote("../x\u0000y") + "&run=some-1&run=absent",
)
_PAGES = ("browse", "scores", "trajectories", "map")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return some_run(tmp_path_factory.mktemp("addresses"))


@pytest.fixture(scope="module")
def address(serve, run) -> str:
    return serve(run.folder.parent)


def _settled(page, heading: str) -> None:
    page.get_by_role("heading", name=heading, exact=True).first.wait_for()
    page.locator("[data-test-script-state=notRunning]").wait_for()
    assert page.get_by_test_id("stException").count() == 0


@pytest.mark.parametrize("number", range(len(_HOSTILE)))
def test_a_hostile_address_leads_to_a_whole_page(address, page, number):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for name in (_PAGES[number % len(_PAGES)], "browse"):
        page.goto(f"{address}/{name}?run=some-1&{_HOSTILE[number]}")
        _settled(page, name.capitalize())
        assert page.get_by_test_id("stMain").locator("img[src*='elsewhere'], script").count() == 0
        assert "alert(1)</script>" not in page.locator("h1").first.inner_html()
    assert not [url for url in asked if not url.startswith((address, "data:", "blob:"))]


def test_a_picture_of_another_machine_is_not_asked_for(address, page):
    page.goto(f"{address}/browse?run=some-1")
    _settled(page, "Browse")
    blocked = page.evaluate("""() => new Promise(done => {
        document.addEventListener('securitypolicyviolation', event => done(event.blockedURI));
        const picture = new Image();
        picture.onload = picture.onerror = () => setTimeout(done, 500, 'nothing');
        picture.src = 'http://127.0.0.1:9/elsewhere.png';
    })""")
    assert blocked == "http://127.0.0.1:9/elsewhere.png"


def test_a_run_deleted_while_it_is_looked_at(serve, page, tmp_path):
    run = some_run(tmp_path)
    page.goto(f"{serve(run.folder.parent)}/browse?run=some-1")
    page.locator(".card").first.wait_for()
    _settled(page, "Browse")
    shutil.rmtree(run.folder)
    page.locator(".pick").nth(3).click()
    page.get_by_role("heading", name="No runs yet").wait_for()
    assert page.get_by_test_id("stException").count() == 0


def test_a_run_that_grows_shows_its_new_evaluation_at_the_next_look(serve, page, tmp_path):
    run = some_run(tmp_path)
    page.goto(f"{serve(run.folder.parent)}/browse?run=some-1")
    page.get_by_text("k = 2").first.wait_for()
    _settled(page, "Browse")
    write_some(run.folder, 3, some_predictions(3))
    page.locator(".pick").nth(3).click()
    page.get_by_text("k = 3").first.wait_for()
    _settled(page, "Browse")
