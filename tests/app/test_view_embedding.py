"""The map page: computing a map, showing it, picking a sample, marking a region, and what is said when it cannot."""

import shutil
from types import SimpleNamespace

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from app import data, data_maps, roots
from app.style import MODALITIES
from app.views import embedding_jobs, embedding_map, embedding_neighbours
from app.widgets import region_panel
from bss_core.commands_maps import embed
from bss_core.errors import RunError
from bss_core.evaluations import scores_path
from bss_core.jobs import new_embedding_job
from bss_core.maps.requests import MapRequest, checked_request, map_path
from tests.app.pages import marks_of, said
from tests.score_tables import some_predictions, some_run, write_some

PAGE = """
import streamlit as st
from pathlib import Path
from app.views import embedding
root = Path(embedding.__file__).parents[2] / "pages"
others = [st.Page(root / f"{name}.py") for name in ("browse", "trajectories")]
st.navigation([st.Page(embedding.show, title="Map", default=True), *others]).run()
"""


@pytest.fixture
def run(tmp_path):
    return some_run(tmp_path, evaluations=3, n=40)


@pytest.fixture
def mapped(run):
    """The run with the map of its latest probabilities."""
    embed(run.folder, {"of": "probabilities"}, "cpu")
    return run


def page(run, monkeypatch, **session):
    monkeypatch.setenv(roots.VARIABLE, str(run.folder.parent))
    data.forget()
    test = AppTest.from_string(PAGE, default_timeout=30)
    for key, value in session.items():
        test.session_state[key] = value
    test.run()
    assert not test.exception, test.exception
    return test


@pytest.fixture
def cards(monkeypatch):
    """The ids and captions that the galleries were given; nothing is picked."""
    shown = {}

    def gallery(cards, key, selected=None, label=""):
        shown[key] = {card["sample_id"]: card["caption"] for card in cards}
        return selected

    for module in (embedding_neighbours, region_panel):
        monkeypatch.setattr(module, "gallery", gallery)
    return shown


def test_no_run(tmp_path, monkeypatch):
    monkeypatch.setenv(roots.VARIABLE, str(tmp_path))
    assert "There is no run yet" in said(AppTest.from_string(PAGE, default_timeout=30).run())


def test_a_map_that_is_not_there_is_offered_and_started(run, monkeypatch):
    started = []

    def start(run, request):
        started.append(request)
        return new_embedding_job(run, request, "auto")

    monkeypatch.setattr(embedding_jobs, "start_embedding", start)
    test = page(run, monkeypatch)
    assert "There is no map of this yet" in said(test)
    test.button(key="embedding.start").click().run()
    assert not test.exception
    assert started == [MapRequest("probabilities", "pca", "train", evaluation=2)]
    assert test.subheader[0].value == "Map: Probabilities of evaluation 2, train, PCA"
    assert "There is no map of this yet" not in said(test)
    assert "embedding.start" not in [button.key for button in test.button]


def test_an_error_at_the_start_is_one_sentence(run, monkeypatch):
    def refuse(run, request):
        raise RunError("The disk is full.")

    monkeypatch.setattr(embedding_jobs, "start_embedding", refuse)
    test = page(run, monkeypatch)
    test.button(key="embedding.start").click().run()
    assert [item.value for item in test.error] == ["The disk is full."]


def test_a_job_that_failed_says_why(run, monkeypatch):
    state = new_embedding_job(run, checked_request(run, "probabilities"), "auto")
    state.update(status="failed", error="No space left.")
    test = page(run, monkeypatch, embedding_followed=str(state.path))
    assert "No space left." in said(test)
    assert test.button(key="embedding.start")


def test_without_umap_its_package_is_named_and_nothing_can_be_started(run, monkeypatch):
    monkeypatch.setattr(embedding_jobs, "has_umap", lambda: False)
    test = page(run, monkeypatch, page_choices={"map_method": "umap"})
    assert "pip install umap-learn" in said(test)
    assert not test.button


def test_the_map_is_drawn_with_how_many_of_how_many(mapped, monkeypatch):
    test = page(mapped, monkeypatch)
    assert len(test.get("plotly_chart")) == 1
    assert "40 of 40 samples of the map shown." in said(test)
    assert "9 numbers per sample. The plane shows" in said(test)
    assert "Pick a sample on the map." in said(test)


@pytest.mark.parametrize("colour", ["band", "label", "modality", "correct", "change"])
@pytest.mark.parametrize("most", [5000, 10])
def test_every_colour_is_drawn_for_few_and_for_many(mapped, monkeypatch, colour, most):
    monkeypatch.setattr(embedding_map, "MOST_POINTS", most)
    test = page(mapped, monkeypatch, page_choices={"map_colour": colour})
    assert not test.error
    assert len(test.get("plotly_chart")) == 1
    assert ("more than 10" in said(test)) == (most == 10)


