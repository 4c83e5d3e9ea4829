"""The Train page's form: presets, options that count only with others, and the parts of the score."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.roots import VARIABLE
from bss_core.training_options import PRESETS

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def app(tmp_path, monkeypatch, tiny_data):
    """The page with the tiny data set and no run."""
    folder = tmp_path / "runs"
    folder.mkdir()
    monkeypatch.setenv(VARIABLE, str(folder))
    page = AppTest.from_file(ROOT / "app" / "main.py", default_timeout=60)
    page.session_state["train.data"] = str(tiny_data)
    page.switch_page("../pages/train.py").run()
    assert not page.exception
    return page


def test_a_preset_fills_the_form_for_the_scheduler_chosen(app):
    app.selectbox(key="train.scheduler").set_value("heuristic").run()
    app.selectbox(key="train.preset").set_value("author-code/crema_d").run()
    assert not app.exception
    assert app.number_input(key="train.main.epochs").value == 120
    assert app.slider(key="train.main.alpha").value == 0.9
    assert app.selectbox(key="train.main.prediction_rule").value == "sum_unimodal"
    assert app.slider(key="train.measure.loss_alpha").value == 0.9
    assert app.number_input(key="train.heuristic.pacing_offset").value == 1
    assert any("biased" in item.value for item in app.warning)
    assert any("changed from the defaults" in item.label for item in app.expander)
    app.selectbox(key="train.preset").set_value("paper").run()
    assert app.number_input(key="train.main.epochs").value == 12
    assert app.number_input(key="train.heuristic.pacing_offset").value == 0


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_can_be_chosen(app, name):
    app.selectbox(key="train.preset").set_value(name).run()
    assert not app.exception
    assert not app.error


def test_options_that_do_nothing_are_not_asked_for(app):
    app.selectbox(key="train.scheduler").set_value("heuristic").run()
    asked = {item.key for item in app.number_input}
    assert "train.heuristic.root" in asked
    assert "train.heuristic.pacing_steps" not in asked
    app.selectbox(key="train.heuristic.pacing").set_value("step").run()
    asked = {item.key for item in app.number_input}
    assert "train.heuristic.root" not in asked
    assert "train.heuristic.pacing_steps" in asked


def test_a_score_of_nothing_is_refused_in_one_sentence(app):
    app.selectbox(key="train.measure.similarity").set_value("none").run()
    assert not app.error
    app.selectbox(key="train.measure.difficulty").set_value("none").run()
    assert "choose at least one of them" in app.error[0].value
    assert app.button(key="train.start").disabled
