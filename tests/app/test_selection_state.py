"""The shared selection in session and address: set, reload, follow a link, change the page, hostile addresses."""

import pytest
from streamlit.runtime.state.query_params import QueryParams

from app import followed, selection_state
from app.roots import VARIABLE
from bss_core.lasso import Lasso
from bss_core.selection import Selection
from tests.app.pages import opened_at
from tests.score_tables import some_predictions, some_run, write_some


def script():
    import streamlit as st

    from app import selection_state as state
    from app.state import chosen_run
    from app.widgets.bound import change
    from bss_core.selection import Selection

    run = chosen_run()
    imbalanced = Selection(bands=("imbalanced",), thresholds=(0.1, 0.5))
    st.button("imbalanced", key="set", on_click=lambda: state.set_selection(imbalanced))
    st.session_state["filter_text"] = "owl"
    st.button("owl", key="owl", on_click=change, args=("text", str))
    st.button("clear", key="clear", on_click=state.clear)
    if state.can_undo():
        st.button("undo", key="undo", on_click=state.undo)
    st.button("sample", key="sample", on_click=lambda: state.select_sample("x-07"))
    st.button("evaluation", key="evaluation", on_click=lambda: state.set_evaluation(1))
    st.button("thresholds", key="thresholds", on_click=lambda: state.set_thresholds(-0.5, 0.5))
    st.session_state["seen"] = {
        "selection": state.selection(run), "evaluation": state.evaluation(run), "sample": state.selected_sample(),
        "thresholds": state.thresholds(), "order": state.sort_order(("balance_score", "rank")),
    }  # fmt: skip


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(tmp_path / "runs"))
    return some_run(tmp_path)


def opened(**parameters):
    return opened_at(script, **parameters)


def seen(app):
    assert not app.exception
    return app.session_state["seen"]


def test_without_an_address_everything_is_selected_at_the_latest_training_evaluation(run):
    write_some(run.folder, 3, some_predictions(3), kind="scoring", split="all", checkpoint="best")
    found = seen(opened())
    assert (found["evaluation"], found["sample"], found["thresholds"]) == (2, None, (0.25, 0.6))
    assert found["selection"].bands == ()


def test_an_address_is_taken_over(run):
    app = opened(band="balanced", k="1", sample="x-03", th="0.2..0.4", wrong="audio", **{"class": ["0", "2"]})
    found = seen(app)
    assert (found["evaluation"], found["sample"], found["thresholds"]) == (1, "x-03", (0.2, 0.4))
    assert found["selection"].wrong == ("audio",)
    assert found["selection"].classes == (0, 2)
    assert not app.toast


def test_a_choice_is_written_into_the_address_and_survives_its_loss(run):
    app = opened()
    app.button(key="set").click().run()
    app.button(key="sample").click().run()
    assert dict(app.query_params) == {"band": "imbalanced", "th": "0.1..0.5", "sample": "x-07"}
    app.query_params.clear()  # as a change of page does
    app.run()
    assert seen(app)["sample"] == "x-07"
    assert dict(app.query_params) == {"band": "imbalanced", "th": "0.1..0.5", "sample": "x-07"}


def test_going_back_in_the_browser_wins_over_the_session(run, monkeypatch):
    monkeypatch.setattr(followed, "_LATE", 0)  # as if the test had waited
    app = opened(sample="x-01")
    app.button(key="sample").click().run()
    app.query_params["sample"] = "x-01"
    app.run()
    assert seen(app)["sample"] == "x-01"


def test_a_late_address_does_not_undo_a_choice(run):
    app = opened(sample="x-01")
    app.button(key="evaluation").click().run()
    del app.query_params["k"]  # the click was sent before the browser heard of k
    app.button(key="sample").click().run()
    assert seen(app)["sample"] == "x-07"
    assert seen(app)["evaluation"] == 1


def test_clearing_keeps_thresholds_evaluation_and_sample(run):
    app = opened(sample="x-01", k="1", band="balanced", text="no. 1")
    app.button(key="thresholds").click().run()
    app.button(key="clear").click().run()
    assert dict(app.query_params) == {"th": "-0.5..0.5", "k": "1", "sample": "x-01"}


def test_hostile_addresses_are_cleaned_and_said_once(run):
    app = opened(band="worst", k="99", wrong="smell", range="rank;DROP:0..1", s="9..-9", **{"class": "77"})
    found = seen(app)
    assert found["evaluation"] == 2
    assert found["selection"].classes == found["selection"].wrong == found["selection"].ranges == ()
    said = " ".join(toast.value for toast in app.toast)
    said = said.replace("\\", "")
    for word in ("band=worst", "s=9..-9", "no evaluation 99", "class 77", "head smell", "column rank;DROP"):
        assert word in said
    assert dict(app.query_params) == {}
    assert not app.run().toast


@pytest.mark.parametrize(
    ("name", "word", "told"),
    [
        ("dominant", "smell", "dominant modality smell"),
        ("correct", "smell+text", "right modalities smell+text"),
        ("history", "'; DROP TABLE x; --:1..2", "course of the samples for '; DROP TABLE x; --:1..2"),
        ("lasso", "sample_id,total_loss:0,0;1,1;1,0", "columns sample_id and total_loss for a lasso"),
        ("band", "![](//a.example/x.png)", "band=![](//a.example/x.png)"),
    ],
)
def test_what_a_run_does_not_have_is_left_out_and_named_as_plain_text(run, name, word, told):
    app = opened(**{name: word})
    assert seen(app)["selection"].bands == ()
    assert dict(app.query_params) == {}
    said = app.toast[0].value
    assert told in said.replace("\\", "")
    assert "![](" not in said


