"""The script behind every page: the page list, the sidebar's run picker, then the page itself."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # Streamlit puts only this script's own folder on the path
    sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402
from streamlit.navigation.page import StreamlitPage  # noqa: E402

from app.widgets.run_picker import broken_run, no_run, run_picker  # noqa: E402

# group → (file in pages/, title, icon, whether it shows a run's scores and so needs one)
PAGES = {
    "Inspect": [
        ("overview", "Overview", "dashboard", True),
        ("browse", "Browse", "grid_view", True),
        ("scores", "Scores", "balance", True),
        ("trajectories", "Trajectories", "timeline", True),
    ],
    "Plan": [("pacing", "Pacing", "speed", False)],
    "Run": [("train", "Train", "model_training", False), ("score", "Score", "fact_check", False)],
}


def pages() -> dict[str, list[StreamlitPage]]:
    """Group → pages, for the navigation."""
    return {
        group: [
            st.Page(ROOT / "pages" / f"{name}.py", title=title, icon=f":material/{icon}:", default=name == "overview")
            for name, title, icon, _ in members
        ]
        for group, members in PAGES.items()
    }


def show() -> None:
    """Draw the frame and the page asked for."""
    icon = str(ROOT / "app" / "icon.svg")
    st.set_page_config(
        page_icon=icon, layout="wide"
    )  # before the navigation, which would fetch an icon from the network
    listed = pages()
    page = st.navigation(listed)
    st.set_page_config(page_title=f"{page.title} · BSS Lens")
    st.logo(str(ROOT / "app" / "logo.svg"), size="large", icon_image=icon)
    run = run_picker()
    needs_run = page.title in {title for members in PAGES.values() for _, title, _, needs in members if needs}
    if needs_run and run is None:
        no_run(listed["Run"][0])
    elif needs_run and run.status == "broken":
        broken_run(run)
    else:
        page.run()


show()
