"""Forms drawn from option fields: the right widget with the right bounds, and values that stay within them."""

from dataclasses import dataclass

import pytest
from streamlit.testing.v1 import AppTest

from app.widgets.options_form import label
from bss_core.config import Option, option


@dataclass
class Everything:
    """One option of every sort."""

    lambda_0: float = option(0.1, "share of the first pool, λ₀", above=0.0, max=1.0, paper="0.1")
    alpha: float = option(0.5, "weight, α", min=0.0, max=1.0)
    weight_decay: float = option(0.0001, "pull towards zero", min=0.0, max=1.0)
    learning_rate: float = option(0.002, "step size", above=0.0, max=10.0)
    t_grow: int = option(40, "epochs until all are in, T_grow", min=1, unit="epochs")
    image_size: int = option(64, "side", min=16, max=1024, unit="px")
    replacement: bool = option(True, "whether again")
    name: str = option("ViT", "the model's name")
    optimizer: str = option("adamw", "how weights move", choices=("adamw", "sgd"))
    preset: str = option("paper", "nothing to choose", choices=("paper",))
    encoders: dict = option({}, "not for a form")


def script():
    import streamlit as st

    from app.widgets.options_form import options_form, show_values
    from tests.app.test_options_form import Everything

    if given := st.session_state.pop("given", None):
        show_values(Everything, "form", given)
    st.session_state["entered"] = options_form(
        Everything, "form", st.session_state.get("first"), st.session_state.get("without", ())
    )


def drawn(**session):
    app = AppTest.from_function(script, default_timeout=30)
    for name, value in session.items():
        app.session_state[name] = value
    app.run()
    return app


def test_every_sort_has_its_widget():
    app = drawn()
    assert not app.exception
    assert {item.key for item in app.slider} == {"form.lambda_0", "form.alpha"}
    numbers = {"form.weight_decay", "form.learning_rate", "form.t_grow", "form.image_size"}
    assert {item.key for item in app.number_input} == numbers
    assert [item.key for item in app.toggle] == ["form.replacement"]
    assert [item.key for item in app.text_input] == ["form.name"]
    assert [item.key for item in app.selectbox] == ["form.optimizer"]


def test_values_are_the_defaults_in_their_types():
    entered = drawn().session_state["entered"]
    expected = {item: default for item, default in Everything.__dict__.items() if item in entered}
    assert entered == expected
    assert {type(entered["t_grow"]), type(entered["weight_decay"])} == {int, float}


def test_bounds_and_help_come_from_the_field():
    app = drawn()
    size = app.number_input(key="form.image_size")
    assert (size.min, size.max, size.step) == (16, 1024, 1)
    assert size.help == "side · unit: px · ≥ 16 and ≤ 1024"
    assert (app.slider(key="form.lambda_0").min, app.slider(key="form.alpha").min) == (0.01, 0.0)
    assert app.slider(key="form.lambda_0").help.endswith("paper: 0.1")


def test_excluded_options_and_other_first_values():
    app = drawn(first={"alpha": 0.75}, without=("name", "t_grow"))
    assert app.slider(key="form.alpha").value == 0.75
    assert {"name", "t_grow"}.isdisjoint(app.session_state["entered"])


def test_shown_values_replace_what_was_entered():
    app = drawn()
    app.slider(key="form.alpha").set_value(0.2).run()
    app.session_state["given"] = {"alpha": 0.9, "lambda_0": 0.005, "replacement": False, "unknown": 1}
    app.run()
    assert not app.exception
    entered = app.session_state["entered"]
    assert (entered["alpha"], entered["lambda_0"], entered["replacement"]) == (0.9, 0.005, False)


def test_shown_values_are_checked():
    app = drawn(given={"alpha": 2.0})
    assert "alpha = 2.0 is out of range" in app.exception[0].message


@pytest.mark.parametrize(
    ("name", "help", "unit", "expected"),
    [
        ("lambda_0", "share of the first pool, λ₀", "", "Lambda 0 (λ₀)"),
        ("t_grow", "epochs until all are in, T_grow", "epochs", "T_grow"),
        ("image_size", "side of the images", "px", "Image size (px)"),
        ("epochs", "length of the run", "epochs", "Epochs"),
        ("seed", "seed of weights, order and augmentation", "", "Seed"),
    ],
)
def test_labels(name, help, unit, expected):
    assert label(Option(name, int, 1, help, unit=unit)) == expected