def test_a_long_list_of_nonsense_is_one_short_sentence(run):
    app = opened(**{"class": [f"x{number}" for number in range(1000)]})
    assert not app.exception
    assert "and 59 more" in app.toast[0].value
    assert len(app.toast[0].value) < 300


def test_the_newer_filters_are_taken_over(run):
    app = opened(dominant="audio", correct="audio+text", history="forgot", lasso="balance_score,total_loss:0,0;1,9;1,0")
    found = seen(app)["selection"]
    assert (found.dominant, found.correct) == (("audio",), ("audio+text",))
    assert found.courses == ("forgot",)
    assert found.lassos == (Lasso("balance_score", "total_loss", ((0.0, 0.0), (1.0, 9.0), (1.0, 0.0))),)
    assert not app.toast


def test_changes_of_the_selection_are_undone_one_by_one(run):
    app = opened(band="balanced")
    assert "undo" not in [button.key for button in app.button]
    app.button(key="set").click().run()
    app.button(key="set").click().run()  # changes nothing, so there is nothing more to undo
    app.button(key="clear").click().run()
    app.button(key="sample").click().run()
    app.button(key="undo").click().run()
    assert dict(app.query_params) == {"band": "imbalanced", "th": "0.1..0.5", "sample": "x-07"}
    app.button(key="undo").click().run()
    assert app.query_params["band"] == "balanced"
    assert seen(app)["thresholds"] == (0.1, 0.5)
    assert "undo" not in [button.key for button in app.button]


def test_only_the_latest_changes_are_kept_to_be_undone(run, monkeypatch):
    monkeypatch.setattr(selection_state, "_MOST_BEFORE", 1)
    app = opened(band="balanced")
    for button in ("set", "clear", "undo"):
        app.button(key=button).click().run()
    assert app.query_params["band"] == "imbalanced"
    assert "undo" not in [button.key for button in app.button]


def test_an_order_by_a_column_that_is_not_there_is_given_up_and_said_once(run):
    app = opened(sort="-nothing")
    assert seen(app)["order"] == ("balance_score", False)
    assert "no column nothing to sort by" in app.toast[0].value
    assert dict(app.query_params) == {}
    assert not app.run().toast
    assert seen(opened(sort="-rank"))["order"] == ("rank", True)


def test_a_few_words_that_cannot_be_read_are_all_named(run):
    said = opened(**{"class": [f"x{number}" for number in range(6)]}).toast[0].value
    assert "class=x5" in said
    assert "more" not in said


def test_a_run_without_evaluations_has_none(run):
    for path in (run.folder / "scores").iterdir():
        path.unlink()
    found = seen(opened(k="1"))
    assert found["evaluation"] is None


def test_going_back_to_an_address_without_filters_selects_everything(run, monkeypatch):
    monkeypatch.setattr(followed, "_LATE", 0)  # as if the test had waited
    app = opened(run="some-1")
    app.button(key="set").click().run()
    assert seen(app)["selection"].bands == ("imbalanced",)
    app.query_params.clear()
    app.query_params["run"] = "some-1"
    app.run()
    assert seen(app)["selection"] == Selection()
    app.query_params["band"] = ["imbalanced"]  # and forward again
    app.run()
    assert seen(app)["selection"].bands == ("imbalanced",)


def test_every_change_is_one_step_of_the_browser_s_history(run, monkeypatch):
    steps = []
    monkeypatch.setattr(QueryParams, "_send_query_param_msg", lambda self: steps.append(dict(self._query_params)))
    app = opened(run="some-1", sample="x-01", text="no. 1")
    app.button(key="set").click().run()
    everything = {"run": "some-1", "sample": ["x-01"], "band": ["imbalanced"], "th": ["0.1..0.5"]}
    kept = [{name: words for name, words in step.items() if words} for step in steps]  # an empty list is taken away
    assert kept == [everything]


def test_a_click_with_a_late_address_keeps_the_click_before_it(run):
    app = opened(run="some-1")
    app.button(key="set").click().run()
    app.query_params.clear()
    app.query_params["run"] = "some-1"  # the next click was sent before the browser heard of the first
    app.button(key="owl").click().run()
    assert (seen(app)["selection"].bands, seen(app)["selection"].text) == (("imbalanced",), "owl")


def test_a_rerun_with_a_late_address_does_not_undo_a_choice(run, monkeypatch):
    monkeypatch.setattr(followed, "_LATE", 600)  # however slow the machine of the test is
    app = opened(run="some-1", text="owl")
    app.button(key="set").click().run()
    app.query_params.clear()
    app.query_params.update({"run": "some-1", "text": "owl"})  # sent before the browser heard of the click
    app.run()
    assert seen(app)["selection"].bands == ("imbalanced",)
    assert app.query_params["band"] in ("imbalanced", ["imbalanced"])  # as it was written, or as it was sent
