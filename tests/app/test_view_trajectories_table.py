"""The Trajectories page's table: pages, orders, courses and the click on a row, against pandas."""

import pandas as pd
import pytest
import streamlit as st

from app.views.trajectories_table import PAGE
from app.widgets import course_table
from bss_core.evaluations import scores_path
from bss_core.selection import Selection
from tests.app.pages import drawn, open_page, said
from tests.score_tables import some_run

TRAINED = 105  # of 140 samples three of four


@pytest.fixture
def run(tmp_path):
    return some_run(tmp_path, evaluations=3, n=140)


def opened(run, monkeypatch, **choices):
    return open_page("trajectories", run.folder.parent, monkeypatch, page_choices={"view": "table", **choices})


def table(page):
    """The rows of the table; the movers' tables stand below it."""
    return next(item.value for item in page.dataframe if item.key.startswith("trajectories_table_"))


def expected(run, column, descending):
    """All samples with a course in an order, by pandas."""
    rows = pd.read_parquet(run.folder / "dynamics.parquet").sort_values("sample_id")
    return rows.sort_values(column, ascending=not descending, kind="stable", na_position="last")


def course(run, sample_id):
    """Its scores in the score tables, by evaluation."""
    tables = [pd.read_parquet(scores_path(run.folder, number)).set_index("sample_id") for number in range(3)]
    return [float(rows.loc[sample_id, "balance_score"]) for rows in tables]


def test_a_page_is_at_most_fifty_samples_with_their_courses(run, monkeypatch):
    page = opened(run, monkeypatch)
    found, wanted = table(page), expected(run, "slope", True).head(PAGE)
    assert f"Samples 1 to {PAGE} of {TRAINED}, with their courses over 3 evaluations." in said(page)
    assert f"{140 - TRAINED} more are no training samples" in said(page)
    assert found["sample"].tolist() == wanted["sample_id"].tolist()
    for name, column in {"first": "first_score", "last": "last_score", "slope": "slope"}.items():
        assert found[name].tolist() == pytest.approx(wanted[column].tolist())
    for row in (0, 7, PAGE - 1):
        assert list(found["course"][row]) == pytest.approx(course(run, found["sample"][row]))


def test_every_page_can_be_turned_to_and_is_in_the_address(run, monkeypatch):
    page, wanted = opened(run, monkeypatch), expected(run, "slope", True)["sample_id"].tolist()
    page.pagination[0].set_value(3)
    drawn(page)
    assert page.query_params["table_page"] in ("3", ["3"])
    assert f"Samples 101 to {TRAINED} of {TRAINED}" in said(page)
    assert table(page)["sample"].tolist() == wanted[100:]
    page.pagination[0].set_value(2)
    drawn(page)
    assert table(page)["sample"].tolist() == wanted[50:100]


@pytest.mark.parametrize(
    ("order", "column", "name"),
    [
        ("variance", "variance", "variance"),
        ("change", "change", "change from first to last"),
        ("first_crossing", "first_crossing", "first change of band"),
        ("forgetting", "forgetting", "times forgotten"),
        ("balance_score", "last_score", "last"),
    ],
)
@pytest.mark.parametrize("way", ["highest", "lowest"])
def test_another_order_begins_with_its_first_page(run, monkeypatch, order, column, name, way):
    page = opened(run, monkeypatch, table_page="2")
    assert "Samples 51 to 100" in said(page)
    page.selectbox(key="heat_sort").set_value(order)
    page.segmented_control(key="heat_order").set_value(way)
    drawn(page)
    wanted = expected(run, column, way == "highest").head(PAGE)
    assert "Samples 1 to 50" in said(page)
    assert "table_page" not in page.query_params
    assert table(page)["sample"].tolist() == wanted["sample_id"].tolist()
    assert table(page)[name].fillna(-9).tolist() == pytest.approx(wanted[column].fillna(-9).tolist())


def test_the_heat_map_keeps_the_order_of_the_table(run, monkeypatch):
    page = opened(run, monkeypatch)
    page.selectbox(key="heat_sort").set_value("variance").run()
    page.segmented_control(key="view").set_value("heat").run()
    assert page.selectbox(key="heat_sort").value == "variance"


def test_an_address_opens_a_page_in_an_order(run, monkeypatch):
    page = opened(run, monkeypatch)
    for name, value in {"heat_sort": "variance", "heat_order": "lowest", "table_page": "2"}.items():
        page.query_params[name] = value
    drawn(page)
    assert table(page)["sample"].tolist() == expected(run, "variance", False)["sample_id"].tolist()[50:100]


@pytest.mark.parametrize("word", ["4", "0", "-1", "x", "9" * 12, "²"])
def test_a_page_that_is_none_is_the_first(run, monkeypatch, word):
    assert "Samples 1 to 50" in said(opened(run, monkeypatch, table_page=word))


def test_other_samples_begin_with_their_first_page(run, monkeypatch):
    page = opened(run, monkeypatch, table_page="2")
    page.query_params["history"] = "variance:0.01..9"
    drawn(page)
    rows = expected(run, "slope", True)
    wanted = rows.loc[rows["variance"] >= 0.01, "sample_id"].tolist()
    assert PAGE < len(wanted) < TRAINED
    assert f"Samples 1 to {PAGE} of {len(wanted)}" in said(page)
    assert table(page)["sample"].tolist() == wanted[:PAGE]


def test_a_ticked_row_selects_its_sample_on_all_pages(run, monkeypatch):
    real, done = st.dataframe, []

    def ticked(rows, **more):
        if more["key"].startswith("trajectories_table_") and not done:
            done.append(rows["sample"][4])
            st.session_state[more["key"]] = {"selection": {"rows": [4], "columns": [], "cells": []}}
            more["on_select"]()
        return real(rows, **more)

    monkeypatch.setattr(course_table.st, "dataframe", ticked)
    page = opened(run, monkeypatch, table_page="2")
    assert done == [expected(run, "slope", True)["sample_id"].iloc[54]]
    assert page.session_state["shared_choices"].sample == done[0]
    assert page.session_state["shared_choices"].selection == Selection()


def test_nothing_to_show_is_one_sentence(run, monkeypatch):
    page = opened(run, monkeypatch)
    page.pills(key="filter_courses").set_value(["never-balanced", "fell-back"]).run()
    assert "there is no course to show" in said(page)


def test_without_a_summary_of_the_courses_it_says_so(run, monkeypatch):
    (run.folder / "dynamics.parquet").unlink()
    page = opened(run, monkeypatch)
    assert not page.error
    assert "keeps no summary of its samples' courses, by which the table is sorted" in said(page)
    assert not page.dataframe
