"""Saved views: kept, renamed, deleted; addresses that no page would have written."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bss_core import annotations
from bss_core.errors import ConfigError, RunError

PAGES = ("browse", "scores")


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "run-1"


def test_a_view_is_kept_renamed_and_deleted(folder):
    annotations.save_view(folder, " odd  ones ", "browse?band=imbalanced&class=3&class=1&text=a%26b+c", PAGES, "ada")
    annotations.save_view(folder, "all", "scores", PAGES)
    first, second = annotations.list_views(folder, PAGES)
    assert (first.name, first.page, first.parameters, first.author) == ("all", "scores", (), "")
    assert (second.name, second.page, second.author, second.problem) == ("odd ones", "browse", "ada", "")
    assert second.parameters == (("band", "imbalanced"), ("class", "3"), ("class", "1"), ("text", "a&b c"))

    annotations.rename_view(folder, "odd ones", "odd")
    annotations.delete_view(folder, "all")
    assert [view.name for view in annotations.list_views(folder, PAGES)] == ["odd"]
    assert annotations.list_views(folder, PAGES)[0].parameters == second.parameters


def test_a_name_is_given_once_and_what_is_gone_is_said(folder):
    annotations.save_view(folder, "a", "browse", PAGES)
    annotations.save_view(folder, "b", "browse", PAGES)
    for change in (
        lambda: annotations.save_view(folder, "a", "scores", PAGES),
        lambda: annotations.rename_view(folder, "b", "a"),
    ):
        with pytest.raises(ConfigError, match="There is a view 'a' already; choose another name"):
            change()
    for change in (lambda: annotations.rename_view(folder, "c", "d"), lambda: annotations.delete_view(folder, "c")):
        with pytest.raises(RunError, match="There is no view 'c' any more"):
            change()
    assert [view.page for view in annotations.list_views(folder, PAGES)] == ["browse", "browse"]


HOSTILE = {
    "https://evil.example/browse?band=x": "A view shows one of the pages browse, scores",
    "//evil.example": "one of the pages",
    "javascript:alert(1)": "one of the pages",
    "../browse?band=x": "one of the pages",
    "browse#x?band=x": "one of the pages",
    "": "one of the pages",
    "browse?band": "no list of key=value",
    "browse?band=x&&": "no list of key=value",
    "browse?text=%ff": "no list of key=value",
    "browse?" + "&".join(["class=1"] * 201): "no list of key=value",
    "browse?__proto__=1": "which no page writes",
    "browse?BAND=1": "which no page writes",
    "browse?%3Cscript%3E=1": "which no page writes",
    "browse?text=a%00b": "which no page writes",
    "browse?text=a%0D%0Ab": "which no page writes",
    "browse?text=%E2%80%AEx": "which no page writes",
    f"browse?text={'x' * 8001}": "which no page writes",
    f"browse?text={'x' * 40_000}": "at most 40,000 are kept",
}


@pytest.mark.parametrize("address", HOSTILE)
def test_an_address_that_no_page_writes_is_refused(folder, address):
    with pytest.raises(ConfigError, match=HOSTILE[address]):
        annotations.save_view(folder, "a", address, PAGES)
    assert not annotations.file_of(folder).exists()


def test_an_address_changed_behind_our_back_is_not_followed(folder):
    annotations.save_view(folder, "a", "browse?class=1", PAGES)
    annotations.save_view(folder, "b", "browse?class=1", PAGES)
    with sqlite3.connect(annotations.file_of(folder)) as other:
        other.execute("UPDATE saved_view SET address = 'javascript:alert(1)' WHERE name = 'a'")
    other.close()
    bad, good = annotations.list_views(folder, PAGES)
    assert (bad.page, bad.parameters) == ("", ())
    assert bad.problem.startswith("A view shows one of the pages browse, scores")
    assert (good.page, good.problem) == ("browse", "")


@given(st.text(max_size=60))
def test_an_accepted_address_is_harmless_and_canonical(text):
    try:
        address = annotations.check_address(f"browse?text={text}", PAGES)
    except ConfigError:
        return
    assert address.startswith("browse?text=")
    assert address.isascii()
    assert not set(address) & set(" <>\"'#\\")
    assert annotations.check_address(address, PAGES) == address
