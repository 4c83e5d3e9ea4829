"""Tags and saved views on a small page of their own: what a click changes beside the run, and what it says."""

import sqlite3
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app import data
from app.roots import VARIABLE
from bss_core import annotations
from bss_core.selection import Selection
from tests.app.pages import drawn, opened_at, said, toasts
from tests.score_tables import some_run

PAGES = sorted(path.stem for path in (Path(__file__).parents[2] / "pages").glob("*.py"))
HOSTILE = "<b>*x*</b> [a](javascript:b) $y$ :red[z]"


def page():
    from pathlib import Path

    import streamlit as st

    import app
    from app import data, selection_state
    from app.state import chosen_run, publish_run
    from app.views.saved_views import saved_views
    from app.widgets.tag_manager import tag_manager
    from app.widgets.tags import sample_tags, tag_all, undo_tags

    files = sorted((Path(app.__file__).parents[1] / "pages").glob("*.py"))
    st.navigation([st.Page(path, default=path.stem == "overview") for path in files])
    run = chosen_run()
    publish_run(run.id)
    about, chosen = data.evaluations(run)[-1], selection_state.selection(run)
    sample_tags(run, selection_state.selected_sample() or "x-00")
    tag_all(run, about, chosen, data.sizes(run, about.number, chosen)[0])
    undo_tags(run)
    tag_manager(run)
    saved_views(run, "browse")


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(tmp_path / "runs"))
    data.forget()
    return some_run(tmp_path, 1)


def test_without_tags_nothing_is_written_and_the_way_to_the_first_is_shown(run):
    test = opened_at(page)
    assert test.multiselect(key="sample_tags").value == []
    assert "No sample of this run has a tag yet" in said(test)
    assert "Nothing saved yet" in said(test)
    assert not annotations.file_of(run.folder).exists()


def test_a_sample_is_tagged_and_untagged(run):
    annotations.add_tag(run.folder, "odd", ["x-07"])
    test = opened_at(page, sample="x-03")
    drawn(test.multiselect(key="sample_tags").set_value(["odd"]))
    assert annotations.tags_of(run.folder, "x-03") == ["odd"]
    assert test.multiselect(key="sample_tags").options == ["odd"]
    drawn(test.multiselect(key="sample_tags").set_value([]))
    assert annotations.tag_counts(run.folder) == {"odd": 1}


def test_a_new_tag_may_be_typed_and_a_bad_one_is_refused(run):
    test = opened_at(page)
    test.session_state["sample_tags"] = []
    drawn(test.multiselect(key="sample_tags").set_value(["brand new"]))
    assert annotations.tags_of(run.folder, "x-00") == ["brand new"]
    drawn(test.multiselect(key="sample_tags").set_value(["brand new", "x" * 65]))
    assert "A tag has 1 to 64 visible characters" in toasts(test)
    assert test.multiselect(key="sample_tags").value == ["brand new"]


def test_another_tab_s_tags_are_shown_and_not_undone(run):
    test = opened_at(page)
    annotations.add_tag(run.folder, "theirs", ["x-00"])  # after this tab was drawn
    drawn(test.multiselect(key="sample_tags").set_value(["mine"]))
    assert test.multiselect(key="sample_tags").value == ["mine", "theirs"]


def test_all_selected_samples_are_tagged_and_freed(run):
    chosen = Selection(bands=("imbalanced",))
    count, outside = data.sizes(run, 0, chosen)[0], data.page(run, 0, Selection(bands=("balanced",)))["sample_id"][0]
    annotations.add_tag(run.folder, "odd", [outside])
    test = opened_at(page, band="imbalanced")
    assert 0 < count < 40
    assert test.button(key="tag_all.add").disabled
    drawn(test.selectbox(key="tag_all.tag").set_value("odd"))
    assert test.button(key="tag_all.add").label == f"Tag {count} samples"
    drawn(test.button(key="tag_all.add").click())
    assert annotations.tag_counts(run.folder) == {"odd": count + 1}
    assert f"{count} samples tagged with “odd”" in toasts(test)
    drawn(test.button(key="tag_all.remove").click())
    assert annotations.tags_of_samples(run.folder, [outside]) == {outside: ["odd"]}
    assert annotations.tag_counts(run.folder) == {"odd": 1}


def test_undo_takes_back_what_it_said_and_not_what_came_in_between(run):
    annotations.add_tag(run.folder, "odd", ["x-00", "x-01"], "ada")
    test = opened_at(page)
    assert test.button(key="undo_tags").help == "Take back: 2 samples tagged “odd” by ada"
    annotations.add_tag(run.folder, "fine", ["x-00"])
    drawn(test.button(key="undo_tags").click())
    assert "Nothing was undone: somebody changed tags in between" in toasts(test)
    drawn(test.button(key="undo_tags").click())
    drawn(test.button(key="undo_tags").click())
    assert annotations.tag_counts(run.folder) == {}
    assert not [button for button in test.button if button.key == "undo_tags"]


def test_changes_are_kept_under_the_name_of_the_login(run):
    annotations.add_tag(run.folder, "odd", ["x-01"])
    test = AppTest.from_function(page, default_timeout=30)
    test.user = {"email": "ada@example.org", "is_logged_in": True}
    drawn(drawn(test).multiselect(key="sample_tags").set_value(["odd"]))
    assert annotations.history(run.folder)[0].author == "ada@example.org"
    assert "kept under the name" in said(test)


