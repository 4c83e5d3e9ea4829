"""The filter by tags on a small page of its own: samples are selected by tags, also by those of another process."""

import subprocess
import sys
from pathlib import Path

import pytest

from app import data
from app.roots import VARIABLE
from bss_core import annotations
from bss_core.selection import Selection
from tests.app.pages import drawn, opened_at, said, toasts
from tests.score_tables import some_run

ROOT = Path(__file__).parents[2]
HOSTILE = "<b>*x*</b> [a](javascript:b) $y$ :red[z]"


def page():
    from app import data, selection_state
    from app.state import chosen_run, publish_run
    from app.widgets.chips import chips
    from app.widgets.tag_filter import tag_filter
    from app.widgets.tag_manager import tag_manager

    run = chosen_run()
    publish_run(run.id)
    about, chosen = data.evaluations(run)[-1], selection_state.selection(run)
    tag_manager(run)
    tag_filter(run, chosen)
    chips(run, chosen, *data.sizes(run, about.number, chosen), "page")


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(tmp_path / "runs"))
    data.forget()
    return some_run(tmp_path, 1)


def test_samples_are_selected_by_their_tags(run):
    annotations.add_tag(run.folder, "odd", ["x-03", "x-04"])
    annotations.add_tag(run.folder, "fine", ["x-04"])
    test = opened_at(page)
    drawn(test.multiselect(key="filter_tags").set_value(["odd"]))
    assert "2 of 40 samples" in said(test)
    assert selection_state_of(test).tags == ("odd",)
    drawn(test.multiselect(key="filter_tags").set_value(["odd", "fine"]))
    assert "1 of 40 samples" in said(test)
    assert [chip(test, place) for place in (0, 1)] == ["tag: odd", "tag: fine"]
    drawn(test.button(key="page_chip_0").click())
    assert selection_state_of(test).tags == ("fine",)
    drawn(test.button(key="page_undo").click())
    assert selection_state_of(test).tags == ("odd", "fine")
    assert test.query_params["tag"] == ["odd", "fine"]


def test_the_tag_manager_shows_a_tag_s_samples(run):
    annotations.add_tag(run.folder, HOSTILE, ["x-03", "x-04"])
    test = opened_at(page, band="balanced", th="0..0.5")
    drawn(test.button(key="tag_manager.show").click())
    assert "2 of 40 samples" in said(test)
    found = selection_state_of(test)
    assert found == Selection(tags=(HOSTILE,), thresholds=(0.0, 0.5))


def selection_state_of(test):
    return test.session_state["shared_choices"].selection


def chip(test, place=0):
    return test.button(key=f"page_chip_{place}").label.replace("\\", "")


TAGGER = """
import sys
from pathlib import Path
from bss_core import annotations
annotations.{}(Path(sys.argv[1]), *{})
"""


def by_another_process(run, change, *arguments):
    command = [sys.executable, "-c", TAGGER.format(change, repr(arguments)), str(run.folder)]
    subprocess.run(command, check=True, cwd=ROOT, timeout=60)


def test_what_another_process_tags_is_in_the_next_answer(run):
    by_another_process(run, "add_tag", "odd", ["x-03"])
    test = opened_at(page, tag="odd")
    assert "1 of 40 samples" in said(test)
    by_another_process(run, "add_tag", "odd", ["x-05", "x-07"])
    assert "3 of 40 samples" in said(drawn(test))
    by_another_process(run, "rename_tag", "odd", "strange")
    assert "0 of 40 samples" in said(drawn(test))
    assert chip(test) == "tag: odd (no sample has it)"
    assert test.multiselect(key="filter_tags").options == ["strange (3)", "odd (0)"]
    by_another_process(run, "undo")
    assert "3 of 40 samples" in said(drawn(test))


def test_a_tag_of_an_address_that_no_sample_has_selects_nothing_and_says_so(run):
    test = opened_at(page, tag=HOSTILE)
    assert "0 of 40 samples" in said(test)
    assert chip(test) == f"tag: {HOSTILE} (no sample has it)"
    assert "\\[a\\]\\(" in test.button(key="page_chip_0").label, "Markdown of a tag is not drawn"
    drawn(test.button(key="page_clear").click())
    assert "40 of 40 samples" in said(test)


def test_tags_that_cannot_be_read_are_left_out_of_the_selection_and_said(run):
    annotations.add_tag(run.folder, "odd", ["x-03"])
    annotations.file_of(run.folder).write_bytes(b"no database" * 100)
    test = opened_at(page, tag="odd")
    assert "40 of 40 samples" in said(test)
    assert "has no readable tags, for odd" in toasts(test)
