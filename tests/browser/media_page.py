"""A page with the media of two samples, served by the tests; a button runs the script again without changing them."""

import streamlit as st

from app.roots import roots
from app.widgets.sample_media import sample_media
from bss_core.runs import open_run
from tests.media_samples import long_text

st.set_page_config(layout="wide")
run = open_run(roots()[0] / "everything")
number = st.radio("Sample", range(4), horizontal=True)
runs = st.session_state["runs"] = st.session_state.get("runs", 0) + 1
st.button("Again")
st.write(f"sample {number}, run {runs}")
left, right = st.columns([2, 1])
with left:
    sample_media(run, {"sample_id": f"s{number}", "words": long_text(number)}, ("left", "right")[number % 2])
with right:
    sample_media(run, {"sample_id": "s0", "words": "Short."}, "left", key="other")
