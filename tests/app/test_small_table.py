"""Tables of a few lines: what they say stands in cells with names, and nothing of a name is read as HTML."""

from html.parser import HTMLParser

import pandas as pd
import pytest
import streamlit as st

from app.widgets import sample_facts
from app.widgets.small_table import small_table


class Cells(HTMLParser):
    """Cells of a table as (tag, scope, text)."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        if tag in ("th", "td"):
            self.found.append([tag, dict(attributes).get("scope", ""), ""])

    def handle_data(self, text):
        if self.found:
            self.found[-1][2] += text


def test_the_first_column_names_the_rows_and_the_head_the_columns():
    found = Cells(small_table("T", {"a": "", "b": ""}, [["x", "1"]])).found
    assert found == [["th", "col", "a"], ["th", "col", "b"], ["th", "row", "x"], ["td", "", "1"]]


def test_titles_names_and_helps_are_no_html():
    made = small_table("<i>t</i>", {'"><script>': '"><script>'}, [])
    assert "<script" not in made
    assert "<i>" not in made


@pytest.mark.parametrize("has_shapley", [True, False])
def test_the_facts_of_a_sample_are_read_as_they_stand(monkeypatch, has_shapley):
    shown = []
    monkeypatch.setattr(st, "html", shown.append)
    row = {"dominant_modality": "image", "correct_modalities": "image", "agreement": 0.0, "balance_score": 0.1}
    for head, value in (("<b>image", 0.25), ("multimodal", 1.0)):
        row |= {f"predicted_{head}": 0, f"confidence_{head}": value, f"margin_{head}": -value}
        row |= {f"shapley_{head}": 0.125 if has_shapley and head != "multimodal" else float("nan")}
    sample_facts.facts(row)
    told = [text for _, _, text in Cells(shown[0]).found]
    wanted = {"head": ["<b>image", "multimodal"], "confidence": ["0.250", "1.000"], "margin": ["−0.250", "−1.000"]}
    wanted |= {"Shapley value": ["0.125", ""]} if has_shapley else {}
    assert told == [*wanted, *pd.DataFrame(wanted).to_numpy().ravel()]
