"""Tags for whole selections: a predicate's samples are tagged, or freed of a tag, at once."""

from bss_core.annotations.changes import add_tag, remove_tag
from bss_core.queries import selected, source
from bss_core.runs import Run
from bss_core.selection import Selection
from bss_core.tables import frame

__all__ = ["tag_selection", "untag_selection"]


def tag_selection(run: Run, evaluation: int, selection: Selection, tag: str, author: str = "") -> int:
    """Tag every selected sample of an evaluation; returns how many did not have the tag yet. No id leaves the process.

    Raises:
        ConfigError: a selection the table cannot answer, or a tag that cannot be kept.
        RunError: the table or the tags cannot be read or written.
    """
    return add_tag(run.folder, tag, _ids(run, evaluation, selection), author)


def untag_selection(run: Run, evaluation: int, selection: Selection, tag: str, author: str = "") -> int:
    """Take a tag from every selected sample; returns how many had it. Raises as :func:`tag_selection`."""
    return remove_tag(run.folder, tag, _ids(run, evaluation, selection), author)


def _ids(run: Run, evaluation: int, selection: Selection) -> list[str]:
    found, values = selected(source(run, evaluation), selection)
    return frame(f"SELECT sample_id FROM {found}", values)["sample_id"].tolist()
