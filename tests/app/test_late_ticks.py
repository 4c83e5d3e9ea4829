"""What repeats itself on a page is left out once another page is shown."""

import pytest
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

from app.late_ticks import drop_late_ticks, is_late

TICK = RerunData(page_script_hash="scores", fragment_id_queue=["notice"], is_auto_rerun=True)


@pytest.mark.parametrize(
    ("asked", "page", "expected"),
    [
        (TICK, "browse", True),
        (TICK, "scores", False),
        (RerunData(page_script_hash="scores", fragment_id_queue=["notice"]), "browse", False),  # a click
        (RerunData(page_script_hash="scores", is_auto_rerun=True), "browse", False),  # the whole page
        (RerunData(page_script_hash="", fragment_id_queue=["notice"], is_auto_rerun=True), "browse", False),
    ],
)
def test_only_what_repeats_itself_on_a_page_that_is_gone_is_late(asked, page, expected):
    assert is_late(asked, page) is expected


def test_a_session_leaves_out_what_is_late_and_runs_the_rest(monkeypatch):
    ran = []
    monkeypatch.setattr(ScriptRunner, "_run_script", lambda self, asked: ran.append(asked))
    drop_late_ticks()
    drop_late_ticks()  # once is enough
    runner = ScriptRunner.__new__(ScriptRunner)
    for page in ("scores", "browse"):
        runner._pages_manager = type("Pages", (), {"current_page_script_hash": page})()
        runner._run_script(TICK)
    assert ran == [TICK]
