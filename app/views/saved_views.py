"""Saved views: this page with its filters under a name, for everyone who looks at the run; each opens as a link."""

from collections.abc import Collection
from urllib.parse import urlencode

import streamlit as st

from app import selection_state
from app.page_choices import PAGES
from app.page_list import GROUPS, page_named
from app.plain_text import plain
from app.selection_url import NAMES
from app.state import RUN
from app.widgets.authorship import author
from app.widgets.copy_link import copy_link
from app.widgets.tags import tried
from bss_core import annotations
from bss_core.errors import RunError
from bss_core.runs import Run

__all__ = ["address", "link_parameters", "saved_views"]

_ICON = ":material/bookmark:"


def saved_views(run: Run, page: str, key: str = "saved_views") -> None:
    """Draw the button that opens the menu: the link to this view, the saved views, and saving, renaming and deleting.

    Args:
        run: the run.
        page: this page's name, as its file in ``pages``.
        key: of the widgets.
    """
    pages = {item.name for members in GROUPS.values() for item in members}
    with st.popover("Views", icon=":material/bookmarks:", key=f"{key}.open"):
        try:
            views = annotations.list_views(run.folder, pages)
        except RunError as error:
            st.warning(str(error), icon=":material/bookmark_remove:")
            return
        copy_link(run, f"{key}.link")
        for view in views:
            _link(run, view)
        if not views:
            st.caption("Nothing saved yet. A view keeps the page, the filters, the order, the sample and the bands.")
        _save(run, page, pages, key)
        if views:
            _edit(run, [view.name for view in views], key)


def address(page: str) -> str:
    """This view as ``page?key=value&…``, without the run, for a view is kept with its run."""
    names = [name for name in _names(page) if name in st.query_params]
    pairs = [(name, value) for name in names for value in st.query_params.get_all(name)]
    if not any(name == "th" for name, _ in pairs):
        # the bands are meant as they are now; and an address without anything would change nothing
        pairs.append(("th", "{:.10g}..{:.10g}".format(*selection_state.thresholds())))
    return f"{page}?{urlencode(pairs)}"


def link_parameters(run: Run, view: annotations.View) -> list[tuple[str, str]]:
    """What the link of a view says: the run looked at, and of the view what its page would have written."""
    return [(RUN, run.id), *((name, value) for name, value in view.parameters if name in _names(view.page))]


def _names(page: str) -> tuple[str, ...]:
    """The parameters that the address of a page may hold, besides the run."""
    return (*NAMES, *PAGES.get(page, ()))


def _link(run: Run, view: annotations.View) -> None:
    if view.problem:
        st.caption(f":material/link_off: {plain(view.name)}: {plain(view.problem)}")
        return
    by = f" by {plain(view.author)}" if view.author else ""
    st.page_link(
        page_named(view.page).path, label=plain(view.name), icon=_ICON, query_params=link_parameters(run, view),
        help=f"{view.page.capitalize()} page, saved{by} on {view.time[:10]}",
    )  # fmt: skip


def _save(run: Run, page: str, pages: Collection[str], key: str) -> None:
    name = f"{key}.name"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.text_input(
            "Name of this view", key=name, max_chars=annotations.LONGEST, placeholder="such as: both heads wrong"
        )
        arguments = (run, name, address(page), pages)
        st.button("Save", key=f"{key}.save", icon=":material/bookmark_add:", on_click=_saved, args=arguments)


def _saved(run: Run, name: str, where: str, pages: Collection[str]) -> None:
    found = tried(lambda: annotations.save_view(run.folder, st.session_state[name], where, pages, author()))
    if found is not None:
        st.session_state[name] = ""
        st.toast(f"The view “{plain(found)}” was saved.", icon=_ICON)


def _edit(run: Run, names: list[str], key: str) -> None:
    with st.expander("Rename or delete"):
        view, new_name = st.selectbox("View", names, key=f"{key}.view"), f"{key}.new_name"
        if view not in names:
            return
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            st.text_input("New name", key=new_name, max_chars=annotations.LONGEST)
            st.button("Rename", key=f"{key}.rename", on_click=_renamed, args=(run, view, new_name))
        sure = st.checkbox(f"Delete “{plain(view)}” for everyone", key=f"{key}.sure.{view}")
        st.button("Delete the view", key=f"{key}.delete", icon=":material/delete:", disabled=not sure,
                  on_click=tried, args=(lambda: annotations.delete_view(run.folder, view),))  # fmt: skip


def _renamed(run: Run, view: str, new_name: str) -> None:
    def change() -> bool:
        annotations.rename_view(run.folder, view, st.session_state[new_name])
        return True

    if tried(change):
        st.session_state[new_name] = ""
