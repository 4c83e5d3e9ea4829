"""What repeats itself on one page does not run on the next.

A browser that has just asked for another page may still send what the old one repeats every few seconds. Streamlit 1.67
answers it after the new page, in the name of the old one, and the browser then clears the page that it shows.
"""

from typing import Any

from streamlit.runtime.scriptrunner.script_runner import ScriptRunner  # not public: may move with a version

__all__ = ["drop_late_ticks", "is_late"]


def is_late(asked: Any, page: str) -> bool:
    """Whether a request repeats a fragment of a page that is no longer the session's.

    Args:
        asked: Streamlit's request for a run of the script.
        page: hash of the session's page.
    """
    return bool(asked.is_auto_rerun and asked.fragment_id_queue and asked.page_script_hash not in ("", page))


def drop_late_ticks() -> None:
    """Make Streamlit's sessions leave out late repetitions; called once, before the first session."""
    run = ScriptRunner._run_script
    if getattr(run, "drops_late_ticks", False):
        return

    def run_unless_late(self: Any, asked: Any) -> None:
        if not is_late(asked, self._pages_manager.current_page_script_hash):
            run(self, asked)

    run_unless_late.drops_late_ticks = True
    ScriptRunner._run_script = run_unless_late
