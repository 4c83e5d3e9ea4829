"""The script behind every page: the page list, the sidebar's run picker, then the page itself."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # Streamlit puts only this script's own folder on the path
    sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402
from streamlit.navigation.page import StreamlitPage  # noqa: E402

from app.page_list import FIRST, GROUPS  # noqa: E402
from app.views import tour  # noqa: E402
from app.widgets.keys import keys  # noqa: E402
from app.widgets.run_picker import broken_run, no_run, run_picker  # noqa: E402
from app.widgets.running_notice import running_notice  # noqa: E402
from app.widgets.scope import aside  # noqa: E402

NEED_A_WHOLE_RUN = ("browse", "scores", "trajectories", "map")  # the others say themselves what is broken
NEED_A_RUN = ("overview", *NEED_A_WHOLE_RUN)
SIDEBAR = 284  # px: Streamlit's own 300 leave too little to the page in a narrow window
STAND_STILL = (*NEED_A_WHOLE_RUN, "pacing")  # the others follow a run at work by themselves


def pages() -> dict[str, list[StreamlitPage]]:
    """Group → pages, for the navigation."""
    return {
        group: [st.Page(item.path, title=item.title, icon=item.symbol, default=item.name == FIRST) for item in members]
        for group, members in GROUPS.items()
    }


def show() -> None:
    """Draw the frame and the page asked for."""
    icon = str(ROOT / "app" / "icon.svg")
    # before the navigation, which would fetch an icon from the network
    st.set_page_config(page_icon=icon, layout="wide", initial_sidebar_state=SIDEBAR)
    page = st.navigation(pages())
    name = next(item.name for members in GROUPS.values() for item in members if item.title == page.title)
    st.set_page_config(page_title=f"{page.title} · BSS Lens")
    st.logo(str(ROOT / "app" / "logo.svg"), size="large", icon_image=icon)
    st.html(ROOT / "app" / "frame.css")
    run = run_picker(name)
    with st.sidebar, st.container(horizontal=True, vertical_alignment="center", key="frame_help"):
        tour.button(run)
        keys()
    with st.container():  # whether the tour is on or not, the page's own elements keep their places
        tour.show(run, name)
    if run is not None and name not in NEED_A_WHOLE_RUN:
        aside(run)
    if run is None and name in NEED_A_RUN:
        no_run()
        return
    if run is not None and run.status == "broken" and name in NEED_A_WHOLE_RUN:
        broken_run(run)
        return
    if run is not None and name in STAND_STILL:
        running_notice(run)
    page.run()


show()
