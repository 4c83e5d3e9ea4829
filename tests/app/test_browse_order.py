"""The order in which Browse goes through samples: places in groups, and when a page that was turned to holds."""

from dataclasses import replace

import pytest
import streamlit as st

from app import data
from app.views import browse_choices, browse_order
from app.views.browse_order import Order, current_page
from bss_core.selection import Selection
from tests.score_tables import some_run


@pytest.fixture
def order(tmp_path):
    data.forget()
    return Order(some_run(tmp_path), 1, Selection(), "balance_score", False, size=15)


@pytest.mark.parametrize("group", ["", "class", "band"])
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("block", [480, 40, 7, 1])
def test_a_place_is_that_on_the_pages_in_groups_too(order, group, descending, block, monkeypatch):
    monkeypatch.setattr(browse_order, "_BLOCK", block)
    asked = replace(order, group=group, descending=descending)
    ids = [name for number in (1, 2, 3) for name in asked.rows(number)["sample_id"]]
    assert [asked.place(name) for name in ids] == [*range(40)]
    assert [asked.at(place) for place in (-1, 0, 39, 40)] == [None, ids[0], ids[39], None]
    assert asked.rows(2, 2)["sample_id"].tolist() == ids[15:]
    assert [asked.pages(count) for count in (0, 1, 15, 16, 40)] == [0, 1, 1, 2, 3]


def test_a_page_turned_to_holds_until_the_order_changes_or_it_is_gone(order, monkeypatch):
    monkeypatch.setattr(st, "session_state", {})
    turned = [browse_choices.Choices(page=2)]
    monkeypatch.setattr(browse_choices, "now", lambda: turned[0])
    monkeypatch.setattr(browse_choices, "change", lambda **to: turned.append(replace(turned.pop(), **to)))
    first, last = order.at(0), order.at(39)
    assert [current_page(order, None, 40), current_page(order, last, 40)] == [2, 2]
    other = replace(order, descending=True)
    assert (current_page(other, None, 40), turned[0].page) == (1, 0)
    assert [current_page(other, first, 40), current_page(other, last, 40)] == [3, 1]
    turned[0] = browse_choices.Choices(page=3)
    assert (current_page(other, None, 40), current_page(other, None, 30), turned[0].page) == (3, 1, 0)
