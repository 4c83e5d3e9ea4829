"""What the address of a saved view and a copied link hold: all that the page shows, and nothing of anybody else's."""

import pytest
import streamlit as st

from app import selection_state
from app.views.saved_views import address, link_parameters
from app.widgets.copy_link import said_afresh
from bss_core import annotations
from tests.score_tables import some_run

PAGES = ("browse", "map", "scores", "trajectories")
SHARED = [
    ("tag", "odd"), ("tag", "it's & that"), ("region", "best-train-multimodal-pca:0,0;1,0;1,1"), ("band", "imbalanced"),
    ("th", "0.1..0.5"), ("sample", "x-1"),
]  # fmt: skip
STRANGE = [("run", "other"), ("tour", "3"), ("evil", "2")]


class Query:
    """The parameters of an address as Streamlit gives them."""

    def __init__(self, pairs):
        self.pairs = pairs

    def __iter__(self):
        return iter(dict(self.pairs))

    def get_all(self, name):
        return [value for key, value in self.pairs if key == name]


@pytest.fixture
def shows(monkeypatch):
    """``shows(pairs)``: the page's address holds these parameters."""
    return lambda pairs: monkeypatch.setattr(st, "query_params", Query(pairs))


@pytest.mark.parametrize(
    ("page", "own"),
    [
        ("browse", [("group", "class"), ("per", "60")]),
        ("scores", [("map_colour", "label")]),
        ("trajectories", [("view", "heat"), ("heat_sort", "slope")]),
        ("map", [("map_of", "probabilities"), ("map_method", "umap")]),
    ],
)
def test_a_view_keeps_tags_regions_and_what_is_the_page_s_own(tmp_path, shows, page, own):
    run, foreign = some_run(tmp_path, evaluations=1), [("nobody", "1")]
    shows([*SHARED, *own, *STRANGE, *foreign])
    annotations.save_view(run.folder, "mine", address(page), PAGES)
    (view,) = annotations.list_views(run.folder, PAGES)
    assert (view.page, view.problem) == (page, "")
    assert sorted(link_parameters(run, view)) == sorted([("run", "some-1"), *SHARED, *own])


def test_a_view_opened_from_another_page_keeps_its_own_page_s_parameters(tmp_path):
    run = some_run(tmp_path, evaluations=1)
    annotations.save_view(run.folder, "laid out", "map?map_method=UMAP&heat_sort=slope", PAGES)
    (view,) = annotations.list_views(run.folder, PAGES)
    assert link_parameters(run, view) == [("run", "some-1"), ("map_method", "UMAP")]


@pytest.mark.parametrize(("number", "said"), [(2, {"run": "some-1", "k": "2"}), (None, {"run": "some-1"})])
def test_a_copied_link_says_what_the_address_may_leave_out(tmp_path, monkeypatch, number, said):
    run = some_run(tmp_path, evaluations=1)
    monkeypatch.setattr(selection_state, "evaluation", lambda _: number)
    assert said_afresh(run) == said
