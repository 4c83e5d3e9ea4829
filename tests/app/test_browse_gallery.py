"""Browse's gallery: what its cards show, groups, pages and their size in the address, and two samples compared."""

import pytest

from app import data
from app.plain_text import plain
from app.roots import VARIABLE
from app.widgets.differences import differences
from bss_core.selection import Selection
from tests.app.browsing import checked, component, opened, order, texts
from tests.score_tables import some_run


@pytest.fixture
def run(tmp_path, monkeypatch):
    """100 samples in 3 evaluations: three pages."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "runs"))
    return some_run(tmp_path, n=100)


def ids(app):
    """The samples whose cards are shown."""
    return [card["sample_id"] for card in component(app, "browse_gallery")["cards"]]


def test_cards_show_the_value_they_are_sorted_by(run):
    cards = component(opened(sort="-total_loss"), "browse_gallery")["cards"]
    values = [float(card["value"]) for card in cards]
    assert values == sorted(values, reverse=True)
    assert {card["measure"] for card in cards} == {"total loss"}


@pytest.mark.parametrize(("group", "column"), [("band", "band"), ("class", "label")])
def test_groups_follow_each_other_with_their_counts_across_pages(run, group, column):
    told, found = [], []
    for number in ("1", "2", "3"):
        app = opened(group=group, page=number)
        cards = component(app, "browse_gallery")["cards"]
        told += [card["group"] for card in cards]
        found += ids(app)
    everything = data.page(run, 2, Selection(), limit=100)
    if group == "band":
        parts = [everything[everything["band"] == band] for band in ("imbalanced", "semi-balanced", "balanced")]
    else:
        parts = [part for _, part in everything.groupby("label")]
    assert found == [name for part in parts for name in part["sample_id"]]
    words = dict.fromkeys(told)
    for part in parts:
        name = part["band"].iloc[0] if group == "band" else run.classes[part["label"].iloc[0]]
        shown = [int(word.split(" · ")[1].split()[0]) for word in words if word.startswith(f"{name} · ")]
        assert sum(shown) == len(part)
        assert all(word.endswith(f"of {len(part)}") for word in words if word.startswith(f"{name} · "))


def test_a_page_holds_as_many_as_chosen_and_stays_with_the_sample(run):
    app = opened(sample=order(run).at(60))
    assert "Samples 49 to 96 of 100" in texts(app)
    checked(app.selectbox(key="browse_size").set_value(24).run())
    assert app.query_params["per"] == "24"
    assert "Samples 49 to 72 of 100" in texts(app)
    checked(app.selectbox(key="browse_group").set_value("band").run())
    assert app.query_params["group"] == "band"
    assert order(run).at(60) in ids(app)


def test_a_turned_page_keeps_the_sample_and_is_in_the_address(run):
    first = order(run).at(0)
    app = opened(sample=first, page="3")
    assert "Samples 97 to 100 of 100" in texts(app)
    assert component(app, "browse_gallery")["turns"] == [-1]
    assert (app.query_params["sample"], app.query_params["page"]) == (first, "3")
    checked(app.button(key="browse_next").click().run())
    assert "Samples 1 to 48 of 100" in texts(app)
    assert "page" not in app.query_params


@pytest.mark.parametrize("words", [{"page": "99"}, {"page": "-1"}, {"per": "7", "group": "x"}, {"page": "1" * 99}])
def test_an_address_that_does_not_fit_is_the_default(run, words):
    app = opened(**words)
    assert "Samples 1 to 48 of 100" in texts(app)
    assert not set(words) & set(app.query_params)


def test_two_samples_are_compared_swapped_and_closed(run):
    first, second = order(run).at(0), order(run).at(1)
    app = opened(sample=first, compare=second)
    assert f"**Comparing** {plain(first)} with {plain(second)}" in texts(app)
    assert len(app.get("plotly_chart")) == 6
    assert {item.key for item in app.multiselect} >= {"sample_tags", "compared_sample_tags"}
    shown = app.dataframe[-1].value
    assert shown["difference"].to_numpy() == pytest.approx((shown["first"] - shown["second"]).to_numpy())
    checked(app.button(key="browse_swap").click().run())
    assert (app.query_params["sample"], app.query_params["compare"]) == (second, first)
    checked(app.button(key="browse_compare_close").click().run())
    assert app.query_params["sample"] == second
    assert "compare" not in app.query_params
    checked(app.button(key="browse_compare").click().run())
    assert app.query_params["compare"] == second
    assert "Pick another sample in the gallery" in texts(app)


@pytest.mark.parametrize("name", ["x-999", "../../etc/passwd", "<script>alert(1)</script>"])
def test_an_unknown_sample_to_compare_with_is_one_sentence(run, name):
    app = opened(sample="x-03", compare=name)
    assert "Evaluation 2 has no sample" in app.info[0].value
    assert len(app.get("plotly_chart")) == 3
    checked(app.button(key="browse_compare_close").click().run())
    assert not app.info


def test_differences_are_of_the_numbers_that_both_have():
    one = {
        "sample_id": "a",
        "balance_score": 0.5,
        "total_loss": 1.0,
        "dominant_modality": "x",
        "margin_x": float("nan"),
    }
    two = {"sample_id": "b", "balance_score": 0.75, "total_loss": 0.5, "dominant_modality": "y", "margin_x": 0.5}
    found = differences(one, two)
    assert found.to_dict("list") == {
        "value": ["balance score", "total loss"], "first": [0.5, 1.0], "second": [0.75, 0.5], "difference": [-0.25, 0.5]
    }  # fmt: skip
    assert differences({}, {}).empty