def test_a_click_selects_its_sample_and_shows_its_neighbours(mapped, monkeypatch, cards):
    monkeypatch.setattr(embedding_map, "draw", lambda *_: {})
    clicked = {"selection": {"points": [{"customdata": ["x-07", "", 0.1]}]}}
    test = page(mapped, monkeypatch, embedding_map_pick=clicked)
    assert test.query_params["sample"] == "x-07"
    near = data_maps.neighbours(mapped, checked_request(mapped, "probabilities"), "x-07")
    assert list(cards["embedding_neighbours"]) == ["x-07", *near["sample_id"]]
    captions = list(cards["embedding_neighbours"].values())
    assert captions[0].startswith("the selected sample · ")
    assert captions[1].startswith(f"distance {near['distance'][0]:.3g} · ")
    assert "of its 12 nearest neighbours are of its class" in said(test)


def test_a_marked_region_shows_exactly_its_samples(mapped, monkeypatch, cards):
    monkeypatch.setattr(embedding_map, "draw", lambda *_: {"box": [{"x": [-0.4, 0.3], "y": [0.5, -0.5]}]})
    test = page(mapped, monkeypatch, embedding_mouse="Box")
    table = pd.read_parquet(map_path(mapped, checked_request(mapped, "probabilities")))
    inside = table[table["x"].between(-0.4, 0.3) & table["y"].between(-0.5, 0.5)]["sample_id"]
    assert 0 < len(inside) < 25
    assert set(cards["embedding_region_cards"]) == set(inside)
    assert f"**{len(inside)} of 40 samples in the region**" in said(test)


def test_a_region_without_samples(mapped, monkeypatch, cards):
    monkeypatch.setattr(embedding_map, "draw", lambda *_: {"box": [{"x": [90, 91], "y": [90, 91]}]})
    test = page(mapped, monkeypatch, embedding_mouse="Box")
    assert "**0 of 40 samples in the region**" in said(test)
    assert test.button(key="embedding_region_select").disabled
    assert cards == {}


def test_the_selection_of_browse_can_narrow_the_map(mapped, monkeypatch):
    monkeypatch.setenv(roots.VARIABLE, str(mapped.folder.parent))
    test = AppTest.from_string(PAGE, default_timeout=30)
    test.query_params["class"] = "1"
    test.run()
    assert not test.exception
    count = int((some_predictions().labels == 1).sum())
    assert f"{count} of 40 samples of the map shown." in said(test)
    test.segmented_control(key="show").set_value("all").run()
    assert "40 of 40 samples of the map shown." in said(test)


@pytest.mark.parametrize(("by", "address"), [("modality", "dominant"), ("correct", "correct")])
def test_a_selection_does_not_change_what_a_colour_means(mapped, monkeypatch, by, address):
    monkeypatch.setenv(roots.VARIABLE, str(mapped.folder.parent))
    test = AppTest.from_string(PAGE, default_timeout=30)
    test.session_state["page_choices"] = {"map_colour": by, "show": "all"}
    test.query_params[address] = "text"
    everything = marks_of(test.run(), 0)
    test.segmented_control(key="show").set_value("selected").run()
    assert len(everything) > 1
    assert marks_of(test, 0) == {"text": everything["text"]} == {"text": MODALITIES[1]}


def test_an_evaluation_of_other_samples_gives_no_colours(mapped, monkeypatch):
    (mapped.folder / "checkpoints").mkdir()
    request = MapRequest("multimodal", "pca", "test", checkpoint="best")
    monkeypatch.setattr("app.views.embedding.map_choice", lambda run, about: request)
    about = SimpleNamespace(request=request, variance=(0.5, 0.2), origin={"epoch": 1}, dimensions=9, skipped=0)
    monkeypatch.setattr(data_maps, "current", lambda run, request: about)
    monkeypatch.setattr(data_maps, "sizes", lambda run, request, number, selection: (0, 12))
    test = page(mapped, monkeypatch)
    assert "Evaluation 2 scored the train split, the map is of the test split" in said(test)
    assert not test.get("plotly_chart")


def test_a_sample_that_the_map_does_not_have(mapped, monkeypatch):
    monkeypatch.setenv(roots.VARIABLE, str(mapped.folder.parent))
    test = AppTest.from_string(PAGE, default_timeout=30)
    test.query_params["sample"] = "<b>gone</b>"
    test.run()
    assert not test.exception
    assert "This map does not have the sample" in said(test)


def test_a_stale_map_is_offered_again(mapped, monkeypatch):
    write_some(mapped.folder, 2, some_predictions(2, 30))
    assert "There is no map of this yet" in said(page(mapped, monkeypatch))


def test_a_damaged_score_table_is_one_sentence(mapped, monkeypatch):
    whole = scores_path(mapped.folder, 2).read_bytes()
    scores_path(mapped.folder, 2).write_bytes(whole[:4] + b"\0" * (len(whole) // 2) + whole[4 + len(whole) // 2 :])
    test = page(mapped, monkeypatch)
    assert len(test.error) == 1
    assert "cannot be read" in test.error[0].value


def test_the_data_set_gone(mapped, monkeypatch, cards):
    shutil.rmtree(mapped.data)
    monkeypatch.setenv(roots.VARIABLE, str(mapped.folder.parent))
    test = AppTest.from_string(PAGE, default_timeout=30)
    test.query_params["sample"] = "x-03"
    test.run()
    assert not test.exception
    assert "is no longer in" in said(test)
    assert len(cards["embedding_neighbours"]) == 13
