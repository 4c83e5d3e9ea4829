"""The frozen report in a real browser: opened from a file, without a network, in both themes."""

from pathlib import Path

import pytest

from app import data
from app.media_store import MediaStore
from app.report.contents import gather
from app.report.document import render
from app.report.request import Shared
from bss_core.manifest import Info, Manifest, Modality, write_manifest
from bss_core.runs import open_run
from bss_core.selection import Selection
from tests.app.test_report import HOSTILE, read_rows, scored

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
MOST_BYTES = 15 * 10**6


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """The report of the demo run, as a file."""
    run = open_run(ROOT / "assets" / "demo-run")
    about = run.evaluations("training")[-1]
    shared = Shared(run, about, Selection())
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(render(gather(shared, MediaStore((ROOT / "assets",)))), encoding="utf-8")
    assert path.stat().st_size <= MOST_BYTES
    return path, data.page(run, about.number, Selection(), limit=48)


@pytest.fixture
def opened(chromium, report):
    """``opened("dark")`` opens it offline; at the end, nothing may have been asked for or complained about."""
    contexts, complaints = [], []

    def start(theme="light", width=1300):
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, offline=True, accept_downloads=True
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: complaints.append(request.url[:100]) if _is_elsewhere(request.url) else None)
        page.goto(report[0].as_uri())
        return page

    yield start
    for context in contexts:
        context.close()
    assert complaints == []


def _is_elsewhere(url):
    return not url.startswith(("file:", "data:", "blob:"))


def grounds(page):
    """Colour of the page, and of the text that Plotly wrote."""
    page.locator("#chart-map .xtitle").wait_for()
    return page.evaluate(
        "() => [getComputedStyle(document.body).backgroundColor,"
        " getComputedStyle(document.querySelector('#chart-map .xtitle')).fill]"
    )


def test_charts_are_drawn_in_the_colours_of_the_theme_and_follow_its_change(opened):
    page = opened("light")
    assert grounds(page) == ["rgb(255, 255, 255)", "rgb(43, 51, 61)"]
    drawn = page.locator(".chart .main-svg:first-child")
    assert drawn.count() == page.locator(".chart .plot").count() == 9
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(
        "() => getComputedStyle(document.querySelector('#chart-map .xtitle')).fill !== 'rgb(43, 51, 61)'"
    )
    assert grounds(page) == ["rgb(18, 22, 28)", "rgb(215, 221, 229)"]


def test_a_thumbnail_clicked_shows_the_anatomy_of_its_sample_and_the_keys_lead_on(opened, report):
    page, rows = opened("dark"), report[1]
    page.locator("[data-sample='3']").click()
    detail = page.get_by_role("dialog")
    detail.locator("[data-chart='course'] .scatterlayer").first.wait_for()
    detail.get_by_text(f"sample {rows['sample_id'][3]} · train split").wait_for()
    score = f"{rows['balance_score'][3]:.3f}".replace("-", "−")
    assert detail.locator("#detail-band").inner_text() == f"{score} {rows['band'][3]}"
    assert score in detail.locator("[data-chart='anatomy']").text_content()
    assert detail.locator("#detail-picture").evaluate("picture => picture.naturalWidth") > 16
    page.keyboard.press("ArrowRight")
    detail.get_by_text(f"sample {rows['sample_id'][4]} · train split").wait_for()
    page.keyboard.press("Escape")
    detail.wait_for(state="hidden")
    assert page.evaluate("() => document.activeElement.dataset.sample") == "4"


def test_filters_in_the_report_say_how_many_are_left_and_the_keys_stay_among_them(opened, report):
    page, rows = opened(), report[1]
    count, names = (
        page.locator("#filter-count"),
        data.details(open_run(ROOT / "assets" / "demo-run"))["data"]["classes"],
    )
    assert count.inner_text() == "48 of 48 shown."
    label = int(rows["label"].mode()[0])
    wanted = rows[rows["label"] == label]
    page.locator("[data-filter='label']").select_option(names[label])
    assert count.inner_text() == f"{len(wanted)} of 48 shown."
    page.locator("[data-sample]:visible").first.click()
    detail = page.get_by_role("dialog")
    detail.get_by_text(f"1 of {len(wanted)} shown").wait_for()
    page.keyboard.press("ArrowRight")
    detail.get_by_text(f"sample {wanted['sample_id'].iloc[1]} · train split").wait_for()
    page.keyboard.press("Escape")
    page.locator("[data-filter='text']").fill("nowhere to be found")
    assert count.inner_text() == "0 of 48 shown. No sample matches; clear a filter."


