"""A page with the gallery and the player alone, served by the tests."""

import streamlit as st

from app.urls import media_url, thumb_url
from app.widgets.gallery import Card, gallery
from app.widgets.player import player


def card(number: int) -> Card:
    sample_id = f"tiny-{number:02d}"
    band = ("balanced", "semi-balanced", "imbalanced")[number % 3]
    return {
        "sample_id": sample_id,
        "thumb": thumb_url("first", sample_id if number else "absent", "image"),
        "value": f"{number / 12:.2f}",
        "measure": "balance score",
        "band": band,
        "label": "low red",
        "predicted": "high blue" if number == 1 else "low red",
        "caption": f"<b>thing</b> number {number}",
        "audio": media_url("first", sample_id, "audio"),
    }


st.set_page_config(layout="wide")
picked = gallery([card(number) for number in range(12)], key="cards", selected="tiny-01")
st.write(f"picked {picked}")
player("first", picked, "audio", key="player")
