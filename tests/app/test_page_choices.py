"""Choices of one page: by their names in the address, kept across pages, and only what is offered."""

from tests.app.pages import opened_at


def script():
    import streamlit as st

    from app import page_choices

    names = {"band": "Band", "label": "Class"}
    st.segmented_control(
        "Colour by", names, required=True, format_func=names.get, on_change=page_choices.choose,
        key=page_choices.addressed("map_colour", names, "band"), args=("map_colour", "band"),
    )  # fmt: skip
    st.selectbox(
        "Since", [0, 11], key=page_choices.addressed("map_since", [0, 11], 0), on_change=page_choices.choose,
        args=("map_since", 0),
    )  # fmt: skip
    st.session_state["of_the_map"] = page_choices.address("map")


def opened(**parameters):
    return opened_at(script, **{"run": "some-1", **parameters})


def checked(app):
    assert not app.exception
    return app


def asked(app):
    return {name: words for name, words in dict(app.query_params).items() if words and name != "run"}


def test_the_address_holds_the_option_s_own_name_and_no_default():
    app = opened()
    assert asked(app) == {}
    checked(app.segmented_control[0].set_value("label").run())
    checked(app.selectbox[0].set_value(11).run())
    assert asked(app) == {"map_colour": "label", "map_since": "11"}
    assert app.session_state["of_the_map"] == {"map_colour": "label", "map_since": "11"}
    checked(app.segmented_control[0].set_value("band").run())
    assert list(asked(app)) == ["map_since"]


def test_an_address_chooses_and_what_is_not_offered_is_left_out():
    app = opened(map_colour="label", map_since="<b>7</b>")
    assert (app.segmented_control[0].value, app.selectbox[0].value) == ("label", 0)
    assert list(asked(app)) == ["map_colour"]
    assert opened(map_colour="Class").segmented_control[0].value == "band"


def test_a_choice_survives_a_change_of_page_which_empties_the_address():
    app = opened(map_colour="label")
    app.query_params.clear()
    checked(app.run())
    assert app.segmented_control[0].value == "label"


def test_a_link_that_says_nothing_of_a_choice_means_its_default(monkeypatch):
    monkeypatch.setattr("app.followed._LATE", 0)  # as if the test had waited
    app = opened(map_colour="label")
    del app.query_params["map_colour"]
    checked(app.run())
    assert app.segmented_control[0].value == "band"
