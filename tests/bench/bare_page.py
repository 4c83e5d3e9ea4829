"""What the framework itself needs for the inspector's gestures: an empty page, a button, a map to brush."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

st.title("Bare")
if st.button("Turn"):
    st.session_state["turns"] = st.session_state.get("turns", 0) + 1
st.text(f"turned {st.session_state.get('turns', 0)} times")
figure = go.Figure(go.Heatmap(z=np.arange(6400).reshape(80, 80)))
figure.update_layout(dragmode="select")
drawn = st.plotly_chart(figure, key="map", on_select="rerun", selection_mode="box")
st.text(f"box {drawn['selection'].get('box') or 'none'}")
