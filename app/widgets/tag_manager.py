"""All tags of a run: how many samples have each, rename, delete, and who changed what."""

import streamlit as st

from app import selection_state
from app.plain_text import plain
from app.widgets.authorship import author, author_input
from app.widgets.tags import known_tags, said, samples_in_words, tried, undo_tags
from bss_core import annotations
from bss_core.errors import RunError
from bss_core.runs import Run
from bss_core.selection import Selection

__all__ = ["tag_manager"]

_LATEST = 10


def tag_manager(run: Run, key: str = "tag_manager") -> None:
    """Draw the button that opens all this."""
    with st.popover("Tags", icon=":material/label:", key=f"{key}.open"):
        try:
            known, changes = known_tags(run), annotations.history(run.folder, _LATEST)
        except RunError as error:
            st.warning(str(error), icon=":material/label_off:")
            return
        author_input()
        if not changes:
            st.caption("No sample of this run has a tag yet. Tag one on its card, or all that the filters select.")
            return
        if known:
            _edit(run, known, key)
        _log(run, changes, key)


def _edit(run: Run, known: dict[str, int], key: str) -> None:
    tag = st.selectbox(
        "Tag", list(known), key=f"{key}.tag", format_func=lambda name: f"{name} ({known.get(name, 0):,})"
    )
    if tag not in known:
        return
    st.button(
        f"Show {samples_in_words(known[tag])}", key=f"{key}.show", icon=":material/filter_alt:", on_click=_show,
        args=(tag,),
        help="Select exactly the samples with this tag, on all pages; Undo beside the filters takes it back.",
    )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.text_input("New name", key=f"{key}.name", max_chars=annotations.LONGEST)
        st.button("Rename", key=f"{key}.rename", on_click=_rename, args=(run, tag, f"{key}.name"))
    sure = st.checkbox(f"Take “{plain(tag)}” from {samples_in_words(known[tag])}", key=f"{key}.sure.{tag}")
    st.button(
        "Delete the tag", key=f"{key}.delete", icon=":material/delete:", disabled=not sure, on_click=_delete,
        args=(run, tag),
    )  # fmt: skip


def _show(tag: str) -> None:
    selection_state.set_selection(Selection(thresholds=selection_state.current().thresholds, tags=(tag,)))


def _rename(run: Run, tag: str, name: str) -> None:
    if tried(lambda: annotations.rename_tag(run.folder, tag, st.session_state[name], author())) is not None:
        st.session_state[name] = ""


def _delete(run: Run, tag: str) -> None:
    tried(lambda: annotations.delete_tag(run.folder, tag, author()))


def _log(run: Run, changes: list[annotations.Change], key: str) -> None:
    undo_tags(run, f"{key}.undo")
    lines = [f"{change.number}. {change.time[:16].replace('T', ' ')} UTC · {said(change)}" for change in changes]
    st.caption("Latest changes  \n" + "  \n".join(line.replace(". ", "\\. ", 1) for line in lines))
