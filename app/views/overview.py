"""The Overview page: which runs there are, and how the chosen one went."""

import streamlit as st

from app.state import all_runs, chosen_run
from app.views import overview_details, overview_live, overview_results, overview_runs, tour
from bss_core.errors import BSSError
from bss_core.runs import Run

__all__ = ["show"]


def show() -> None:
    """Draw the page."""
    st.title("Overview", anchor=False)
    st.caption("Every run in the folders this app was started with, and how the chosen one learned.")
    run = chosen_run()
    if run is None:
        st.info("There is no run yet. Start one on the Train page.", icon=":material/model_training:")
        return
    tour.offer(run)
    overview_runs.show(list(all_runs().values()), run)
    if run.status == "broken":
        st.subheader(run.id, anchor=False)
        st.error(run.error, icon=":material/broken_image:")
        st.write(f"Its folder is `{run.folder}`. Choose another run in the table above or in the sidebar.")
        return
    try:
        _chosen(run)
    except BSSError as error:
        st.error(str(error), icon=":material/broken_image:")


def _chosen(run: Run) -> None:
    overview_details.header(run)
    if run.is_active:
        overview_live.progress(run)
    else:
        overview_live.outcome(run)
    overview_results.show(run)
    overview_details.show(run)
