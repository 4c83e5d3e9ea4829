"""Tags of the sample looked at, and of all selected samples at once; kept beside the run, shared by all who look at it.

Changes are made in callbacks, each in one call, for a script may be interrupted at any drawing of a widget. A callback
changes what the user changed and nothing else, so that two browser tabs do not undo each other's work.
"""

from collections.abc import Callable
from typing import Any

import streamlit as st

from app.plain_text import plain
from app.widgets.authorship import author
from bss_core import annotations, tagging
from bss_core.errors import BSSError, RunError
from bss_core.evaluations import Evaluation
from bss_core.runs import Run
from bss_core.selection import Selection

__all__ = ["known_tags", "said", "sample_tags", "samples_in_words", "tag_all", "tried", "undo_tags"]

_DONE = {"add": "tagged", "remove": "untagged", "rename": "renamed", "delete": "deleted"}


@st.cache_data(max_entries=64, show_spinner=False)
def _counts(folder: str, revision: tuple[int, int], _run: Run) -> dict[str, int]:
    return annotations.tag_counts(_run.folder)


def known_tags(run: Run) -> dict[str, int]:
    """Tag → how many samples have it, by name; another tab's change is in it.

    Raises:
        RunError: the file of the tags cannot be read.
    """
    return _counts(str(run.folder), annotations.revision(run.folder), run)


def sample_tags(run: Run, sample_id: str, key: str = "sample_tags") -> None:
    """Draw the tags of a sample as chips that can be added and taken away; new names may be typed."""
    try:
        known, shown = known_tags(run), annotations.tags_of(run.folder, sample_id)
    except RunError as error:
        st.warning(str(error), icon=":material/label_off:")
        return
    st.session_state[key] = shown
    st.multiselect(
        "Tags", list(known), key=key, accept_new_options=True, placeholder="add a tag", on_change=_change_sample,
        args=(run, sample_id, tuple(shown), key),
        help="Choose tags or type a new one and press Enter. Everyone who looks at this run sees them.",
    )  # fmt: skip


def _change_sample(run: Run, sample_id: str, shown: tuple[str, ...], key: str) -> None:
    wanted = st.session_state[key]
    for tag in wanted:
        if tag not in shown:
            tried(lambda tag=tag: annotations.add_tag(run.folder, tag, [sample_id], author()))
    for tag in shown:
        if tag not in wanted:
            tried(lambda tag=tag: annotations.remove_tag(run.folder, tag, [sample_id], author()))


def tag_all(run: Run, about: Evaluation, chosen: Selection, count: int, key: str = "tag_all") -> None:
    """Draw the button that opens the tagging of all ``count`` selected samples; there it says what will be done."""
    samples = samples_in_words(count)
    with st.popover(f"Tag all {count:,}", icon=":material/new_label:", key=f"{key}.open", disabled=count == 0):
        try:
            known = known_tags(run)
        except RunError as error:
            st.warning(str(error), icon=":material/label_off:")
            return
        tag = st.selectbox(
            "Tag", list(known), index=None, key=f"{key}.tag", accept_new_options=True, placeholder="choose or type one"
        )
        st.caption(f"This changes all {samples} that the filters select now, on every page. It can be undone.")
        arguments = (run, about.number, chosen, tag)
        with st.container(horizontal=True, gap="small"):
            st.button(
                f"Tag {samples}", key=f"{key}.add", type="primary", disabled=not tag,
                on_click=_change_all, args=(tagging.tag_selection, "tagged with", *arguments),
            )  # fmt: skip
            st.button(
                "Take the tag away", key=f"{key}.remove", disabled=tag not in known,
                on_click=_change_all, args=(tagging.untag_selection, "freed of", *arguments),
            )  # fmt: skip


def _change_all(change: Callable[..., int], done: str, run: Run, evaluation: int, chosen: Selection, tag: str) -> None:
    count = tried(lambda: change(run, evaluation, chosen, tag, author()))
    if count is not None:
        st.toast(f"{samples_in_words(count)} {done} “{plain(tag)}”.", icon=":material/label:")


def undo_tags(run: Run, key: str = "undo_tags") -> None:
    """Draw the button that takes back the last change of tags, whoever made it; nothing if there is none."""
    try:
        last = annotations.next_undo(run.folder)
    except RunError:
        return  # the tags beside this button say why
    if last is not None:
        st.button(
            "Undo tags", key=key, type="tertiary", icon=":material/undo:", on_click=_undo, args=(run, last.number),
            help=f"Take back: {said(last)}",
        )  # fmt: skip


def samples_in_words(count: int) -> str:
    """Such as ``1 sample`` or ``1,200 samples``."""
    return "1 sample" if count == 1 else f"{count:,} samples"


def said(change: annotations.Change) -> str:
    """Such as ``12 samples tagged “odd” by ada``, ready for Markdown."""
    if change.action == "undo":
        return f"change {change.undoes} undone" + _by(change)
    renamed = f" to “{plain(change.new_name)}”" if change.new_name else ""
    samples = samples_in_words(change.samples)
    if change.action in ("rename", "delete"):
        return f"“{plain(change.tag)}” {_DONE[change.action]}{renamed}, on {samples}" + _by(change)
    return f"{samples} {_DONE[change.action]} “{plain(change.tag)}”" + _by(change)


def _by(change: annotations.Change) -> str:
    return f" by {plain(change.author)}" if change.author else ""


def _undo(run: Run, number: int) -> None:
    found = tried(lambda: annotations.undo(run.folder, author(), number=number))
    text = f"Undone: {said(found)}." if found else "Nothing was undone: somebody changed tags in between."
    st.toast(text, icon=":material/undo:")


def tried(change: Callable[[], Any]) -> Any:
    """The change's answer; None after saying what is wrong with it."""
    try:
        return change()
    except BSSError as error:
        st.toast(plain(str(error)), icon=":material/error:")
        return None
