"""The script behind every page: the page list, the sidebar's run picker, then the page itself."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # Streamlit puts only this script's own folder on the path
    sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402
from streamlit.navigation.page import StreamlitPage  # noqa: E402

from app.views import tour  # noqa: E402
from app.widgets.keys import keys  # noqa: E402
from app.widgets.run_picker import broken_run, no_run, run_picker  # noqa: E402
from app.widgets.running_notice import running_notice  # noqa: E402
from app.widgets.scope import aside  # noqa: E402

# group → (file in pages/, title, icon)
PAGES = {
    "Inspect": [
        ("overview", "Overview", "dashboard"),
        ("browse", "Browse", "grid_view"),
        ("scores", "Scores", "balance"),
        ("trajectories", "Trajectories", "timeline"),
        ("map", "Map", "bubble_chart"),
    ],
    "Plan": [("pacing", "Pacing", "speed")],
    "Run": [("train", "Train", "model_training"), ("score", "Score", "fact_check")],
}
NEED_A_RUN = ("Overview", "Browse", "Scores", "Trajectories", "Map")
NEED_A_WHOLE_RUN = ("Browse", "Scores", "Trajectories", "Map")  # the others say themselves what is broken
SIDEBAR = 284  # px: Streamlit's own 300 leave too little to the page in a narrow window
STAND_STILL = (*NEED_A_WHOLE_RUN, "Pacing")  # the others follow a run at work by themselves


def pages() -> dict[str, list[StreamlitPage]]:
    """Group → pages, for the navigation."""
    return {
        group: [
            st.Page(ROOT / "pages" / f"{name}.py", title=title, icon=f":material/{icon}:", default=name == "overview")
            for name, title, icon in members
        ]
        for group, members in PAGES.items()
    }


def name_of(page: StreamlitPage) -> str:
    """The page's file in ``pages/``, without its ending."""
    return next(name for members in PAGES.values() for name, title, _ in members if title == page.title)


def show() -> None:
    """Draw the frame and the page asked for."""
    icon = str(ROOT / "app" / "icon.svg")
    # before the navigation, which would fetch an icon from the network
    st.set_page_config(page_icon=icon, layout="wide", initial_sidebar_state=SIDEBAR)
    listed = pages()
    page = st.navigation(listed)
    st.set_page_config(page_title=f"{page.title} · BSS Lens")
    st.logo(str(ROOT / "app" / "logo.svg"), size="large", icon_image=icon)
    st.html(ROOT / "app" / "frame.css")
    run = run_picker(name_of(page))
    with st.sidebar, st.container(horizontal=True, vertical_alignment="center", key="frame_help"):
        tour.button(run)
        keys()
    tour.show(run, name_of(page))
    if run is not None and page.title not in NEED_A_WHOLE_RUN:
        aside(run)
    if run is None and page.title in NEED_A_RUN:
        no_run(listed["Run"][0])
        return
    if run is not None and run.status == "broken" and page.title in NEED_A_WHOLE_RUN:
        broken_run(run)
        return
    if run is not None and page.title in STAND_STILL:
        running_notice(run)
    page.run()


show()
