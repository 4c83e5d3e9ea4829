"""Which addresses are followed: news, and steps back and forward, but not what a click sent before it heard of it."""

from types import SimpleNamespace

import pytest
import streamlit as st

from app import followed


@pytest.fixture
def request_of(monkeypatch):
    """``request_of(…)`` makes this the request that is answered; the session is empty."""
    monkeypatch.setattr(st, "session_state", {})

    def answer(back=False, fragment=False):
        context = SimpleNamespace(is_history_navigation=back, fragment_ids_this_run=["one"] if fragment else None)
        monkeypatch.setattr(followed, "get_script_run_ctx", lambda: context)

    answer()
    return answer


def test_news_is_followed_and_what_the_app_wrote_is_not(request_of):
    assert followed.is_followed("part", "a")
    followed.wrote("part", "a")
    assert not followed.is_followed("part", "a")
    assert followed.is_followed("part", "b")
    assert followed.is_followed("other part", "a")


def test_nothing_is_nothing_however_it_is_said(request_of):
    assert not followed.is_followed("part", {})
    assert not followed.is_followed("part", "")
    followed.wrote("part", "")
    assert not followed.is_followed("part", {})


def test_what_was_replaced_a_moment_ago_is_late_unless_somebody_went_back(request_of):
    for words in ("a", "b", "c"):
        followed.wrote("part", words)
    assert not followed.is_followed("part", "b")
    assert not followed.is_followed("part", "")
    request_of(back=True)
    assert followed.is_followed("part", "b")
    assert followed.is_followed("part", "")


def test_a_fragment_never_brings_news_however_long_it_waited(request_of, monkeypatch):
    monkeypatch.setattr(followed, "_LATE", 0)
    followed.wrote("part", "a")
    followed.wrote("part", "b")
    request_of(fragment=True)
    assert not followed.is_followed("part", "a")
    assert not followed.is_followed("part", "never written")
    request_of()
    assert followed.is_followed("part", "a")