def test_a_tag_is_renamed_and_deleted_only_when_sure(run):
    annotations.add_tag(run.folder, "odd", ["x-00", "x-01"])
    test = opened_at(page)
    test.text_input(key="author_input").set_value("ada")
    test.text_input(key="tag_manager.name").set_value("strange")
    drawn(test.button(key="tag_manager.rename").click())
    assert annotations.tag_counts(run.folder) == {"strange": 2}
    assert annotations.history(run.folder)[0].author == "ada"
    assert test.text_input(key="tag_manager.name").value == ""
    assert test.button(key="tag_manager.delete").disabled
    drawn(test.checkbox(key="tag_manager.sure.strange").check())
    drawn(test.button(key="tag_manager.delete").click())
    assert annotations.tag_counts(run.folder) == {}
    assert "deleted, on 2 samples by ada" in said(test)


def test_nothing_of_a_tag_is_read_as_markdown_or_html(run):
    annotations.add_tag(run.folder, HOSTILE, ["x-00"], HOSTILE)
    annotations.save_view(run.folder, HOSTILE, "browse?th=0.1..0.2", PAGES, HOSTILE)
    annotations.save_view(run.folder, f"broken {HOSTILE}", "browse", PAGES)
    with sqlite3.connect(annotations.file_of(run.folder)) as other:
        other.execute("UPDATE saved_view SET address = 'nowhere' WHERE name LIKE 'broken%'")
    other.close()
    test = opened_at(page)
    (link,) = test.get("page_link")
    texts = [said(test), test.button(key="undo_tags").help, link.label, link.help]
    texts += [box.label for box in test.checkbox]
    test.text_input(key="saved_views.name").set_value(f"{HOSTILE} again")
    drawn(test.button(key="saved_views.save").click())
    texts += [toast.value for toast in test.toast]
    assert len([text for text in texts if "x\\*" in text]) == len(texts)
    assert all("\\<b\\>\\*x" in text for text in texts if "x\\*" in text)
    assert not any(sign in text for text in texts for sign in ("<b>", "[a](", ":red[", "$y$"))


def test_a_view_is_saved_opened_as_a_link_renamed_and_deleted(run):
    test = opened_at(page, band="imbalanced", text="owl & cat", sample="x-03", evil="1")
    test.text_input(key="saved_views.name").set_value("odd owls")
    drawn(test.button(key="saved_views.save").click())
    (view,) = annotations.list_views(run.folder, PAGES)
    kept = (("band", "imbalanced"), ("text", "owl & cat"), ("sample", "x-03"), ("th", "0.25..0.6"))
    assert (view.name, view.page, view.parameters) == ("odd owls", "browse", kept)
    (link,) = test.get("page_link")
    assert (link.proto.page, link.label) == ("browse", "odd owls")
    assert link.proto.query_string == "run=some-1&band=imbalanced&text=owl+%26+cat&sample=x-03&th=0.25..0.6"

    test.text_input(key="saved_views.new_name").set_value("owls")
    drawn(test.button(key="saved_views.rename").click())
    assert [view.name for view in annotations.list_views(run.folder, PAGES)] == ["owls"]
    assert test.button(key="saved_views.delete").disabled
    drawn(test.checkbox(key="saved_views.sure.owls").check())
    drawn(test.button(key="saved_views.delete").click())
    assert annotations.list_views(run.folder, PAGES) == []


def test_a_view_changed_behind_our_back_is_no_link(run):
    annotations.save_view(run.folder, "bad", "browse", PAGES)
    annotations.save_view(run.folder, "other run", "browse?run=secret&class=1&evil=2", PAGES)
    with sqlite3.connect(annotations.file_of(run.folder)) as other:
        other.execute("UPDATE saved_view SET address = 'https://evil.example' WHERE name = 'bad'")
    other.close()
    test = opened_at(page)
    (link,) = test.get("page_link")
    assert link.proto.query_string == "run=some-1&class=1"
    assert "A view shows one of the pages" in said(test).replace("\\", "")


def test_a_name_taken_is_said_and_the_name_stays_to_be_changed(run):
    annotations.save_view(run.folder, "odd", "browse", PAGES)
    test = opened_at(page)
    test.text_input(key="saved_views.name").set_value("odd")
    drawn(test.button(key="saved_views.save").click())
    assert "There is a view 'odd' already; choose another name" in toasts(test)
    assert test.text_input(key="saved_views.name").value == "odd"


def test_a_damaged_file_hurts_the_tags_alone(run):
    annotations.file_of(run.folder).write_bytes(b"no database" * 500)
    test = opened_at(page)
    assert all("is damaged" in warning.value for warning in test.warning)
    assert len(test.warning) == 4
    assert not [button for button in test.button if button.key == "undo_tags"]


def test_a_file_damaged_between_drawing_and_clicking_is_said(run):
    annotations.add_tag(run.folder, "odd", ["x-01"])
    test = opened_at(page)
    annotations.file_of(run.folder).write_bytes(b"no database" * 500)
    drawn(test.multiselect(key="sample_tags").set_value(["odd"]))
    assert "is damaged" in toasts(test)
