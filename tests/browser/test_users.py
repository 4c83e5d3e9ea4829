"""Several people at one server: five at once, a link sent to another browser, and tags changed in a second tab."""

import re

import pytest

from bss_core.evaluations import scores_path
from bss_core.runs import Run
from bss_core.scores import THRESHOLDS
from bss_core.selection import band_sql
from bss_core.tables import frame, parquet
from tests.browser.conftest import PATIENCE
from tests.score_tables import some_run

pytestmark = pytest.mark.browser

SHOWN = """ids => {
  const host = [...document.querySelectorAll(".st-key-browse_gallery *")].find(one => one.shadowRoot)
  const cards = [...host?.shadowRoot.querySelectorAll(".card") ?? []]
  return JSON.stringify(cards.map(card => card.dataset.sample)) === JSON.stringify(ids)
}"""
_LINKS = ("band=imbalanced", "band=balanced&class=1", "split=test", "wrong=audio&th=-0.1..0.4", "text=no. 7")


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Run:
    """A run of 200 samples."""
    return some_run(tmp_path_factory.mktemp("users"), n=200)


@pytest.fixture(scope="module")
def address(serve, run) -> str:
    """Where it is served."""
    return serve(run.folder.parent)


def _ids(run: Run, condition: str, thresholds: tuple[float, float] = THRESHOLDS) -> list[str]:
    """The samples that an address means, by SQL of this test's own over the score table and the manifest."""
    scores, manifest = scores_path(run.folder, 2), run.data / "manifest.parquet"
    return frame(
        f"""SELECT sample_id FROM (SELECT *, {band_sql(thresholds)} AS band FROM {parquet([scores])})
        JOIN (SELECT sample_id, text FROM {parquet([manifest])}) USING (sample_id) WHERE {condition}
        ORDER BY balance_score, sample_id LIMIT 48"""
    )["sample_id"].tolist()


def _meant(run: Run) -> list[list[str]]:
    return [
        _ids(run, "band = 'imbalanced'"),
        _ids(run, "band = 'balanced' AND label = 1"),
        _ids(run, "split = 'test'"),
        _ids(run, "predicted_audio <> label", (-0.1, 0.4)),
        _ids(run, "text ILIKE '%no.%' AND text ILIKE '%7%' OR sample_id ILIKE '%no.%'"),
    ]


def _wait_for(page, ids: list[str]) -> None:
    """Wait until the gallery holds exactly these samples in this order."""
    page.wait_for_function(SHOWN, arg=ids)


def test_five_users_at_once_each_see_their_own_samples(address, run, chromium):
    """Each has a window of their own; all open at once, all change something before anybody looks."""
    contexts = [chromium.new_context(viewport={"width": 1400, "height": 900}) for _ in _LINKS]
    for context in contexts:
        context.set_default_timeout(PATIENCE)
    pages = [context.new_page() for context in contexts]
    for page, link in zip(pages, _LINKS, strict=True):
        page.goto(f"{address}/browse?run={run.id}&{link}", wait_until="commit")
    for page, ids in zip(pages, _meant(run), strict=True):
        assert len(ids) > 1
        _wait_for(page, ids)
    for page in pages:
        page.locator(".pick").nth(1).click()
    for page, ids in zip(pages, _meant(run), strict=True):
        page.get_by_text(f"sample {ids[1]}").first.wait_for()
        page.wait_for_url(re.compile(f"sample={ids[1]}"))
        _wait_for(page, ids)
    for context in contexts:
        context.close()