def test_a_chart_is_zoomed_by_dragging(opened):
    page = opened()
    place = page.locator("#chart-map .nsewdrag").first
    place.scroll_into_view_if_needed()
    box, axis = place.bounding_box(), "() => document.getElementById('chart-map').layout.xaxis.range"
    before = page.evaluate(axis)
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.3)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.7, steps=5)
    page.mouse.up()
    page.wait_for_function(f"before => ({axis})()[1] - ({axis})()[0] < 0.6 * (before[1] - before[0])", arg=before)


def test_on_paper_the_report_is_light_and_no_wider_than_the_page(opened):
    page = opened("dark", 1300)
    page.locator("#chart-map .main-svg").first.wait_for()
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    widths = page.evaluate("() => [...document.querySelectorAll('.plot .main-svg')].map(e => e.clientWidth)")
    assert 300 < max(widths) < 690  # 180 mm at 96 px per inch
    assert grounds(page)[1] == "rgb(43, 51, 61)"
    assert page.evaluate("() => [...document.querySelectorAll('details')].every(part => part.open)")
    page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    assert grounds(page) == ["rgb(18, 22, 28)", "rgb(215, 221, 229)"]
    assert not page.evaluate("() => [...document.querySelectorAll('details')].some(part => part.open)")


def test_a_sound_plays(opened):
    page = opened()
    page.locator("[data-sample='0']").click()
    player = page.locator("dialog audio")
    player.evaluate("player => player.play()")
    page.wait_for_function("() => document.querySelector('dialog audio').currentTime > 0.2")
    page.keyboard.press("Escape")
    page.locator("dialog audio").wait_for(state="detached")


@pytest.mark.parametrize(("kind", "start"), [("svg", b"<svg"), ("png", b"\x89PNG")])
def test_figures_are_saved_without_a_server(opened, kind, start):
    page = opened("dark")
    page.locator("#chart-case-study-a .main-svg").first.wait_for()
    with page.expect_download() as found:
        page.locator(f"[data-key='case-study-a'][data-save='{kind}']").click()
    content = Path(found.value.path()).read_bytes()
    assert found.value.suggested_filename == f"case-study-a.{kind}"
    assert content.startswith(start)
    if kind == "svg":
        assert b"rgb(255, 255, 255)" in content  # for paper, whatever the theme of the screen
        assert content.count(b"<image") == 6
    else:  # three pixels for each on the screen
        assert int.from_bytes(content[16:20], "big") == 3 * page.locator("#chart-case-study-a").evaluate(
            "e => e.clientWidth"
        )


def test_a_narrow_window_needs_no_scrolling_sideways(opened):
    page = opened(width=400)
    page.locator("#chart-map .main-svg").first.wait_for()
    assert page.evaluate("() => document.documentElement.scrollWidth") == 400


def test_hostile_names_are_shown_as_they_are(chromium, tmp_path):
    rows = read_rows(HOSTILE)
    info = Info(HOSTILE, (f"no {HOSTILE}", f"yes {HOSTILE}"), {"speech": Modality("audio"), "words": Modality("text")})
    run = scored(tmp_path, write_manifest(tmp_path / "data", Manifest(info, rows)), rows)
    shared = Shared(run, run.evaluations()[-1], Selection())
    (tmp_path / "report.html").write_text(render(gather(shared, MediaStore((run.folder.parent,)))), encoding="utf-8")
    page, heard = chromium.new_page(), []
    page.on("dialog", lambda dialog: heard.append(dialog.message))
    page.on("console", lambda message: heard.append(message.text))
    page.goto((tmp_path / "report.html").as_uri())
    page.locator("[data-sample='0']").click()
    page.locator("[data-chart='course'] .scatterlayer").first.wait_for()
    shown = [
        page.locator(place).first.text_content() for place in ("#detail-title", "#detail-about", "#detail-texts p")
    ]
    drawn = page.locator("dialog [data-chart='predictions'] .yaxislayer-above").text_content()
    added = page.locator(".plot a, .plot script, dialog script, img[src='x']").count()
    page.close()

    assert heard == []
    assert added == 0
    assert all("</script><script>alert(1)</script>" in text and "& %{x}" in text for text in shown)
    assert "</script><script>alert(1)</script>" in drawn


def test_the_policy_stops_what_a_mistake_would_let_in(chromium, report):
    page = chromium.new_page()
    refused = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(report[0].as_uri())
    page.evaluate(
        "() => { const one = document.createElement('script'); one.textContent = 'window.ran = 1';"
        " document.body.append(one); new Image().src = 'https://example.org/x.png'; }"
    )
    page.wait_for_function("() => true")
    assert page.evaluate("() => window.ran") is None
    assert page.evaluate("() => fetch('https://example.org').then(() => 'sent', () => 'refused')") == "refused"
    page.close()
    assert sum("Content Security Policy" in text for text in refused) >= 3
